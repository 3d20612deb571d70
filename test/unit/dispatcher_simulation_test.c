//  dispatcher_simulation_test.c: the dispatcher among workers that die, leave, drain and fall silent, on
//  links that delay and cut, with clients that cancel and retry and a broker that starts again; invariants
//  after each step. The store is what the actions say, as the broker would have committed it.
#include "../../broker/dispatcher.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    JOBS = 60,
    WORKERS = 5,
    SLOTS = 3,
    HELD_MAX = 64,
    POST_MAX = 256,
    STEPS = 6000,
    SEEDS = 150,
    TRIES = 3
};

struct job {
    enum job_state state;
    bool submitted;
    uint64_t attempt, sequence;
    unsigned tries;
    char worker[ID_BYTES];
};

//  A message on its way; they stay in order.
struct post {
    enum { POST_JOB, POST_STOP, POST_READY, POST_BEAT, POST_RESULT, POST_FAIL, POST_BYE } sort;
    int job;
    uint64_t attempt;
    struct fail fail;
    struct running_job running[HELD_MAX];
    size_t running_count;
};

struct link {
    struct post posts[POST_MAX];
    size_t count;
};

struct worker {
    bool alive, draining;
    char id[ID_BYTES];
    int held[HELD_MAX];
    uint64_t attempt[HELD_MAX];
    size_t held_count;
    struct link in, out;
};

struct world {
    dispatcher_t *dispatcher;
    struct job jobs[JOBS];
    struct worker workers[WORKERS];
    int64_t now;
    uint64_t random, sequence;
    unsigned born;
};

static unsigned s_random (struct world *world, unsigned below)
{
    world->random = world->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (world->random >> 33) % below;
}

static bool s_is_open (const struct job *job)
{
    return job->submitted && (job->state == JOB_QUEUED || job->state == JOB_RUNNING);
}

static void s_name (int job, char out[ID_BYTES])
{
    snprintf (out, ID_BYTES, "j%d", job);
}

static void s_post (struct link *link, const struct post *post)
{
    if (link->count < POST_MAX)    //  else it is lost, as on a full queue
        link->posts[link->count++] = *post;
}

static bool s_receive (struct link *link, struct post *out)
{
    if (link->count == 0)
        return false;
    *out = link->posts[0];
    memmove (link->posts, link->posts + 1, --link->count * sizeof *link->posts);
    return true;
}

static struct worker *s_worker (struct world *world, const char *id)
{
    for (int w = 0; w < WORKERS; w++)
        if (world->workers[w].alive && strcmp (world->workers[w].id, id) == 0)
            return &world->workers[w];
    return NULL;
}

static void s_open (struct world *world, int j)
{
    char name[ID_BYTES];
    struct job *job = &world->jobs[j];
    s_name (j, name);
    struct opening opening = {name,         j % 3,      job->sequence,
                              job->attempt, job->tries, job->state == JOB_RUNNING ? job->worker : NULL};
    cr_assert_eq (dispatcher_open (world->dispatcher, &opening, 2 * LEASE_MS, world->now), DMH_OK);
}

//  What the broker would commit and send.
static void s_obey (struct world *world, const struct action *action)
{
    struct post post = {.attempt = action->attempt};
    if (action->sort == ACTION_GONE)
        return;
    post.job = atoi (action->job + 1);
    struct job *job = &world->jobs[post.job];
    struct worker *worker = s_worker (world, action->worker);
    if (action->sort == ACTION_STOP) {
        post.sort = POST_STOP;
        if (worker)
            s_post (&worker->in, &post);
        return;
    }
    cr_assert (s_is_open (job), "%s was touched after its end", action->job);
    if (action->sort == ACTION_GIVE) {
        cr_assert_eq (job->state, JOB_QUEUED, "%s was given twice", action->job);
        cr_assert_eq (action->attempt, job->attempt + 1, "the attempts of %s do not count up", action->job);
        job->state = JOB_RUNNING;
        job->attempt = action->attempt;
        memcpy (job->worker, action->worker, sizeof job->worker);
        post.sort = POST_JOB;
        if (worker && s_random (world, 30) > 0)
            s_post (&worker->in, &post);
        else if (s_random (world, 2))    //  and it was noticed
            dispatcher_undelivered (world->dispatcher, action->worker, action->job, action->attempt);
        return;
    }
    cr_assert_eq (job->state, JOB_RUNNING);
    cr_assert_eq (action->attempt, job->attempt);
    cr_assert_leq (action->tries, job->tries + 1);
    job->tries = action->tries;
    job->state = action->sort == ACTION_QUEUED ? JOB_QUEUED : JOB_FAILED;
    if (action->sort == ACTION_QUEUED)
        cr_assert_lt (job->tries, TRIES);
}

