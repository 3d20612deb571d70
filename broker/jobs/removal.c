//  removal.c: see removal.h. A search finds those that are to leave. Those of which no worker has a result
//  any more go on together: of their files those stay that another job names, which the store is asked for
//  each, the rest goes, and then the jobs do. Those that come meanwhile are the next ones.
#include "broker/jobs/removal.h"

#include "broker/access/ownership.h"
#include "messages/uri.h"

enum { NAME_OF_FILE_BYTES = HEX_BYTES + KEY_TEXT_BYTES };
enum { FOUND_AT_ONCE = 32, LOOKED_AT_ONCE = 4, LEAVING_MAX = 128 };

enum stage {
    ASKED,      //  its worker is to remove the result
    CLEARED,    //  no worker has one
    LEAVES,     //  one of those whose files go together; they have yet to be looked at
    SWEPT       //  they have been
};

struct leaving {
    enum stage stage;
    char job[ID_BYTES];
    char host[NAME_BYTES];
    uint64_t attempt;
};

//  What becomes of the files of those that leave together.
enum sweep { NO_SWEEP, LOOKS, WAITS, IS_DONE };

struct removal {
    store_t *store;
    struct removal_actions actions;
    zhashx_t *leaving;    //  by job; owned
    bool searches;
    struct store_search search;
    bool woken;         //  in the middle of a search
    bool unanswered;    //  somebody was asked, or nobody could be, since the search began
    int64_t due_at;     //  of the next search; while it goes on: when those that were asked are given up
    bool failed;        //  nothing before due_at
    enum sweep sweep;
    //  NULL but for LOOKS:
    zhashx_t *files;    //  as of the action `sweep`
    zhashx_t *kept;     //  those that another job names
};

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

removal_t *removal_new (store_t *store, const struct removal_actions *actions)
{
    removal_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->store = store;
    self->actions = *actions;
    self->leaving = zhashx_new ();
    if (self->leaving)
        zhashx_set_destructor (self->leaving, s_free);
    else
        removal_destroy (&self);
    return self;
}

static void s_end_looking (removal_t *self)
{
    zhashx_destroy (&self->files);
    zhashx_destroy (&self->kept);
}

void removal_destroy (removal_t **self_p)
{
    removal_t *self = *self_p;
    if (!self)
        return;
    s_end_looking (self);
    zhashx_destroy (&self->leaving);
    free (self);
    *self_p = NULL;
}

void removal_wake (removal_t *self, int64_t now)
{
    self->woken = self->searches;
    if (!self->searches && now < self->due_at)
        self->due_at = now;
}

static size_t s_count (const removal_t *self, enum stage stage)
{
    size_t count = 0;
    for (const struct leaving *one = zhashx_first (self->leaving); one; one = zhashx_next (self->leaving))
        count += one->stage == stage;
    return count;
}

static bool s_is_full (const removal_t *self)
{
    return zhashx_size (self->leaving) + FOUND_AT_ONCE > LEAVING_MAX;
}

int64_t removal_due (const removal_t *self)
{
    if (self->failed)
        return self->due_at;
    bool works = self->sweep == LOOKS || self->sweep == IS_DONE || (self->searches && !s_is_full (self)) ||
                 (self->sweep == NO_SWEEP && s_count (self, CLEARED));
    return works ? 0 : self->due_at;
}

void removal_hear (removal_t *self, const char *job, uint64_t attempt, const char *host)
{
    struct leaving *one = zhashx_lookup (self->leaving, job);
    if (one && one->stage == ASKED && one->attempt == attempt && streq (one->host, host))
        one->stage = CLEARED;
}

//  Forgets those of that stage: they are found again.
static void s_drop (removal_t *self, enum stage stage)
{
    zlistx_t *jobs = zhashx_keys (self->leaving);
    for (const char *job = jobs ? zlistx_first (jobs) : NULL; job; job = zlistx_next (jobs)) {
        const struct leaving *one = zhashx_lookup (self->leaving, job);
        if (one->stage == stage)
            zhashx_delete (self->leaving, job);
    }
    zlistx_destroy (&jobs);
}

void removal_swept (removal_t *self, bool removed, int64_t now)
{
    if (self->sweep != WAITS)
        return;
    self->sweep = removed ? IS_DONE : NO_SWEEP;
    if (removed)
        return;
    s_drop (self, SWEPT);
    self->due_at = now + REMOVAL_AGAIN_MS;
    self->searches = false;
}

