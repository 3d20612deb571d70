//  schedule_broker.c: the broker of a schedule: the dispatcher, a store that holds what was committed, and
//  the order of things in a turn: hear, decide, commit, send.
#include "test/support/schedule/schedule_world.h"

#include <stdlib.h>
#include <string.h>

struct job *world_change (struct schedule *self, int j)
{
    if (!self->is_changed[j])
        self->changed[self->changed_count++] = j;
    self->is_changed[j] = true;
    return &self->job[j];
}

static void s_send (struct schedule *self, const char *worker, const struct post *post)
{
    if (self->outbox_count == OUTBOX_MAX)
        return;    //  lost, as on a full queue
    struct letter *letter = &self->outbox[self->outbox_count++];
    memcpy (letter->worker, worker, sizeof letter->worker);
    letter->post = *post;
}

void world_give (struct schedule *self, int j)
{
    char name[ID_BYTES];
    const struct job *job = &self->job[j];
    struct needs needs;
    world_name (j, name);
    world_needs (self, j, &needs);
    struct opening opening = {.job = name,
                              .needs = self->mixed || j % 2 ? &needs : NULL,
                              .priority = (job->is_part ? job->whole : j) % 3,
                              .sequence = job->sequence,
                              .attempt = job->attempt,
                              .tries = job->tries,
                              .worker = job->state == JOB_RUNNING ? job->worker : NULL,
                              .deaths = job->deaths,
                              .stall_ms = j % 2 ? STALL_MS : 0,
                              .time_limit_ms = j % 5 == 0 ? TIME_LIMIT_MS : 0};
    world_hold (self, dispatcher_open (self->dispatcher, &opening, 2 * LEASE_MS, self->now) == DMH_OK,
                "%s could not be opened", name);
}

void world_start_broker (struct schedule *self)
{
    dispatcher_destroy (&self->dispatcher);
    follow_destroy (&self->follow);
    self->dispatcher = dispatcher_new (TRIES);
    self->follow = follow_new ();
    world_hold (self, self->dispatcher && self->follow, "out of memory");
    self->outbox_count = 0;
    for (size_t i = 0; i < self->changed_count; i++) {
        int j = self->changed[i];
        self->job[j] = self->stored[j];
        self->is_changed[j] = false;
    }
    self->changed_count = 0;
    for (int j = 0; self->dispatcher && self->follow && j < self->jobs; j++)
        if (world_is_open (&self->job[j])) {
            self->job[j].not_before = 0;
            world_open (self, j);
        }
}

//  Only a worker that came back takes a death away.
static void s_hold_blame (struct schedule *self, const struct action *action, const struct job *job)
{
    world_hold (self, action->deaths >= job->deaths || job->ran_back, "a death of %s was forgotten",
                action->job);
}

//  A worker that registers: those whose attempts it had.
static void s_come_back (struct schedule *self, const char *worker)
{
    for (int j = 0; j < self->jobs; j++)
        for (size_t i = 0; i < self->job[j].ran_count; i++)
            self->job[j].ran_back |= strcmp (self->job[j].ran[i], worker) == 0;
}

static void s_obey_give (struct schedule *self, const struct action *action, int j)
{
    struct job *job = world_change (self, j);
    world_hold (self, action->attempt == job->attempt + 1, "attempt %d of %s follows %d",
                (int) action->attempt, action->job, (int) job->attempt);
    world_hold (self, job->not_before <= self->now, "%s was given again %d ms too early", action->job,
                (int) (job->not_before - self->now));
    for (size_t i = 0; i < job->follows_count; i++) {
        const struct job *followed = &self->stored[job->follows[i]];
        world_hold (self, followed->state == JOB_DONE && !followed->removed,
                    "%s was given before j%d was done", action->job, job->follows[i]);
    }
    s_hold_blame (self, action, job);
    job->deaths = action->deaths;
    if (job->ran_count < RAN_MAX)
        memcpy (job->ran[job->ran_count++], action->worker, sizeof job->worker);
    for (int k = 0; k < self->jobs; k++) {
        const struct job *other = &self->job[k];
        if (other == job || !other->submitted || other->state != JOB_RUNNING ||
            strcmp (other->worker, action->worker) != 0)
            continue;
        world_hold (self, job->deaths < DEATHS_ALONE, "%s was given to %s beside j%d", action->job,
                    action->worker, k);
        world_hold (self, other->deaths < DEATHS_ALONE, "%s was given to %s, where j%d is to be alone",
                    action->job, action->worker, k);
    }
    job->state = JOB_RUNNING;
    job->excused = false;
    job->attempt = action->attempt;
    memcpy (job->worker, action->worker, sizeof job->worker);
    world_hold_given (self, j, action->worker);
    s_send (self, action->worker,
            &(struct post){.sort = POST_JOB, .one = {.job = j, .attempt = action->attempt}});
}