static void s_count_slots (void *context, const struct worker_state *state)
{
    (void) context;
    cr_assert_leq (state->busy, state->ready->slots, "%s holds more than its slots", state->ready->worker);
}

static void s_settle (struct world *world)
{
    struct action action;
    size_t open = 0, held;
    dispatcher_tick (world->dispatcher, world->now);
    while (dispatcher_action (world->dispatcher, &action))
        s_obey (world, &action);
    for (int j = 0; j < JOBS; j++)
        open += s_is_open (&world->jobs[j]);
    cr_assert_eq (dispatcher_open_count (world->dispatcher), open, "a job was lost or invented");
    dispatcher_workers (world->dispatcher, s_count_slots, NULL);
    for (int w = 0; w < WORKERS; w++) {
        const struct worker *worker = &world->workers[w];
        held = 0;
        for (size_t i = 0; worker->alive && i < worker->held_count; i++) {
            const struct job *job = &world->jobs[worker->held[i]];
            held += job->state == JOB_RUNNING && job->attempt == worker->attempt[i] &&
                    strcmp (job->worker, worker->id) == 0;
        }
        cr_assert_leq (held, SLOTS, "%s runs more than its slots", worker->id);
    }
}

static void s_born (struct world *world, struct worker *worker)
{
    memset (worker, 0, sizeof *worker);
    worker->alive = true;
    snprintf (worker->id, sizeof worker->id, "w%u", ++world->born);
}

//  What it runs, in a READY or a HEARTBEAT.
static void s_speak (struct worker *worker, bool ready)
{
    struct post post = {.sort = ready ? POST_READY : POST_BEAT, .running_count = worker->held_count};
    for (size_t i = 0; i < worker->held_count; i++) {
        s_name (worker->held[i], post.running[i].job);
        post.running[i].attempt = worker->attempt[i];
    }
    s_post (&worker->out, &post);
}

static void s_drop (struct worker *worker, size_t at)
{
    worker->held_count--;
    worker->held[at] = worker->held[worker->held_count];
    worker->attempt[at] = worker->attempt[worker->held_count];
}

static void s_hand_in (struct world *world, struct worker *worker, size_t at, unsigned how)
{
    struct post post = {
        .sort = how > 4 ? POST_RESULT : POST_FAIL, .job = worker->held[at], .attempt = worker->attempt[at]};
    post.fail = (struct fail){.attempt = post.attempt, .code = "io", .message = "why"};
    s_name (post.job, post.fail.job);
    post.fail.returned = how == 1;
    post.fail.retryable = how == 2 || how == 3;
    s_drop (worker, at);
    s_post (&worker->out, &post);
    if (s_random (world, 10) == 0)    //  said again
        s_post (&worker->out, &post);
}

static void s_worker_hears (struct worker *worker)
{
    struct post post;
    if (!s_receive (&worker->in, &post))
        return;
    if (post.sort == POST_JOB && worker->held_count < HELD_MAX) {
        worker->held[worker->held_count] = post.job;
        worker->attempt[worker->held_count++] = post.attempt;
        return;
    }
    for (size_t i = 0; i < worker->held_count; i++)
        if (worker->held[i] == post.job && worker->attempt[i] == post.attempt) {
            s_drop (worker, i);
            post.sort = POST_FAIL;
            post.fail = (struct fail){.attempt = post.attempt, .code = "cancelled"};
            s_name (post.job, post.fail.job);
            s_post (&worker->out, &post);
        }
}

static void s_broker_takes_result (struct world *world, const char *worker, const struct post *post)
{
    struct job *job = &world->jobs[post->job];
    if (!dispatcher_result (world->dispatcher, worker, post->fail.job, post->attempt, world->now))
        return;
    cr_assert_eq (job->state, JOB_RUNNING, "j%d was done when it did not run", post->job);
    cr_assert_eq (job->attempt, post->attempt, "an old attempt of j%d was accepted", post->job);
    cr_assert_str_eq (job->worker, worker);
    job->state = JOB_DONE;
}

