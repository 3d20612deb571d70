//  dispatcher.c: see dispatcher.h. Every job that has not ended is in the queue, or at a member of the pool
//  with a lease here.
#include "broker/dispatch/dispatcher.h"

#include "broker/dispatch/actions.h"
#include "broker/dispatch/pool.h"
#include "broker/dispatch/queue.h"

static const int64_t BACK_OFF_MS[] = {1000, 4000};    //  the last one again where there are more attempts

struct dispatcher {
    unsigned attempts;
    zhashx_t *open_jobs;    //  by job
    size_t ended;           //  those that only wait for their slot (INTENT_END)
    struct queue queue;
    struct pool pool;
    struct heap leases;
    uint64_t beat;
    actions_t *actions;
};

static bool s_due_before (const void *a, const void *b)
{
    return ((const struct open_job *) a)->due < ((const struct open_job *) b)->due;
}

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
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
    self->open_jobs = zhashx_new ();
    self->actions = actions_new ();
    if (pool_init (&self->pool) != 0 || !self->open_jobs || !self->actions) {
        dispatcher_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->open_jobs, s_free);
    return self;
}

void dispatcher_destroy (dispatcher_t **self_p)
{
    dispatcher_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->open_jobs);
    actions_destroy (&self->actions);
    queue_clear (&self->queue);
    pool_clear (&self->pool);
    heap_clear (&self->leases);
    free (self);
    *self_p = NULL;
}

//  Notes what becomes of an open job's attempt.
static void s_note (dispatcher_t *self, enum action_sort sort, const struct open_job *open_job,
                    const char *code, const char *message)
{
    actions_note (self->actions, sort, open_job->member ? open_job->member->ready.worker : NULL,
                  open_job->job, open_job->attempt, open_job->tries, code, message);
}

bool dispatcher_action (dispatcher_t *self, struct action *out)
{
    return actions_take (self->actions, out);
}

//  A member is kept while it is registered or holds something.
static void s_vacate (dispatcher_t *self, struct open_job *open_job)
{
    struct pool_member *member = open_job->member;
    heap_remove (&self->leases, open_job);
    pool_release (&self->pool, open_job);
    if (member && !member->registered && member->busy == 0)
        pool_remove (&self->pool, member);
}

static void s_close (dispatcher_t *self, struct open_job *open_job)
{
    s_vacate (self, open_job);
    queue_remove (&self->queue, open_job);
    self->ended -= open_job->intent == INTENT_END;
    char job[ID_BYTES];    //  the open job is gone while its key is still looked at
    memcpy (job, open_job->job, sizeof job);
    zhashx_delete (self->open_jobs, job);
}

static void s_lease (dispatcher_t *self, struct open_job *open_job, int64_t due)
{
    heap_remove (&self->leases, open_job);
    open_job->due = due;
    heap_put (&self->leases, open_job);
}

//  Room in every heap for one open job more, so that no later move of an open job can fail.
static struct open_job *s_new_open_job (dispatcher_t *self, const struct opening *opening)
{
    size_t count = zhashx_size (self->open_jobs) + 1;
    if (queue_reserve (&self->queue, count) != 0 || heap_reserve (&self->leases, count) != 0)
        return NULL;
    struct open_job *open_job = calloc (1, sizeof *open_job);
    if (!open_job)
        return NULL;
    snprintf (open_job->job, sizeof open_job->job, "%s", opening->job);
    open_job->priority = opening->priority;
    open_job->sequence = opening->sequence;
    open_job->attempt = opening->attempt;
    open_job->tries = opening->tries;
    open_job->in_queue = open_job->in_later = open_job->in_leases = HEAP_OUT;
    return open_job;
}

int dispatcher_open (dispatcher_t *self, const struct opening *opening, int64_t lease_ms, int64_t now)
{
    struct open_job *open_job = zhashx_lookup (self->open_jobs, opening->job);
    if (open_job) {
        self->ended -= open_job->intent == INTENT_END;
        if (open_job->intent == INTENT_END)
            open_job->intent = INTENT_AGAIN;
        return DMH_OK;
    }
    struct pool_member *member = NULL;
    if (opening->worker && !(member = pool_take_in (&self->pool, opening->worker)))
        return DMH_INTERNAL;
    open_job = s_new_open_job (self, opening);
    if (!open_job)
        return DMH_INTERNAL;
    zhashx_insert (self->open_jobs, open_job->job, open_job);
    if (member) {
        pool_hold (&self->pool, member, open_job, false);
        s_lease (self, open_job, now + lease_ms);
    } else
        queue_put (&self->queue, open_job);
    return DMH_OK;
}