static void s_obey (struct schedule *self, const struct action *action)
{
    static const char *const WORDS[] = {"given", "stopped", "queued", "failed", "gone"};
    world_tell (self, "  %s.%d %s at %s (%u tries)", action->job, (int) action->attempt, WORDS[action->sort],
                action->worker, action->tries);
    if (action->sort == ACTION_GONE)
        return;
    int j = atoi (action->job + 1);
    world_hold (self, !self->job[j].removed || action->sort == ACTION_STOP, "%s was removed and goes on",
                action->job);
    if (action->sort == ACTION_STOP) {
        s_send (self, action->worker,
                &(struct post){.sort = POST_STOP, .one = {.job = j, .attempt = action->attempt}});
        return;
    }
    //  As the broker has it: what a client did in the same turn comes first.
    if (self->job[j].state != (action->sort == ACTION_GIVE ? JOB_QUEUED : JOB_RUNNING))
        return;
    if (action->sort == ACTION_GIVE) {
        s_obey_give (self, action, j);
        return;
    }
    struct job *job = world_change (self, j);
    world_hold (self, job->state == JOB_RUNNING, "%s ended an attempt while it did not run", action->job);
    world_hold (self, action->attempt == job->attempt, "%s ended attempt %d while %d ran", action->job,
                (int) action->attempt, (int) job->attempt);
    world_hold (self, action->tries <= job->tries + 1 && action->tries >= job->tries,
                "the tries of %s went from %u to %u", action->job, job->tries, action->tries);
    world_hold (self, action->sort == ACTION_FAILED || action->tries < TRIES,
                "%s was tried %u times and goes on", action->job, action->tries);
    world_hold (self, action->deaths + action->tries <= job->deaths + job->tries + 1, "%s was blamed twice",
                action->job);
    s_hold_blame (self, action, job);
    bool stalled = strstr (action->message, "--stall-seconds") != NULL,
         too_long = strcmp (action->code, "time_limit") == 0;
    world_hold (self, !stalled || j % 2, "%s has no end and was taken away", action->job);
    world_hold (self, !too_long || (j % 5 == 0 && action->sort == ACTION_FAILED), "%s has no limit",
                action->job);
    world_hold (self,
                stalled || too_long || action->tries == job->tries || job->excused ||
                    world_worker (self, action->worker),
                "%s lost a try by the death of %s", action->job, action->worker);
    bool poison = strcmp (action->code, "poison") == 0 && action->sort == ACTION_FAILED;
    world_hold (self, poison == (action->deaths >= DEATHS_MAX), "%s saw %d deaths and ended as “%s”",
                action->job, (int) action->deaths, action->code);
    static const int64_t BACK_OFF_MS[] = {0, 1000, 4000};    //  PROTOCOL.md
    bool counted = action->tries > job->tries && action->sort == ACTION_QUEUED;
    job->not_before = counted ? self->now + BACK_OFF_MS[action->tries] : 0;
    job->tries = action->tries;
    job->deaths = action->deaths;
    job->state = action->sort == ACTION_QUEUED ? JOB_QUEUED : JOB_FAILED;
}

static void s_take_end (struct schedule *self, const struct worker *worker, const struct held *held)
{
    char name[ID_BYTES];
    world_name (held->job, name);
    if (held->how == HELD_RESULT) {
        bool taken = dispatcher_result (self->dispatcher, worker->id, name, held->attempt, self->now);
        world_tell (self, "the result of %s.%d by %s is %s", name, (int) held->attempt, worker->id,
                    taken ? "taken" : "refused");
        world_hold (self, !taken || !self->job[held->job].removed, "%s was removed and is done", name);
        if (taken) {
            struct job *job = world_change (self, held->job);
            world_hold (self, job->state == JOB_RUNNING, "%s was done while it did not run", name);
            world_hold (self, job->attempt == held->attempt, "attempt %d of %s was taken while %d ran",
                        (int) held->attempt, name, (int) job->attempt);
            world_hold (self, strcmp (job->worker, worker->id) == 0, "%s was taken from %s", name,
                        worker->id);
            job->state = JOB_DONE;
        }
    } else {
        struct fail fail = {.attempt = held->attempt, .code = "io", .message = "why"};
        memcpy (fail.job, name, sizeof fail.job);
        fail.returned = held->how == HELD_RETURNED;
        fail.retryable = held->how == HELD_RETRYABLE;
        if (dispatcher_fail (self->dispatcher, worker->id, &fail, self->now))
            self->job[held->job].excused = true;
    }
    s_send (self, worker->id, &(struct post){.sort = POST_ACK, .one = *held});
}