static void s_broker_hears (struct world *world, struct worker *worker)
{
    struct post post;
    if (!s_receive (&worker->out, &post))
        return;
    struct ready ready = {.slots = SLOTS, .running = post.running, .running_count = post.running_count};
    memcpy (ready.worker, worker->id, sizeof ready.worker);
    if (post.sort == POST_READY) {
        dispatcher_ready (world->dispatcher, &ready, world->now);
        if (worker->draining)
            dispatcher_drain (world->dispatcher, worker->id);
    } else if (post.sort == POST_BEAT) {
        if (!dispatcher_heartbeat (world->dispatcher, worker->id, post.running, post.running_count,
                                   world->now))
            s_speak (worker, true);    //  as the ERROR would make it
    } else if (post.sort == POST_RESULT)
        s_broker_takes_result (world, worker->id, &post);
    else if (post.sort == POST_FAIL)
        dispatcher_fail (world->dispatcher, worker->id, &post.fail, world->now);
    else {
        dispatcher_bye (world->dispatcher, worker->id, world->now);
        worker->alive = false;
    }
}

//  All of it back to the queue, and goodbye.
static void s_leave (struct world *world, struct worker *worker)
{
    struct post bye = {.sort = POST_BYE};
    while (worker->held_count)
        s_hand_in (world, worker, 0, 1);
    s_post (&worker->out, &bye);
}

static void s_client (struct world *world, int j)
{
    struct job *job = &world->jobs[j];
    char name[ID_BYTES];
    s_name (j, name);
    if (!job->submitted) {
        *job = (struct job){.submitted = true, .state = JOB_QUEUED, .sequence = ++world->sequence};
        s_open (world, j);
    } else if (s_is_open (job) && s_random (world, 6) == 0) {
        cr_assert (dispatcher_cancel (world->dispatcher, name, world->now), "open %s", name);
        job->state = JOB_CANCELLED;
    } else if (!s_is_open (job) && s_random (world, 3) == 0) {
        cr_assert_not (dispatcher_cancel (world->dispatcher, name, world->now), "ended %s", name);
        if (job->state == JOB_DONE)
            return;
        job->state = JOB_QUEUED;
        job->tries = 0;
        s_open (world, j);
    }
}

static void s_restart (struct world *world)
{
    dispatcher_destroy (&world->dispatcher);
    world->dispatcher = dispatcher_new (TRIES);
    for (int j = 0; j < JOBS; j++)
        if (s_is_open (&world->jobs[j]))
            s_open (world, j);
}

static void s_disturb (struct world *world, struct worker *worker)
{
    switch (s_random (world, 120)) {
    case 0:
        worker->alive = false;    //  killed
        break;
    case 1:
        s_leave (world, worker);
        break;
    case 2:
        worker->draining = true;
        dispatcher_drain (world->dispatcher, worker->id);
        break;
    case 3:    //  its link is cut, what was on it is lost, and it comes back on another
        worker->in.count = worker->out.count = 0;
        s_speak (worker, true);
        break;
    case 4:
        world->now += WORKER_SILENT_MS + 1;    //  nobody hears anybody
        break;
    case 5:
        if (s_random (world, 4) == 0)
            s_restart (world);
        break;
    default:
        break;
    }
}

static void s_step (struct world *world, bool peace)
{
    struct worker *worker = &world->workers[s_random (world, WORKERS)];
    world->now += s_random (world, 150);
    if (!worker->alive) {
        s_born (world, worker);
        s_speak (worker, true);
    }
    if (!peace) {
        s_disturb (world, worker);
        s_client (world, (int) s_random (world, JOBS));
    }
    if (worker->alive && (peace || s_random (world, 3) == 0))
        s_speak (worker, false);
    if (worker->held_count && s_random (world, 2))
        s_hand_in (world, worker, s_random (world, (unsigned) worker->held_count), s_random (world, 10));
    for (unsigned i = s_random (world, 4) + 2 * peace; i > 0; i--) {
        s_worker_hears (worker);
        s_settle (world);
        s_broker_hears (world, worker);
        s_settle (world);
    }
}

static size_t s_open_jobs (const struct world *world)
{
    size_t open = 0;
    for (int j = 0; j < JOBS; j++)
        open += s_is_open (&world->jobs[j]);
    return open;
}

Test (dispatcher, whatever_happens_every_job_ends_once_and_no_slot_is_taken_twice, .timeout = 300)
{
    struct world *world = calloc (1, sizeof *world);
    cr_assert_not_null (world);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        *world = (struct world){.random = seed, .dispatcher = dispatcher_new (TRIES)};
        for (int step = 0; step < STEPS; step++)
            s_step (world, false);
        for (int w = 0; w < WORKERS; w++)    //  those that drain have to go, or nobody takes what is left
            if (world->workers[w].draining)
                world->workers[w].alive = false;
        for (int step = 0; step < STEPS && s_open_jobs (world) > 0; step++)
            s_step (world, true);
        cr_assert_eq (s_open_jobs (world), 0, "seed %d: %d jobs never end", (int) seed,
                      (int) s_open_jobs (world));
        dispatcher_destroy (&world->dispatcher);
    }
    free (world);
}