static void s_let_go (removal_t *self, const struct job_record *record)
{
    if (zhashx_lookup (self->leaving, record->job))
        return;
    bool at_worker = job_has_result (record) && !uri_is_stored (record->result);
    bool asked = at_worker && self->actions.ask (self->actions.context, record);
    struct leaving *one = at_worker && !asked ? NULL : calloc (1, sizeof *one);
    self->unanswered = self->unanswered || at_worker || !one;
    if (!one)
        return;
    one->stage = asked ? ASKED : CLEARED;
    memcpy (one->job, record->job, sizeof one->job);
    memcpy (one->host, record->host, sizeof one->host);
    one->attempt = record->attempt;
    zhashx_insert (self->leaving, one->job, one);
}

static void s_begin_search (removal_t *self, int64_t now)
{
    s_drop (self, ASKED);
    self->searches = true;
    self->woken = self->unanswered = false;
    self->search = (struct store_search){.before = INT64_MAX, .leaving = true};
    self->due_at = now + REMOVAL_AGAIN_MS;
}

//  The next few that are to leave.
static int s_search (removal_t *self, int64_t now, struct error *error)
{
    struct store_ended *found = NULL;
    size_t count = 0;
    int rc = store_ended (self->store, &self->search, FOUND_AT_ONCE, &found, &count, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        s_let_go (self, &found[i].record);
        self->search.from = found[i].ended_at;
        self->search.sequence = found[i].sequence;
    }
    free (found);
    if (rc != DMH_OK || count == FOUND_AT_ONCE)
        return rc;
    self->searches = false;
    self->due_at = self->woken ? now : self->unanswered ? now + REMOVAL_AGAIN_MS : INT64_MAX;
    return DMH_OK;
}

static bool s_leaves (void *context, const char *job)
{
    const removal_t *self = context;
    const struct leaving *one = zhashx_lookup (self->leaving, job);
    return one && one->stage >= LEAVES;
}

//  The files of one job are looked at.
struct look {
    removal_t *self;
    const struct job_record *record;
    char key[KEY_TEXT_BYTES];    //  that its owner begins with; where files belong to keys
    struct error *error;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "out of memory for the files of jobs that leave");
}

//  A file is looked for once, however many of those that leave name it.
static int s_keep_or_not (const struct look *look, const char *sha256, const char *name, bool *kept)
{
    removal_t *self = look->self;
    *kept = zhashx_lookup (self->kept, name);
    if (*kept || zhashx_lookup (self->files, name))
        return DMH_OK;
    int rc = store_names_file (self->store, sha256, self->actions.by_owner ? look->key : NULL, s_leaves, self,
                               kept, look->error);
    if (rc == DMH_OK && *kept && zhashx_insert (self->kept, name, self) != 0)
        rc = s_no_memory (look->error);
    return rc;
}

//  One that goes is noted with the earliest time.
static int s_look_at_file (void *context, const char *sha256)
{
    const struct look *look = context;
    removal_t *self = look->self;
    bool kept = true, by_owner = self->actions.by_owner;
    char name[NAME_OF_FILE_BYTES];
    snprintf (name, sizeof name, "%.64s%s%s", sha256, by_owner ? " " : "", look->key);
    int rc = *sha256 ? s_keep_or_not (look, sha256, name, &kept) : DMH_OK;
    const int64_t *before = kept ? NULL : zhashx_lookup (self->files, name);
    if (rc != DMH_OK || kept || (before && *before <= look->record->removal_at))
        return rc;
    int64_t *noted = malloc (sizeof *noted);
    if (!noted)
        return s_no_memory (look->error);
    *noted = look->record->removal_at;
    zhashx_update (self->files, name, noted);
    return DMH_OK;
}

