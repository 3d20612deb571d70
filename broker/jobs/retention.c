//  retention.c: see retention.h. A round goes through the store once: ends that an older version did not
//  note, what is too old, what has to make room. It rests where so many results are being removed that
//  another would flood the workers.
#include "broker/jobs/retention.h"

#include "messages/uri.h"

#include <czmq.h>

enum { LOOKED_AT_ONCE = 32, LEAVING_MAX = 128 };

static const int64_t DAY_MS = 86400000;

enum phase { RESTS, NOTES_ENDS, FINDS_OLD, MAKES_ROOM };

struct retention {
    store_t *store;
    struct retention_actions actions;
    struct retention_limits limits;
    zhashx_t *leaving;    //  by job; owned
    size_t cleared;       //  of them
    enum phase phase;
    struct store_search search;
    int64_t wall, cutoff;        //  of the round, in wall ms
    int64_t began_at, due_at;    //  monotonic
    int64_t asked_at;
    uint64_t old_bytes;    //  of those too old that are there yet: they go without making room
    uint64_t excess;
    size_t waiting;
    bool woken;     //  in the middle of a round
    bool failed;    //  nothing more before due_at
};

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

retention_t *retention_new (store_t *store, const struct retention_actions *actions)
{
    retention_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->store = store;
    self->actions = *actions;
    self->leaving = zhashx_new ();
    if (self->leaving)
        zhashx_set_destructor (self->leaving, s_free);
    else
        retention_destroy (&self);
    return self;
}

void retention_destroy (retention_t **self_p)
{
    retention_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->leaving);
    free (self);
    *self_p = NULL;
}

static bool s_is_limited (const retention_t *self)
{
    return self->limits.days || self->limits.bytes;
}

void retention_limit (retention_t *self, const struct retention_limits *limits)
{
    self->limits = *limits;
    self->phase = RESTS;    //  a round that was begun ends with the limits it had
    self->due_at = 0;
    self->waiting = 0;
    self->woken = self->failed = false;
    if (!s_is_limited (self)) {
        zhashx_purge (self->leaving);
        self->cleared = 0;
    }
}

void retention_wake (retention_t *self, int64_t now)
{
    self->woken = self->phase != RESTS;
    if (!self->woken && now + RETENTION_WAKE_MS < self->due_at)
        self->due_at = now + RETENTION_WAKE_MS;
}

int64_t retention_due (const retention_t *self)
{
    return !s_is_limited (self) ? INT64_MAX : self->cleared && !self->failed ? 0 : self->due_at;
}

size_t retention_waiting (const retention_t *self)
{
    return self->waiting;
}

static int64_t s_cutoff (const struct retention_limits *limits, int64_t now)
{
    uint64_t days = limits->days < KEEP_DAYS_MAX ? limits->days : KEEP_DAYS_MAX;
    int64_t cutoff = now - (int64_t) days * DAY_MS;
    return limits->days && cutoff > 0 ? cutoff : 0;
}

enum retention_verdict retention_judge (const struct retention_limits *limits,
                                        const struct job_record *record, uint64_t excess, int64_t now)
{
    enum job_state state;
    if (job_state_of (record->state, &state) != DMH_OK || !job_state_ended (state))
        return RETENTION_KEEP;
    if (record->removal_at)    //  it leaves by itself, see removal.h
        return RETENTION_KEEP;
    if (limits->days && record->finished_at < s_cutoff (limits, now))
        return RETENTION_EXPIRED;
    bool helps = limits->bytes && excess && job_has_result (record) && !uri_is_stored (record->result);
    return helps && record->fetched_at > 0 ? RETENTION_FOR_ROOM : RETENTION_KEEP;
}

//  Forgets what was asked for and not answered: it is found again.
static void s_ask_anew (retention_t *self)
{
    zlistx_t *jobs = zhashx_keys (self->leaving);
    for (const char *job = jobs ? zlistx_first (jobs) : NULL; job; job = zlistx_next (jobs)) {
        const struct leaving *leaving = zhashx_lookup (self->leaving, job);
        if (!leaving->cleared)
            zhashx_delete (self->leaving, job);
    }
    zlistx_destroy (&jobs);
}

