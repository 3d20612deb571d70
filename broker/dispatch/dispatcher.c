//  dispatcher.c: see dispatcher.h.
#include "broker/dispatch/dispatcher.h"

#include "broker/dispatch/ending.h"
#include "broker/dispatch/lease.h"

static bool s_due_before (const void *a, const void *b)
{
    return ((const struct open_job *) a)->due < ((const struct open_job *) b)->due;
}

dispatcher_t *dispatcher_new (unsigned attempts)
{
    dispatcher_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->attempts = attempts;
    self->leases =
        (struct heap){.before = s_due_before, .place_offset = offsetof (struct open_job, in_leases)};
    queue_init (&self->queue);
    self->open_jobs = (struct table){.key_offset = offsetof (struct open_job, job)};
    self->actions = actions_new ();
    if (pool_init (&self->pool) != 0 || !self->actions) {
        dispatcher_destroy (&self);
        return NULL;
    }
    return self;
}

void dispatcher_destroy (dispatcher_t **self_p)
{
    dispatcher_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->leases.count; i++) {
        struct open_job *open_job = self->leases.items[i];
        if (open_job->abandoned)
            free (open_job);
    }
    size_t at = 0;
    for (void *item; (item = table_next (&self->open_jobs, &at));)
        free (item);
    table_clear (&self->open_jobs);
    actions_destroy (&self->actions);
    queue_clear (&self->queue);
    pool_clear (&self->pool);
    heap_clear (&self->leases);
    free (self);
    *self_p = NULL;
}

bool dispatcher_action (dispatcher_t *self, struct action *out)
{
    return actions_take (self->actions, out);
}

static const struct needs *s_needs (const struct opening *opening)
{
    static const struct needs NOTHING = {.memory = 0};
    return opening->needs ? opening->needs : &NOTHING;
}

//  Room in every heap and in the table for one open job more, so that no later move of an open job can fail.
static struct open_job *s_new_open_job (dispatcher_t *self, const struct opening *opening)
{
    size_t count = self->open_jobs.count + self->abandoned + 1;
    if (queue_reserve (&self->queue, count) != 0 || heap_reserve (&self->leases, count) != 0 ||
        table_reserve (&self->open_jobs, count) != 0)
        return NULL;
    struct open_job *open_job = calloc (1, sizeof *open_job);
    if (!open_job)
        return NULL;
    snprintf (open_job->job, sizeof open_job->job, "%s", opening->job);
    open_job->priority = opening->priority;
    open_job->sequence = opening->sequence;
    open_job->attempt = opening->attempt;
    open_job->tries = opening->tries;
    open_job->deaths = opening->deaths;
    open_job->stall_ms = opening->stall_ms;
    open_job->time_limit_ms = opening->time_limit_ms;
    open_job->in_queue = open_job->in_alone = open_job->in_later = open_job->in_leases = HEAP_OUT;
    open_job->lane = matching_join (&self->pool.matching, s_needs (opening));
    if (!open_job->lane) {
        free (open_job);
        return NULL;
    }
    return open_job;
}

int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now)
{
    struct open_job *open_job = table_find (&self->open_jobs, opening->job);
    if (open_job)
        return open_job->intent == INTENT_END ? ending_wanted_again (self, open_job, s_needs (opening))
                                              : DMH_OK;
    struct pool_member *member = NULL;
    if (opening->worker && !(member = pool_take_in (&self->pool, opening->worker)))
        return DMH_INTERNAL;
    open_job = s_new_open_job (self, opening);
    if (!open_job)
        return DMH_INTERNAL;
    table_put (&self->open_jobs, open_job);
    if (member) {
        pool_hold (&self->pool, member, open_job, false);
        open_job->began_at = now - opening->ran_ms;
        open_job->moved_at = now;
        lease_renew (self, open_job, lease_ms, now);
    } else
        queue_put (open_job);
    return DMH_OK;
}

int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now)
{
    struct pool_member *member = pool_take_in (&self->pool, ready->worker);
    if (!member || pool_register (&self->pool, member, ready, now) != 0) {
        if (member && !member->registered && !member->held)
            pool_remove (&self->pool, member);
        return DMH_INTERNAL;
    }
    ending_came_back (self, ready->worker);
    dispatcher_heartbeat (self, ready->worker, ready->running, ready->running_count, now);
    return DMH_OK;
}

//  What the worker does not name. Attempts that were to stop are over: long enough after CANCEL, so that the
//  heartbeat cannot have been on its way before the worker had even seen the job. Others are lost with the
//  end of their leases.
static void s_let_go_unnamed (dispatcher_t *self, struct pool_member *member, int64_t now)
{
    struct open_job *next;
    for (struct open_job *open_job = member->held; open_job; open_job = next) {
        next = open_job->after;
        if (open_job->beat == self->beat)
            continue;
        if (open_job->intent != INTENT_RESULT && open_job->stopped_at + HEARTBEAT_MS <= now)
            ending_let_go (self, open_job);
        else if (open_job->intent == INTENT_RESULT && open_job->lease_end <= now)
            ending_again (self, open_job, LOSS_TRY, error_word (DMH_UNAVAILABLE),
                          "the worker that ran it lost it", now);
    }
}

