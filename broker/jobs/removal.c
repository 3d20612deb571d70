//  removal.c: see removal.h. A search finds those that are to leave. Those of which no worker has a result
//  any more go on together: a walk over all jobs takes out of their files what another job names, the rest
//  goes, and then the jobs do. Those that come meanwhile are the next ones.
#include "broker/jobs/removal.h"

#include "broker/access/ownership.h"
#include "broker/jobs/split.h"
#include "messages/uri.h"

enum { NAME_OF_FILE_BYTES = HEX_BYTES + KEY_TEXT_BYTES };
enum { LOOKED_AT_ONCE = 32, LEAVING_MAX = 128 };

enum stage {
    ASKED,      //  its worker is to remove the result
    CLEARED,    //  no worker has one
    SWEPT       //  with those whose files are seen to
};

struct leaving {
    enum stage stage;
    char job[ID_BYTES];
    char host[NAME_BYTES];
    uint64_t attempt;
};

//  What becomes of the files of those that are SWEPT.
enum sweep { NO_SWEEP, WALKS, WAITS, IS_DONE };

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
    zhashx_t *files;    //  as of the action `sweep`; NULL but for WALKS
    bool of_parts;      //  all that leave are what split jobs are made of
    uint64_t walked;    //  the sequence of the last job
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

void removal_destroy (removal_t **self_p)
{
    removal_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->files);
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
    return zhashx_size (self->leaving) + LOOKED_AT_ONCE > LEAVING_MAX;
}

int64_t removal_due (const removal_t *self)
{
    if (self->failed)
        return self->due_at;
    bool works = self->sweep == WALKS || self->sweep == IS_DONE || (self->searches && !s_is_full (self)) ||
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
    int rc = store_ended (self->store, &self->search, LOOKED_AT_ONCE, &found, &count, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        s_let_go (self, &found[i].record);
        self->search.from = found[i].ended_at;
        self->search.sequence = found[i].sequence;
    }
    free (found);
    if (rc != DMH_OK || count == LOOKED_AT_ONCE)
        return rc;
    self->searches = false;
    self->due_at = self->woken ? now : self->unanswered ? now + REMOVAL_AGAIN_MS : INT64_MAX;
    return DMH_OK;
}

//  By which a file of that job goes. Returns out.
static char *s_name (const removal_t *self, const struct job_record *record, const char *sha256,
                     char out[NAME_OF_FILE_BYTES])
{
    char key[KEY_TEXT_BYTES] = "";
    if (self->actions.by_owner)
        ownership_key (record->owner, key);
    snprintf (out, NAME_OF_FILE_BYTES, "%.64s%s%s", sha256, self->actions.by_owner ? " " : "", key);
    return out;
}

//  The earliest time counts.
static bool s_note (removal_t *self, const struct job_record *record, const char *sha256)
{
    char name[NAME_OF_FILE_BYTES];
    const int64_t *before = zhashx_lookup (self->files, s_name (self, record, sha256, name));
    if (!*sha256 || (before && *before <= record->removal_at))
        return true;
    int64_t *noted = malloc (sizeof *noted);
    if (!noted)
        return false;
    *noted = record->removal_at;
    zhashx_update (self->files, name, noted);
    return true;
}

static void s_keep (removal_t *self, const struct job_record *record, const char *sha256)
{
    char name[NAME_OF_FILE_BYTES];
    zhashx_delete (self->files, s_name (self, record, sha256, name));
}

//  What the files service may have of a job: its input, the tables of its joins, its outputs, wherever they
//  were made. The input of those that a split job is made of is that job's.
static bool s_note_files (removal_t *self, const struct store_job *job)
{
    const struct job_record *record = &job->record;
    bool is_part = split_is_part (record);
    bool noted = is_part || !uri_is_stored (job->input.uri) || s_note (self, record, job->input.sha256);
    for (size_t i = 0; !is_part && i < job->options.tables_count; i++)
        noted = noted && s_note (self, record, job->options.tables[i].sha256);
    for (size_t i = 0; i < record->outputs_count; i++)
        noted = noted && s_note (self, record, record->outputs[i].sha256);
    return noted;
}

//  Those that are cleared, together. One that is not there any more is not forgotten twice.
static int s_begin_sweep (removal_t *self, struct error *error)
{
    int rc = DMH_OK;
    zhashx_destroy (&self->files);
    self->files = zhashx_new ();
    self->of_parts = true;
    if (!self->files)
        return error_set (error, DMH_UNAVAILABLE, "out of memory for the files of jobs that leave");
    zhashx_set_destructor (self->files, s_free);
    for (struct leaving *one = zhashx_first (self->leaving); rc == DMH_OK && one;
         one = zhashx_next (self->leaving)) {
        struct store_job job;
        if (one->stage != CLEARED)
            continue;
        rc = store_find (self->store, one->job, &job, error);
        if (rc == DMH_OK) {
            if (!s_note_files (self, &job))
                rc = error_set (error, DMH_UNAVAILABLE, "out of memory for the files of jobs that leave");
            self->of_parts = self->of_parts && split_is_part (&job.record);
            store_job_clear (&job);
        } else if (rc == DMH_NOT_FOUND)
            rc = DMH_OK;
        one->stage = SWEPT;
    }
    self->walked = 0;
    self->sweep = WALKS;
    return rc;
}

//  What another job names stays.
static int s_spare (void *context, const struct store_job *job)
{
    removal_t *self = context;
    const struct leaving *one = zhashx_lookup (self->leaving, job->record.job);
    self->walked = job->sequence;
    if (one && one->stage == SWEPT)
        return DMH_OK;
    s_keep (self, &job->record, job->input.sha256);
    for (size_t i = 0; i < job->options.tables_count; i++)
        s_keep (self, &job->record, job->options.tables[i].sha256);
    for (size_t i = 0; i < job->record.outputs_count; i++)
        s_keep (self, &job->record, job->record.outputs[i].sha256);
    return DMH_OK;
}

//  The next few of all jobs, or of those that split ones are made of: what those leave has no other job. They
//  leave with each file that is done; behind the last one, or when no file is left, the rest goes. What is
//  submitted later has to be put or asked for after its removal was, see `sweep`.
static int s_walk (removal_t *self, struct error *error)
{
    uint64_t before = self->walked;
    int rc = zhashx_size (self->files) ? (self->of_parts ? store_each_part : store_each) (
                                             self->store, self->walked, LOOKED_AT_ONCE, s_spare, self, error)
                                       : DMH_OK;
    if (rc != DMH_OK || (self->walked != before && zhashx_size (self->files)))
        return rc;
    bool waits = zhashx_size (self->files) && self->actions.sweep (self->actions.context, &self->files);
    self->sweep = waits ? WAITS : IS_DONE;
    zhashx_destroy (&self->files);
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
    if (rc == DMH_OK && self->sweep == WALKS)
        rc = s_walk (self, error);
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
        zhashx_destroy (&self->files);
        self->sweep = self->sweep == WAITS ? WAITS : NO_SWEEP;
        self->searches = false;
        self->due_at = now + REMOVAL_AGAIN_MS;
    }
    return rc;
}