static void s_begin_round (retention_t *self, int64_t now, int64_t wall)
{
    s_ask_anew (self);
    self->began_at = now;
    self->wall = wall;
    self->cutoff = s_cutoff (&self->limits, wall);
    self->old_bytes = self->excess = 0;
    self->waiting = 0;
    self->phase = NOTES_ENDS;
    self->search = (struct store_search){.before = 1};
}

static int s_next_phase (retention_t *self, struct error *error)
{
    uint64_t bytes = 0;
    if (self->phase == NOTES_ENDS) {
        self->phase = FINDS_OLD;
        self->search = (struct store_search){.sequence = INT64_MAX, .before = self->cutoff};
        return DMH_OK;
    }
    int rc = self->phase == FINDS_OLD && self->limits.bytes ? store_result_bytes (self->store, &bytes, error)
                                                            : DMH_OK;
    uint64_t most = self->limits.bytes + self->old_bytes;
    bool too_many = most >= self->old_bytes && bytes > most;
    self->excess = too_many ? bytes - most : 0;
    self->phase = too_many ? MAKES_ROOM : RESTS;
    //  The old ones are seen to already.
    self->search = (struct store_search){.from = self->cutoff > 0 ? self->cutoff - 1 : 0,
                                         .sequence = INT64_MAX,
                                         .before = INT64_MAX,
                                         .fetched = true};
    return rc;
}