//  What that worker has of that job under that number; NULL for an old attempt.
static struct open_job *s_attempt (dispatcher_t *self, const struct pool_member *member, const char *job,
                                   uint64_t attempt)
{
    struct open_job *open_job = table_find (&self->open_jobs, job);
    if (open_job && open_job->member == member && open_job->attempt == attempt)
        return open_job;
    for (open_job = self->abandoned ? member->held : NULL; open_job; open_job = open_job->after)
        if (open_job->abandoned && open_job->attempt == attempt && streq (open_job->job, job))
            return open_job;
    return NULL;
}

//  A heartbeat names it. That it has not got on since is what the worker itself says, so a heartbeat that is
//  late takes nothing away.
static void s_named (dispatcher_t *self, struct open_job *open_job, const struct running_job *running,
                     int64_t now)
{
    uint64_t moved = running->bytes_done + running->moved;
    if (moved != open_job->moved) {
        open_job->moved = moved;
        open_job->moved_at = now;
    }
    if (open_job->intent == INTENT_RESULT && open_job->stall_ms &&
        now - open_job->moved_at >= open_job->stall_ms)
        ending_stalled (self, open_job, now);
    open_job->beat = self->beat;
    lease_renew (self, open_job, LEASE_MS, now);
}

bool dispatcher_heartbeat (dispatcher_t *self, const char *worker, const struct running_job *running,
                           size_t count, int64_t now)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    if (!member || !member->registered)
        return false;
    pool_heard (&self->pool, member, now);
    self->beat++;
    for (size_t i = 0; i < count; i++) {
        struct open_job *open_job = s_attempt (self, member, running[i].job, running[i].attempt);
        bool wanted = open_job && open_job->intent == INTENT_RESULT;
        if (open_job)
            s_named (self, open_job, &running[i], now);
        if (!wanted)
            actions_note (self->actions, &(struct action_note){.sort = ACTION_STOP,
                                                               .worker = worker,
                                                               .job = running[i].job,
                                                               .attempt = running[i].attempt});
    }
    s_let_go_unnamed (self, member, now);
    return true;
}

//  The open job of this attempt; NULL for an old one. Whoever speaks was heard.
static struct open_job *s_current (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                                   int64_t now)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    if (member)
        pool_heard (&self->pool, member, now);
    return member ? s_attempt (self, member, job, attempt) : NULL;
}

bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now)
{
    struct open_job *open_job = s_current (self, worker, job, attempt, now);
    if (!open_job)
        return false;
    bool wanted = open_job->intent == INTENT_RESULT;
    if (wanted)
        ending_close (self, open_job);
    else
        ending_let_go (self, open_job);
    return wanted;
}

bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now)
{
    struct open_job *open_job = s_current (self, worker, fail->job, fail->attempt, now);
    if (!open_job)
        return false;
    if (fail->returned || fail->retryable || open_job->intent != INTENT_RESULT)
        ending_again (self, open_job, fail->returned ? LOSS_RETURNED : LOSS_TRY, fail->code, fail->message,
                      now);
    else {
        open_job->tries++;
        ending_failed (self, open_job, fail->code, fail->message);
    }
    return true;
}

void dispatcher_drain (dispatcher_t *self, const char *worker)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    if (member)
        pool_drain (&self->pool, member);
}

//  Everything that runs at the member is over; the member is given up.
static void s_leave (dispatcher_t *self, struct pool_member *member, enum loss loss, const char *why,
                     int64_t now)
{
    char worker[ID_BYTES];
    memcpy (worker, member->ready.worker, sizeof worker);
    const char *code = loss == LOSS_DEATH ? error_word (DMH_UNAVAILABLE) : NULL;
    actions_note (self->actions,
                  &(struct action_note){.sort = ACTION_GONE, .worker = worker, .code = code, .message = why});
    //  A member that is not registered goes with the last thing it held.
    while ((member = pool_find (&self->pool, worker)) && member->held)
        ending_again (self, member->held, loss, error_word (DMH_UNAVAILABLE), why, now);
    if (member)
        pool_remove (&self->pool, member);
}

void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    if (member)
        s_leave (self, member, LOSS_RETURNED, "its worker left", now);
}

void dispatcher_undelivered (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    struct open_job *open_job = table_find (&self->open_jobs, job);
    if (!member || !open_job || open_job->member != member || open_job->attempt != attempt)
        return;
    pool_unreachable (&self->pool, member);
    ending_again (self, open_job, LOSS_RETURNED, error_word (DMH_UNAVAILABLE),
                  "its worker could not be reached", 0);
}

bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now)
{
    struct open_job *open_job = table_find (&self->open_jobs, job);
    if (!open_job || open_job->intent == INTENT_END)
        return false;
    if (!open_job->member) {
        ending_close (self, open_job);
        return true;
    }
    if (open_job->intent == INTENT_RESULT) {
        open_job->stopped_at = now;
        ending_note (self, ACTION_STOP, open_job, NULL, NULL);
    }
    open_job->intent = INTENT_END;
    self->ended++;
    return true;
}

//  Its time is over, or its lease: then a worker that has not said since what it runs may be dead.
static void s_overdue (dispatcher_t *self, struct open_job *open_job, int64_t now)
{
    const struct pool_member *member = open_job->member;
    if (lease_time_end (open_job) <= now) {
        ending_too_long (self, open_job, now);
        lease_watch (self, open_job, open_job->lease_end);
    } else if (open_job->lease_end > now)    //  cancelled meanwhile
        lease_watch (self, open_job, open_job->lease_end);
    else if (open_job->intent != INTENT_RESULT)
        ending_let_go (self, open_job);
    else if (!member->registered)    //  not heard since the broker began
        ending_again (self, open_job, LOSS_DEATH, error_word (DMH_UNAVAILABLE),
                      "the worker that ran it did not come back", now);
    else
        lease_watch (self, open_job, member->last_heard + WORKER_SILENT_MS);
}

static void s_expire (dispatcher_t *self, int64_t now)
{
    struct pool_member *member;
    while ((member = pool_silent (&self->pool, now)))
        s_leave (self, member, LOSS_DEATH, "the worker that ran it fell silent", now);
    struct open_job *open_job;
    while ((open_job = heap_first (&self->leases)) && open_job->due <= now)
        s_overdue (self, open_job, now);
    queue_wake (&self->queue, now);
}

static void s_give (dispatcher_t *self, struct open_job *open_job, struct pool_member *member, int64_t now)
{
    queue_remove (&self->queue, open_job);
    open_job->attempt++;
    pool_hold (&self->pool, member, open_job, true);
    open_job->began_at = open_job->moved_at = now;
    open_job->moved = 0;
    lease_renew (self, open_job, LEASE_MS, now);
    ending_note (self, ACTION_GIVE, open_job, NULL, NULL);
}

//  While the next job is to run alone and no worker is idle, those behind it go to workers that are not
//  reserved for it.
void dispatcher_tick (dispatcher_t *self, int64_t now)
{
    s_expire (self, now);
    for (bool first = true, all_busy = false;; first = false) {
        struct open_job *alone = matching_first (&self->pool.matching, WAY_ALONE),
                        *open_job = matching_first (&self->pool.matching, WAY_BESIDE);
        bool is_next = alone && (!open_job || open_job_before (alone, open_job));
        if (first && !is_next)
            pool_unreserve (&self->pool);
        struct pool_member *member = is_next && !all_busy ? pool_choose_idle (&self->pool, alone) : NULL;
        all_busy = all_busy || (is_next && !member);
        if (member)
            open_job = alone;
        else
            member = pool_choose (&self->pool, &open_job);
        if (!member)
            return;
        s_give (self, open_job, member, now);
    }
}

int64_t dispatcher_deadline (const dispatcher_t *self)
{
    const struct open_job *lease = heap_first (&self->leases);
    int64_t deadline = pool_deadline (&self->pool), later = queue_deadline (&self->queue);
    if (later < deadline)
        deadline = later;
    return lease && lease->due < deadline ? lease->due : deadline;
}

void dispatcher_workers (dispatcher_t *self, void (*each) (void *context, const struct worker_state *),
                         void *context)
{
    zhashx_t *members = self->pool.members;
    for (struct pool_member *member = zhashx_first (members); member; member = zhashx_next (members))
        if (member->registered)
            each (context, &(struct worker_state){&member->ready, member->busy, member->since,
                                                  member->last_heard, member->draining});
}

struct worker_totals dispatcher_totals (const dispatcher_t *self)
{
    return self->pool.totals;
}

bool dispatcher_can (const dispatcher_t *self, const struct needs *needs, size_t count)
{
    return matching_can (&self->pool.matching, needs, count);
}

size_t dispatcher_open_count (const dispatcher_t *self)
{
    return self->open_jobs.count - self->ended;
}

bool dispatcher_why (const dispatcher_t *self, const char *job, char out[SENTENCE_BYTES])
{
    const struct open_job *open_job = table_find (&self->open_jobs, job);
    *out = 0;
    if (open_job && !open_job->member)
        matching_why (&self->pool.matching, open_job->lane, out, SENTENCE_BYTES);
    return *out;
}