//  How much of a sentence fits into `room` bytes, cut between two characters of UTF-8.
static int s_fit (const char *text, size_t room)
{
    size_t n = strlen (text);
    if (n > room)
        for (n = room; n > 0 && (text[n] & 0xc0) == 0x80;)
            n--;
    return (int) n;
}

static void s_failed (dispatcher_t *self, struct open_job *open_job, const char *code, const char *message)
{
    char text[SENTENCE_BYTES], tried[32] = "";
    if (open_job->tries > 1)
        snprintf (tried, sizeof tried, " (tried %u times)", open_job->tries);
    snprintf (text, sizeof text, "%.*s%s", s_fit (message, sizeof text - sizeof tried), message, tried);
    s_note (self, ACTION_FAILED, open_job, code, text);
    s_close (self, open_job);
}

//  The attempt of a job that is not wanted any more is over.
static void s_let_go (dispatcher_t *self, struct open_job *open_job)
{
    if (open_job->intent == INTENT_END) {
        s_close (self, open_job);
        return;
    }
    s_vacate (self, open_job);
    open_job->intent = INTENT_RESULT;
    open_job->tries = 0;
    queue_put (&self->queue, open_job);
}

//  An attempt is over without a result. `counts`: against the limit, with a back-off; else the job is queued
//  at once.
static void s_again (dispatcher_t *self, struct open_job *open_job, bool counts, const char *code,
                     const char *message, int64_t now)
{
    if (open_job->intent != INTENT_RESULT) {
        s_let_go (self, open_job);
        return;
    }
    open_job->tries += counts;
    if (counts && open_job->tries >= self->attempts) {
        s_failed (self, open_job, code, message);
        return;
    }
    s_note (self, ACTION_QUEUED, open_job, code, message);
    s_vacate (self, open_job);
    size_t steps = sizeof BACK_OFF_MS / sizeof *BACK_OFF_MS;
    if (counts)
        queue_put_later (&self->queue, open_job,
                         now + BACK_OFF_MS[open_job->tries <= steps ? open_job->tries - 1 : steps - 1]);
    else
        queue_put (&self->queue, open_job);
}

int dispatcher_ready (dispatcher_t *self, const struct ready *ready, int64_t now)
{
    struct pool_member *member = pool_take_in (&self->pool, ready->worker);
    if (!member)
        return DMH_INTERNAL;
    pool_register (&self->pool, member, ready, now);
    dispatcher_heartbeat (self, ready->worker, ready->running, ready->running_count, now);
    return DMH_OK;
}

//  Attempts that were to stop and that the worker does not name any more: long enough after CANCEL, so that
//  the heartbeat cannot have been on its way before the worker had even seen the job.
static void s_let_go_unnamed (dispatcher_t *self, struct pool_member *member, int64_t now)
{
    struct open_job *next;
    for (struct open_job *open_job = member->held; open_job; open_job = next) {
        next = open_job->after;
        if (open_job->intent != INTENT_RESULT && open_job->beat != self->beat &&
            open_job->stopped_at + HEARTBEAT_MS <= now)
            s_let_go (self, open_job);
    }
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
        struct open_job *open_job = zhashx_lookup (self->open_jobs, running[i].job);
        bool current = open_job && open_job->member == member && open_job->attempt == running[i].attempt;
        if (current) {
            open_job->beat = self->beat;
            s_lease (self, open_job, now + LEASE_MS);
        }
        if (!current || open_job->intent != INTENT_RESULT)
            actions_note (self->actions, ACTION_STOP, worker, running[i].job, running[i].attempt, 0, NULL,
                          NULL);
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
    struct open_job *open_job = zhashx_lookup (self->open_jobs, job);
    return member && open_job && open_job->member == member && open_job->attempt == attempt ? open_job : NULL;
}