static void s_hear (struct schedule *self, struct worker *worker, const struct post *post)
{
    struct running_job running[HELD_MAX];
    for (size_t i = 0; i < post->held_count; i++) {
        running[i] = (struct running_job){.attempt = post->held[i].attempt};
        world_name (post->held[i].job, running[i].job);
    }
    switch (post->sort) {
    case POST_READY: {
        struct ready ready = {.slots = worker->slots, .running = running, .running_count = post->held_count};
        struct word words[KINDS + TASKS] = {{""}};
        memcpy (ready.worker, worker->id, sizeof ready.worker);
        world_say_abilities (worker, words, &ready);
        world_tell (self, "%s registers with %zu attempts", worker->id, post->held_count);
        s_come_back (self, worker->id);
        world_hold (self, dispatcher_ready (self->dispatcher, &ready, self->now) == DMH_OK, "out of memory");
        break;
    }
    case POST_BEAT:
        if (!dispatcher_heartbeat (self->dispatcher, worker->id, running, post->held_count, self->now))
            s_send (self, worker->id, &(struct post){.sort = POST_UNKNOWN});
        break;
    case POST_END:
        s_take_end (self, worker, &post->one);
        break;
    case POST_DRAIN:
        dispatcher_drain (self->dispatcher, worker->id);
        break;
    case POST_BYE:
        world_tell (self, "%s has left", worker->id);
        dispatcher_bye (self->dispatcher, worker->id, self->now);
        worker->alive = false;
        break;
    default:
        world_hold (self, false, "%s sent a message of sort %d", worker->id, post->sort);
    }
}

static void s_client (struct schedule *self, int j)
{
    char name[ID_BYTES];
    world_name (j, name);
    if (self->job[j].removed || self->job[j].is_part)
        return;    //  it is not found any more, or nobody's to ask for
    if (!self->job[j].submitted && self->mixed && world_dice (self, 3) == 0 && world_split (self, j))
        return;
    if (!self->job[j].submitted) {
        struct job *job = world_change (self, j);
        *job =
            (struct job){.submitted = true, .opens = true, .state = JOB_QUEUED, .sequence = ++self->sequence};
        world_follow_some (self, job, j);
        world_tell (self, "%s is submitted and follows %zu", name, job->follows_count);
    } else if (world_is_open (&self->job[j]) && world_dice (self, 6) == 0) {
        //  One that has just failed, which is not noted yet, is left to that.
        if (!self->job[j].opens && !follow_drop (self->follow, name) &&
            !dispatcher_cancel (self->dispatcher, name, self->now))
            return;
        world_tell (self, "%s is cancelled", name);
        struct job *job = world_change (self, j);
        job->state = JOB_CANCELLED;
        job->opens = false;
    } else if (!world_is_open (&self->job[j]) && world_dice (self, 3) == 0) {
        world_hold (self, !dispatcher_cancel (self->dispatcher, name, self->now),
                    "%s has ended and was cancelled", name);
        if (self->job[j].state != JOB_DONE && self->job[j].parts)
            world_split_retry (self, j);
        else if (self->job[j].state != JOB_DONE && world_kept_by (self, j) < 0)
            world_retry (self, j);
    }
}

//  As the broker has it: those that have ended come first, and then those that open.
static void s_commit (struct schedule *self)
{
    for (size_t i = 0; i < self->changed_count; i++) {
        int j = self->changed[i];
        char name[ID_BYTES];
        struct job *job = &self->job[j], *stored = &self->stored[j];
        bool ended = stored->submitted && !world_is_open (stored);
        world_hold (self,
                    !ended || job->state == stored->state || (job->retried && stored->state != JOB_DONE),
                    "j%d ended twice", j);
        world_hold (self, job->attempt >= stored->attempt, "the attempts of j%d count down", j);
        world_name (j, name);
        if (!world_is_open (job))
            follow_ended (self->follow, name, job->state == JOB_DONE);
        job->retried = false;
        *stored = *job;
        stored->opens = false;
        self->is_changed[j] = false;
    }
    for (size_t i = 0; i < self->changed_count; i++) {
        struct job *job = &self->job[self->changed[i]];
        if (job->opens)
            world_open (self, self->changed[i]);
        job->opens = false;
    }
    self->changed_count = 0;
}