//  One that is not there any more is not forgotten twice.
static int s_look_at_job (removal_t *self, struct leaving *one, struct error *error)
{
    struct store_job job;
    struct look look = {.self = self, .record = &job.record, .error = error};
    one->stage = SWEPT;
    int rc = store_find (self->store, one->job, &job, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_OK : rc;
    if (self->actions.by_owner)
        ownership_key (job.record.owner, look.key);
    rc = store_files_of (&job, s_look_at_file, &look);
    store_job_clear (&job);
    return rc;
}

//  Those that are cleared, together.
static int s_begin_sweep (removal_t *self, struct error *error)
{
    s_end_looking (self);
    self->files = zhashx_new ();
    self->kept = zhashx_new ();
    if (!self->files || !self->kept)
        return s_no_memory (error);
    zhashx_set_destructor (self->files, s_free);
    for (struct leaving *one = zhashx_first (self->leaving); one; one = zhashx_next (self->leaving))
        if (one->stage == CLEARED)
            one->stage = LEAVES;
    self->sweep = LOOKS;
    return DMH_OK;
}

//  The files of the next few; behind the last one they go. What is submitted later has to be put or asked for
//  after its removal was, see `sweep`.
static int s_look (removal_t *self, struct error *error)
{
    struct leaving *next[LOOKED_AT_ONCE];
    size_t count = 0;
    int rc = DMH_OK;
    for (struct leaving *one = zhashx_first (self->leaving); one && count < LOOKED_AT_ONCE;
         one = zhashx_next (self->leaving))
        if (one->stage == LEAVES)
            next[count++] = one;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_look_at_job (self, next[i], error);
    if (rc != DMH_OK || count)
        return rc;
    bool waits = zhashx_size (self->files) && self->actions.sweep (self->actions.context, &self->files);
    self->sweep = waits ? WAITS : IS_DONE;
    s_end_looking (self);
    return DMH_OK;
}

//  The records of those that are forgotten go to `records`.
static int s_forget_all (removal_t *self, struct job_record *records, size_t *count, struct error *error)
{
    int rc = store_begin (self->store, error);
    for (const struct leaving *one = zhashx_first (self->leaving); rc == DMH_OK && one;
         one = zhashx_next (self->leaving)) {
        struct store_job job;
        if (one->stage != SWEPT)
            continue;
        rc = store_find (self->store, one->job, &job, error);
        if (rc == DMH_OK) {
            rc = store_remove (self->store, one->job, error);
            records[(*count)++] = job.record;
            memset (&job.record, 0, sizeof job.record);
            store_job_clear (&job);
        }
        if (rc == DMH_NOT_FOUND)
            rc = DMH_OK;
    }
    return rc == DMH_OK ? store_commit (self->store, error) : rc;
}

static int s_forget (removal_t *self, struct error *error)
{
    size_t count = 0;
    struct job_record *records = calloc (LEAVING_MAX, sizeof *records);
    int rc = records ? s_forget_all (self, records, &count, error)
                     : error_set (error, DMH_UNAVAILABLE, "out of memory for jobs that leave");
    for (size_t i = 0; i < count; i++) {
        if (rc == DMH_OK)
            self->actions.gone (self->actions.context, &records[i]);
        shape_clear (&job_record_shape, &records[i]);
    }
    free (records);
    if (rc == DMH_OK) {
        s_drop (self, SWEPT);
        self->sweep = NO_SWEEP;
    }
    return rc;
}

static int s_work (removal_t *self, int64_t now, struct error *error)
{
    int rc = DMH_OK;
    if (!self->searches && now >= self->due_at)
        s_begin_search (self, now);
    else if (self->searches && now >= self->due_at) {    //  with workers that do not answer
        s_drop (self, ASKED);
        self->due_at = now + REMOVAL_AGAIN_MS;
    }
    if (self->searches && !s_is_full (self))
        rc = s_search (self, now, error);
    if (rc == DMH_OK && self->sweep == NO_SWEEP && s_count (self, CLEARED))
        rc = s_begin_sweep (self, error);
    if (rc == DMH_OK && self->sweep == LOOKS)
        rc = s_look (self, error);
    return rc == DMH_OK && self->sweep == IS_DONE ? s_forget (self, error) : rc;
}

int removal_step (removal_t *self, int64_t now, struct error *error)
{
    if (self->failed && now < self->due_at)
        return DMH_OK;
    int rc = s_work (self, now, error);
    self->failed = rc != DMH_OK;
    if (self->failed) {
        store_abandon (self->store);
        zhashx_purge (self->leaving);    //  what was asked of the files service is asked again
        s_end_looking (self);
        self->sweep = self->sweep == WAITS ? WAITS : NO_SWEEP;
        self->searches = false;
        self->due_at = now + REMOVAL_AGAIN_MS;
    }
    return rc;
}