//  An end that has no column yet gets it by being written again.
static int s_note_end (retention_t *self, const char *job, struct error *error)
{
    struct store_job found;
    int rc = store_find (self->store, job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = store_change (self->store, &found.record, found.tries, error);
    store_job_clear (&found);
    return rc;
}

static void s_let_go (retention_t *self, const struct store_ended *ended, enum retention_verdict why,
                      int64_t now)
{
    const struct job_record *record = &ended->record;
    if (zhashx_lookup (self->leaving, record->job))
        return;
    struct leaving *leaving = calloc (1, sizeof *leaving);
    if (!leaving)
        return;    //  the next round finds it again
    memcpy (leaving->job, record->job, sizeof leaving->job);
    memcpy (leaving->correlation, record->correlation, sizeof leaving->correlation);
    memcpy (leaving->host, record->host, sizeof leaving->host);
    leaving->attempt = record->attempt;
    leaving->bytes = ended->bytes;
    leaving->why = why;
    leaving->cleared = !job_has_result (record) || uri_is_stored (record->result);
    if (leaving->cleared || self->actions.ask (self->actions.context, record)) {
        self->cleared += leaving->cleared;
        self->asked_at = now;
        zhashx_insert (self->leaving, record->job, leaving);
    } else {
        self->waiting++;
        free (leaving);
    }
}

static bool s_is_needed (const retention_t *self, const char *job)
{
    return self->actions.needs && self->actions.needs (self->actions.context, job);
}

static int s_look_at (retention_t *self, const struct store_ended *ended, int64_t now, struct error *error)
{
    if (self->phase == NOTES_ENDS)
        return s_note_end (self, ended->record.job, error);
    enum retention_verdict why = retention_judge (&self->limits, &ended->record, self->excess, self->wall);
    if (why == RETENTION_KEEP || s_is_needed (self, ended->record.job))
        return DMH_OK;
    if (why == RETENTION_EXPIRED)
        self->old_bytes += ended->bytes;
    else    //  whether or not its worker is there: the younger ones need not go for it
        self->excess -= ended->bytes < self->excess ? ended->bytes : self->excess;
    s_let_go (self, ended, why, now);
    return DMH_OK;
}

//  The next few of the phase; after the last the next phase.
static int s_look (retention_t *self, int64_t now, struct error *error)
{
    struct store_ended *found = NULL;
    size_t count = 0;
    int rc = store_ended (self->store, &self->search, LOOKED_AT_ONCE, &found, &count, error);
    if (rc == DMH_OK && self->phase == NOTES_ENDS && count)
        rc = store_begin (self->store, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        rc = s_look_at (self, &found[i], now, error);
        self->search.from = found[i].ended_at;
        self->search.sequence = found[i].sequence;
    }
    if (rc == DMH_OK)
        rc = store_commit (self->store, error);
    if (rc == DMH_OK && (count < LOOKED_AT_ONCE || (self->phase == MAKES_ROOM && !self->excess)))
        rc = s_next_phase (self, error);
    free (found);
    return rc;
}

//  Whether so many are asked for that their answers come first.
static bool s_is_full (retention_t *self, int64_t now)
{
    if (zhashx_size (self->leaving) + LOOKED_AT_ONCE <= LEAVING_MAX)
        return false;
    if (now - self->asked_at < RETENTION_PATIENCE_MS)
        return true;
    s_ask_anew (self);
    return false;
}

//  Of one that is not there any more, or was tried again meanwhile, there is nothing to forget.
static int s_remove (retention_t *self, struct error *error)
{
    int rc = store_begin (self->store, error);
    for (struct leaving *one = zhashx_first (self->leaving); rc == DMH_OK && one;
         one = zhashx_next (self->leaving)) {
        rc = one->cleared ? store_remove (self->store, one->job, error) : DMH_OK;
        if (rc == DMH_NOT_FOUND) {
            one->why = RETENTION_KEEP;
            rc = DMH_OK;
        }
    }
    return rc == DMH_OK ? store_commit (self->store, error) : rc;
}

static int s_forget (retention_t *self, struct error *error)
{
    int rc = s_remove (self, error);
    zlistx_t *jobs = rc == DMH_OK ? zhashx_keys (self->leaving) : NULL;
    for (const char *job = jobs ? zlistx_first (jobs) : NULL; job; job = zlistx_next (jobs)) {
        const struct leaving *one = zhashx_lookup (self->leaving, job);
        if (!one->cleared)
            continue;
        if (one->why == RETENTION_EXPIRED && self->phase == FINDS_OLD)
            self->old_bytes -= one->bytes < self->old_bytes ? one->bytes : self->old_bytes;
        if (one->why != RETENTION_KEEP)
            self->actions.gone (self->actions.context, one);
        self->cleared--;
        zhashx_delete (self->leaving, job);
    }
    zlistx_destroy (&jobs);
    return rc;
}

void retention_hear (retention_t *self, const char *job, uint64_t attempt, const char *host)
{
    struct leaving *leaving = zhashx_lookup (self->leaving, job);
    if (!leaving || leaving->cleared || leaving->attempt != attempt || !streq (leaving->host, host))
        return;
    leaving->cleared = true;
    self->cleared++;
}

//  What is to be done now is one look at the store; then what was cleared is forgotten.
static int s_work (retention_t *self, int64_t now, int64_t wall, struct error *error)
{
    int rc = DMH_OK;
    if (now >= self->due_at && self->phase == RESTS)
        s_begin_round (self, now, wall);
    if (now >= self->due_at && s_is_full (self, now))
        self->due_at = self->asked_at + RETENTION_PATIENCE_MS;
    else if (now >= self->due_at) {
        rc = s_look (self, now, error);
        self->due_at = self->phase != RESTS ? now
                       : self->woken        ? now + RETENTION_WAKE_MS
                                            : self->began_at + RETENTION_ROUND_MS;
        self->woken = self->woken && self->phase != RESTS;
    }
    if (rc == DMH_OK && self->cleared) {
        rc = s_forget (self, error);
        if (self->phase != RESTS)    //  there is room again
            self->due_at = now;
    }
    return rc;
}

int retention_step (retention_t *self, int64_t now, int64_t wall, struct error *error)
{
    if (!s_is_limited (self) || (self->failed && now < self->due_at))
        return DMH_OK;
    int rc = s_work (self, now, wall, error);
    self->failed = rc != DMH_OK;
    if (self->failed) {
        store_abandon (self->store);
        self->phase = RESTS;
        self->due_at = now + RETENTION_ROUND_MS;
    }
    return rc;
}