bool dispatcher_result (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt,
                        int64_t now)
{
    struct open_job *open_job = s_current (self, worker, job, attempt, now);
    if (!open_job)
        return false;
    bool wanted = open_job->intent == INTENT_RESULT;
    if (wanted)
        s_close (self, open_job);
    else
        s_let_go (self, open_job);
    return wanted;
}

bool dispatcher_fail (dispatcher_t *self, const char *worker, const struct fail *fail, int64_t now)
{
    struct open_job *open_job = s_current (self, worker, fail->job, fail->attempt, now);
    if (!open_job)
        return false;
    if (fail->returned || fail->retryable || open_job->intent != INTENT_RESULT)
        s_again (self, open_job, !fail->returned, fail->code, fail->message, now);
    else {
        open_job->tries++;
        s_failed (self, open_job, fail->code, fail->message);
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
static void s_leave (dispatcher_t *self, struct pool_member *member, bool counts, const char *why,
                     int64_t now)
{
    char worker[ID_BYTES];
    memcpy (worker, member->ready.worker, sizeof worker);
    actions_note (self->actions, ACTION_GONE, worker, NULL, 0, 0, NULL, why);
    //  A member that is not registered goes with the last thing it held.
    while ((member = pool_find (&self->pool, worker)) && member->held)
        s_again (self, member->held, counts, error_word (DMH_UNAVAILABLE), why, now);
    if (member)
        pool_remove (&self->pool, member);
}

void dispatcher_bye (dispatcher_t *self, const char *worker, int64_t now)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    if (member)
        s_leave (self, member, false, "its worker left", now);
}

void dispatcher_undelivered (dispatcher_t *self, const char *worker, const char *job, uint64_t attempt)
{
    struct pool_member *member = pool_find (&self->pool, worker);
    struct open_job *open_job = zhashx_lookup (self->open_jobs, job);
    if (!member || !open_job || open_job->member != member || open_job->attempt != attempt)
        return;
    pool_unreachable (&self->pool, member);
    s_again (self, open_job, false, error_word (DMH_UNAVAILABLE), "its worker could not be reached", 0);
}

bool dispatcher_cancel (dispatcher_t *self, const char *job, int64_t now)
{
    struct open_job *open_job = zhashx_lookup (self->open_jobs, job);
    if (!open_job || open_job->intent == INTENT_END)
        return false;
    if (!open_job->member) {
        s_close (self, open_job);
        return true;
    }
    if (open_job->intent == INTENT_RESULT) {
        open_job->stopped_at = now;
        s_note (self, ACTION_STOP, open_job, NULL, NULL);
    }
    open_job->intent = INTENT_END;
    self->ended++;
    return true;
}

static void s_expire (dispatcher_t *self, int64_t now)
{
    struct pool_member *member;
    while ((member = pool_silent (&self->pool, now)))
        s_leave (
            self, member, true,
            "the worker that ran it fell silent; when that happens each time, the input may be the reason",
            now);
    struct open_job *open_job;
    while ((open_job = heap_first (&self->leases)) && open_job->due <= now)
        s_again (self, open_job, true, error_word (DMH_UNAVAILABLE), "the worker that ran it lost it", now);
    queue_wake (&self->queue, now);
}

void dispatcher_tick (dispatcher_t *self, int64_t now)
{
    s_expire (self, now);
    struct open_job *open_job;
    struct pool_member *member;
    while ((open_job = queue_first (&self->queue)) && (member = pool_choose (&self->pool))) {
        queue_remove (&self->queue, open_job);
        open_job->attempt++;
        pool_hold (&self->pool, member, open_job, true);
        s_lease (self, open_job, now + LEASE_MS);
        s_note (self, ACTION_GIVE, open_job, NULL, NULL);
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
    for (struct pool_member *member = zhashx_first (members); member; member = zhashx_next (members)) {
        struct worker_state state = {&member->ready, member->busy, member->since, member->last_heard,
                                     member->draining};
        if (member->registered)
            each (context, &state);
    }
}

size_t dispatcher_open_count (const dispatcher_t *self)
{
    return zhashx_size (self->open_jobs) - self->ended;
}