//  Between two turns, in a commit of its own: what has ended is forgotten, whoever still holds an attempt of
//  it.
static void s_retain (struct schedule *self)
{
    int j = (int) world_dice (self, (unsigned) self->jobs);
    char name[ID_BYTES];
    world_name (j, name);
    if (self->peace || !self->stored[j].submitted || world_is_open (&self->stored[j]) ||
        world_dice (self, 8) > 0)
        return;
    //  By age what is needed stays; by request it leaves, unless its user runs already.
    bool asked = world_dice (self, 2) && !self->job[j].is_part;
    if (follow_needs (self->follow, name) && (!asked || follow_user (self->follow, name)))
        return;
    world_tell (self, "j%d is removed", j);
    self->job[j].removed = self->stored[j].removed = true;
    follow_ended (self->follow, name, false);
}

static void s_deliver (struct schedule *self, const struct letter *letter)
{
    const struct held *one = &letter->post.one;
    if (letter->post.sort == POST_JOB) {
        world_hold (self, one->attempt > self->sent[one->job], "attempt %d of j%d left twice",
                    (int) one->attempt, one->job);
        self->sent[one->job] = one->attempt;
    }
    struct worker *worker = world_worker (self, letter->worker);
    if (worker)
        world_post (self, &worker->in, &letter->post);
    else if (letter->post.sort == POST_JOB &&
             (self->peace || world_dice (self, 2))) {    //  and it was noticed
        char name[ID_BYTES];
        world_name (one->job, name);
        dispatcher_undelivered (self->dispatcher, letter->worker, name, one->attempt);
    }
}

struct count_slots {
    struct schedule *schedule;
    struct worker_totals totals;
};

static void s_count_slots (void *context, const struct worker_state *state)
{
    struct count_slots *self = context;
    self->totals.workers++;
    self->totals.slots += state->ready->slots;
    self->totals.busy += state->busy;
    world_hold (self->schedule, state->busy <= state->ready->slots || state->draining,
                "%s holds %zu attempts with %u slots", state->ready->worker, state->busy,
                (unsigned) state->ready->slots);
}

//  After every turn: no job was lost or invented, no slot taken twice.
static void s_look (struct schedule *self)
{
    size_t open = 0;
    for (int j = 0; j < self->jobs; j++)
        open += world_is_open (&self->job[j]) && !self->job[j].opens;
    size_t known = dispatcher_open_count (self->dispatcher) + follow_waiting (self->follow);
    world_hold (self, known == open, "%zu jobs are open, %zu known to be", open, known);
    struct count_slots counted = {.schedule = self};
    struct worker_totals totals = dispatcher_totals (self->dispatcher);
    dispatcher_workers (self->dispatcher, s_count_slots, &counted);
    world_hold (self,
                totals.workers == counted.totals.workers && totals.slots == counted.totals.slots &&
                    totals.busy == counted.totals.busy,
                "%zu workers with %zu slots, %zu of them busy, are said to be there", totals.workers,
                totals.slots, totals.busy);
    world_hold_why (self, (int) world_dice (self, (unsigned) self->jobs));
    world_split_hold (self);
    world_hold (self, dispatcher_deadline (self->dispatcher) > self->now,
                "a deadline passed without being kept");
}

static void s_decide (struct schedule *self)
{
    struct action action;
    world_follow (self);
    world_split_act (self);
    dispatcher_tick (self->dispatcher, self->now);
    while (dispatcher_action (self->dispatcher, &action))
        s_obey (self, &action);
}

void world_turn (struct schedule *self, unsigned hear)
{
    enum { NEVER, BEFORE_COMMIT, BEFORE_SENDING, WHILE_SENDING } crash = NEVER;
    struct post post;
    if (!self->peace && world_dice (self, 150) == 0)
        crash = 1 + world_dice (self, 3);
    unsigned first = world_dice (self, (unsigned) self->workers);
    for (int w = 0; w < self->workers && hear > 0; w++) {
        struct worker *worker = &self->worker[(first + (unsigned) w) % (unsigned) self->workers];
        while (worker->alive && hear > 0 && world_receive (self, &worker->out, &post)) {
            s_hear (self, worker, &post);
            hear--;
            if (!self->peace)
                break;
        }
    }
    for (unsigned i = self->peace ? 0 : world_dice (self, 3); i > 0; i--)
        s_client (self, (int) world_dice (self, (unsigned) self->jobs));
    s_decide (self);
    s_look (self);
    if (crash == BEFORE_COMMIT) {
        world_tell (self, "the broker crashes before it commits");
        world_start_broker (self);
        return;
    }
    s_commit (self);
    for (size_t i = 0; i < self->outbox_count && crash != BEFORE_SENDING; i++) {
        if (crash == WHILE_SENDING && world_dice (self, 3) == 0)
            break;
        s_deliver (self, &self->outbox[i]);
    }
    self->outbox_count = 0;
    s_retain (self);
    world_split_leave (self);
    if (crash != NEVER) {
        world_tell (self, "the broker crashes after it committed");
        world_start_broker (self);
    }
}
