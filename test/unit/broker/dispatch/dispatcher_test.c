//  dispatcher_test.c: the dispatcher as scenarios, and as a simulation with invariants after every step.
#include "broker/dispatch/dispatcher.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_open (dispatcher_t *dispatcher, const char *job, int64_t priority, uint64_t sequence)
{
    struct opening opening = {.job = job, .priority = priority, .sequence = sequence};
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 0, 0), DMH_OK);
}

static void s_ready (dispatcher_t *dispatcher, const char *worker, uint64_t slots, int64_t now)
{
    struct ready ready = {.slots = slots};
    snprintf (ready.worker, sizeof ready.worker, "%s", worker);
    cr_assert_eq (dispatcher_ready (dispatcher, &ready, now), DMH_OK);
}

static struct fail s_fail (const char *job, uint64_t attempt, bool retryable, bool returned)
{
    struct fail fail = {.attempt = attempt,
                        .code = "bad_input",
                        .message = "why",
                        .retryable = retryable,
                        .returned = returned};
    snprintf (fail.job, sizeof fail.job, "%s", job);
    return fail;
}

//  The next action has to be this one.
static void s_expect (dispatcher_t *dispatcher, enum action_sort sort, const char *job, const char *worker,
                      uint64_t attempt)
{
    struct action action;
    cr_assert (dispatcher_action (dispatcher, &action), "no action, expected one about %s", job);
    cr_assert_eq (action.sort, sort, "sort %d of %s", action.sort, action.job);
    cr_assert_str_eq (action.job, job);
    if (worker)
        cr_assert_str_eq (action.worker, worker);
    cr_assert_eq (action.attempt, attempt);
}

static void s_expect_nothing (dispatcher_t *dispatcher)
{
    struct action action;
    cr_assert_not (dispatcher_action (dispatcher, &action), "an action about %s", action.job);
}

Test (dispatcher, higher_priority_goes_first_then_the_order_of_submission)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_open (dispatcher, "low", -1, 1);
    s_open (dispatcher, "second", 0, 3);
    s_open (dispatcher, "first", 0, 2);
    s_open (dispatcher, "urgent", 5, 4);
    s_ready (dispatcher, "w", 4, 0);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "urgent", "w", 1);
    s_expect (dispatcher, ACTION_GIVE, "first", "w", 1);
    s_expect (dispatcher, ACTION_GIVE, "second", "w", 1);
    s_expect (dispatcher, ACTION_GIVE, "low", "w", 1);
    s_expect_nothing (dispatcher);
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, the_worker_with_most_free_slots_gets_the_job_then_the_one_given_least_recently)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "big", 3, 0);
    s_ready (dispatcher, "small", 2, 0);
    for (uint64_t i = 1; i <= 5; i++) {
        char job[8];
        snprintf (job, sizeof job, "j%d", (int) i);
        s_open (dispatcher, job, 0, i);
    }
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "j1", "big", 1);      //  3 free against 2
    s_expect (dispatcher, ACTION_GIVE, "j2", "small", 1);    //  2 and 2: small was never given one
    s_expect (dispatcher, ACTION_GIVE, "j3", "big", 1);      //  2 against 1
    s_expect (dispatcher, ACTION_GIVE, "j4", "small", 1);    //  1 and 1: small's last is older
    s_expect (dispatcher, ACTION_GIVE, "j5", "big", 1);
    s_expect_nothing (dispatcher);
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, a_job_waits_until_a_slot_is_free)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 1, 0);
    s_open (dispatcher, "a", 0, 1);
    s_open (dispatcher, "b", 0, 2);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 1);
    s_expect_nothing (dispatcher);
    cr_assert (dispatcher_result (dispatcher, "w", "a", 1, 10));
    dispatcher_tick (dispatcher, 10);
    s_expect (dispatcher, ACTION_GIVE, "b", "w", 1);
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, a_silent_worker_loses_its_jobs_after_four_seconds_and_a_late_result_changes_nothing)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 1, 0);
    s_open (dispatcher, "a", 0, 1);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 1);
    dispatcher_tick (dispatcher, WORKER_SILENT_MS - 1);
    s_expect_nothing (dispatcher);
    dispatcher_tick (dispatcher, WORKER_SILENT_MS);
    s_expect (dispatcher, ACTION_GONE, "", "w", 0);
    s_expect (dispatcher, ACTION_QUEUED, "a", "w", 1);
    s_ready (dispatcher, "other", 1, WORKER_SILENT_MS);
    dispatcher_tick (dispatcher, WORKER_SILENT_MS);    //  without a back-off: it was none of its doing
    s_expect (dispatcher, ACTION_GIVE, "a", "other", 2);
    cr_assert_not (dispatcher_result (dispatcher, "w", "a", 1, WORKER_SILENT_MS + 1001));
    cr_assert (dispatcher_result (dispatcher, "other", "a", 2, WORKER_SILENT_MS + 1002));
    cr_assert_eq (dispatcher_open_count (dispatcher), 0);
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, heartbeats_that_name_the_attempt_keep_its_lease)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 2, 0);
    s_open (dispatcher, "named", 0, 1);
    s_open (dispatcher, "forgotten", 0, 2);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "named", "w", 1);
    s_expect (dispatcher, ACTION_GIVE, "forgotten", "w", 1);
    struct running_job running = {.job = "named", .attempt = 1};
    for (int64_t now = 1000; now <= 20000; now += 1000) {
        cr_assert (dispatcher_heartbeat (dispatcher, "w", &running, 1, now));
        dispatcher_tick (dispatcher, now);
        if (now == LEASE_MS)
            s_expect (dispatcher, ACTION_QUEUED, "forgotten", "w", 1);
        if (now == LEASE_MS + 1000)
            s_expect (dispatcher, ACTION_GIVE, "forgotten", "w", 2);
        if (now == 2 * LEASE_MS + 1000)
            s_expect (dispatcher, ACTION_QUEUED, "forgotten", "w", 2);
        if (now == 2 * LEASE_MS + 5000)
            s_expect (dispatcher, ACTION_GIVE, "forgotten", "w", 3);
        if (now == 3 * LEASE_MS + 5000)
            s_expect (dispatcher, ACTION_FAILED, "forgotten", "w", 3);
        s_expect_nothing (dispatcher);
    }
    cr_assert (dispatcher_result (dispatcher, "w", "named", 1, 20001));
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, bad_input_fails_at_once_and_a_returned_job_is_queued_at_once)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 2, 0);
    s_open (dispatcher, "bad", 0, 1);
    s_open (dispatcher, "back", 0, 2);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "bad", "w", 1);
    s_expect (dispatcher, ACTION_GIVE, "back", "w", 1);
    struct fail fail = s_fail ("bad", 1, false, false);
    cr_assert (dispatcher_fail (dispatcher, "w", &fail, 1));
    s_expect (dispatcher, ACTION_FAILED, "bad", "w", 1);
    for (uint64_t attempt = 1; attempt <= 10; attempt++) {    //  however often: it does not count
        fail = s_fail ("back", attempt, false, true);
        cr_assert (dispatcher_fail (dispatcher, "w", &fail, 2));
        s_expect (dispatcher, ACTION_QUEUED, "back", NULL, attempt);
        dispatcher_tick (dispatcher, 2);
        s_expect (dispatcher, ACTION_GIVE, "back", "w", attempt + 1);
    }
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, goodbye_brings_the_jobs_back_at_once_and_draining_takes_nothing_new)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "leaving", 2, 0);
    s_open (dispatcher, "a", 0, 1);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "leaving", 1);
    dispatcher_drain (dispatcher, "leaving");
    s_open (dispatcher, "b", 0, 2);
    dispatcher_tick (dispatcher, 1);
    s_expect_nothing (dispatcher);
    dispatcher_bye (dispatcher, "leaving", 2);
    s_expect (dispatcher, ACTION_GONE, "", "leaving", 0);
    s_expect (dispatcher, ACTION_QUEUED, "a", NULL, 1);
    s_ready (dispatcher, "w", 2, 2);
    dispatcher_tick (dispatcher, 2);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 2);
    s_expect (dispatcher, ACTION_GIVE, "b", "w", 1);
    cr_assert_not (dispatcher_heartbeat (dispatcher, "leaving", NULL, 0, 3));
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, a_cancelled_job_is_stopped_where_it_runs_and_holds_its_slot_until_it_has_stopped)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 1, 0);
    s_open (dispatcher, "a", 0, 1);
    s_open (dispatcher, "b", 0, 2);
    s_open (dispatcher, "c", 0, 3);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 1);
    cr_assert (dispatcher_cancel (dispatcher, "a", 1));
    s_expect (dispatcher, ACTION_STOP, "a", "w", 1);
    cr_assert_not (dispatcher_cancel (dispatcher, "a", 1));
    cr_assert (dispatcher_cancel (dispatcher, "b", 1));    //  queued: gone at once
    dispatcher_tick (dispatcher, 1);
    s_expect_nothing (dispatcher);
    cr_assert_not (dispatcher_result (dispatcher, "w", "a", 1, 2));    //  too late to count
    dispatcher_tick (dispatcher, 2);
    s_expect (dispatcher, ACTION_GIVE, "c", "w", 1);
    cr_assert_not (dispatcher_cancel (dispatcher, "nowhere", 3));
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, after_a_restart_a_worker_that_comes_back_keeps_its_attempt)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct opening opening = {.job = "a", .sequence = 1, .attempt = 2, .tries = 1, .worker = "w"};
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 2 * LEASE_MS, 100), DMH_OK);
    struct running_job running = {.job = "a", .attempt = 2};
    struct ready ready = {.worker = "w", .slots = 1, .running = &running, .running_count = 1};
    cr_assert_eq (dispatcher_ready (dispatcher, &ready, 5000), DMH_OK);
    dispatcher_tick (dispatcher, 5000);
    s_expect_nothing (dispatcher);
    cr_assert (dispatcher_result (dispatcher, "w", "a", 2, 5001));
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, after_a_restart_a_worker_that_stays_away_loses_the_job)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct opening opening = {.job = "a", .sequence = 1, .attempt = 1, .worker = "gone"};
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 2 * LEASE_MS, 0), DMH_OK);
    s_ready (dispatcher, "w", 1, 0);
    struct running_job none;
    for (int64_t now = 1000; now < 2 * LEASE_MS; now += 1000)
        dispatcher_heartbeat (dispatcher, "w", &none, 0, now);
    dispatcher_tick (dispatcher, 2 * LEASE_MS);
    s_expect (dispatcher, ACTION_QUEUED, "a", "gone", 1);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 2);
    dispatcher_destroy (&dispatcher);
}

//  ---------------------------------------------------------------------------------------------------------------------
//  Simulation: random workers that finish, fail, fall silent and come back; every job has to end exactly
//  once.

enum { SIM_JOBS = 40, SIM_WORKERS = 5, SIM_SLOTS = 3, SIM_STEPS = 4000 };

struct sim_job {
    char id[ID_BYTES];
    uint64_t attempt;    //  the highest one given
    int worker;          //  where it was given last
    bool ended;
};

struct sim {
    dispatcher_t *dispatcher;
    struct sim_job jobs[SIM_JOBS];
    struct {
        bool alive;
        int held[SIM_SLOTS + SIM_JOBS];    //  job or -1
        uint64_t attempt[SIM_SLOTS + SIM_JOBS];
    } workers[SIM_WORKERS];
    int64_t now;
    uint64_t random;
    size_t ended;
};

static unsigned s_random (struct sim *sim, unsigned below)
{
    sim->random = sim->random * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (sim->random >> 33) % below;
}

static int s_job_of (const char *id)
{
    return atoi (id + 1);
}

static void s_sim_give (struct sim *sim, const struct action *action)
{
    struct sim_job *job = &sim->jobs[s_job_of (action->job)];
    int worker = atoi (action->worker + 1);
    cr_assert_not (job->ended, "%s was given after its end", action->job);
    cr_assert_eq (action->attempt, job->attempt + 1, "attempts of %s do not count up", action->job);
    job->attempt = action->attempt;
    job->worker = worker;
    if (!sim->workers[worker].alive || s_random (sim, 20) == 0)
        return;    //  the message is lost
    for (size_t i = 0; i < SIM_SLOTS + SIM_JOBS; i++)
        if (sim->workers[worker].held[i] < 0) {
            sim->workers[worker].held[i] = s_job_of (action->job);
            sim->workers[worker].attempt[i] = action->attempt;
            return;
        }
    cr_assert_fail ("worker %d was given more than it can hold", worker);
}

static void s_sim_stop (struct sim *sim, const struct action *action)
{
    int worker = atoi (action->worker + 1);
    for (size_t i = 0; i < SIM_SLOTS + SIM_JOBS; i++)
        if (sim->workers[worker].held[i] == s_job_of (action->job) &&
            sim->workers[worker].attempt[i] == action->attempt)
            sim->workers[worker].held[i] = -1;
}

static void s_sim_end (struct sim *sim, int job)
{
    cr_assert_not (sim->jobs[job].ended, "j%d ended twice", job);
    sim->jobs[job].ended = true;
    sim->ended++;
}

static void s_sim_actions (struct sim *sim)
{
    struct action action;
    while (dispatcher_action (sim->dispatcher, &action)) {
        if (action.sort == ACTION_GIVE)
            s_sim_give (sim, &action);
        else if (action.sort == ACTION_STOP)
            s_sim_stop (sim, &action);
        else if (action.sort == ACTION_FAILED)
            s_sim_end (sim, s_job_of (action.job));
    }
}

static void s_sim_beat (struct sim *sim, int w, bool anew)
{
    struct running_job running[SIM_SLOTS + SIM_JOBS];
    size_t count = 0;
    char worker[16];
    snprintf (worker, sizeof worker, "w%d", w);
    for (size_t i = 0; i < SIM_SLOTS + SIM_JOBS; i++)
        if (sim->workers[w].held[i] >= 0) {
            running[count] = (struct running_job){.attempt = sim->workers[w].attempt[i]};
            snprintf (running[count++].job, ID_BYTES, "j%d", sim->workers[w].held[i]);
        }
    if (!anew && dispatcher_heartbeat (sim->dispatcher, worker, running, count, sim->now))
        return;
    struct ready ready = {.slots = SIM_SLOTS, .running = running, .running_count = count};
    snprintf (ready.worker, sizeof ready.worker, "%s", worker);
    dispatcher_ready (sim->dispatcher, &ready, sim->now);
}

static void s_sim_finish (struct sim *sim, int w)
{
    size_t at = s_random (sim, SIM_SLOTS);
    int job = sim->workers[w].held[at];
    if (job < 0)
        return;
    char worker[16], id[16];
    snprintf (worker, sizeof worker, "w%d", w);
    snprintf (id, sizeof id, "j%d", job);
    uint64_t attempt = sim->workers[w].attempt[at];
    sim->workers[w].held[at] = -1;
    unsigned how = s_random (sim, 10);
    struct fail fail = s_fail (id, attempt, how != 0, how == 1);
    if (how > 3) {
        if (dispatcher_result (sim->dispatcher, worker, id, attempt, sim->now)) {
            cr_assert_eq (attempt, sim->jobs[job].attempt, "an old attempt of %s was accepted", id);
            s_sim_end (sim, job);
        }
    } else
        dispatcher_fail (sim->dispatcher, worker, &fail, sim->now);
}

static void s_sim_step (struct sim *sim)
{
    int w = (int) s_random (sim, SIM_WORKERS);
    unsigned what = s_random (sim, 100);
    sim->now += s_random (sim, 200);
    if (what == 0)
        sim->workers[w].alive = false;    //  killed: what it held is gone with it
    else if (what == 1 && !sim->workers[w].alive) {
        memset (sim->workers[w].held, -1, sizeof sim->workers[w].held);
        sim->workers[w].alive = true;
        s_sim_beat (sim, w, true);
    } else if (what == 2)
        sim->now += 5000;    //  everybody is silent for too long
    else if (sim->workers[w].alive && what < 50)
        s_sim_beat (sim, w, false);
    else if (sim->workers[w].alive)
        s_sim_finish (sim, w);
    dispatcher_tick (sim->dispatcher, sim->now);
    s_sim_actions (sim);
    cr_assert_eq (dispatcher_open_count (sim->dispatcher), SIM_JOBS - sim->ended,
                  "a job was lost or invented");
}

static void s_simulate (uint64_t seed)
{
    struct sim sim = {.random = seed, .dispatcher = dispatcher_new (3)};
    for (int j = 0; j < SIM_JOBS; j++) {
        snprintf (sim.jobs[j].id, sizeof sim.jobs[j].id, "j%d", j);
        s_open (sim.dispatcher, sim.jobs[j].id, j % 3, (uint64_t) j);
    }
    for (int w = 0; w < SIM_WORKERS; w++) {
        memset (sim.workers[w].held, -1, sizeof sim.workers[w].held);
        sim.workers[w].alive = true;
        s_sim_beat (&sim, w, true);
    }
    for (int step = 0; step < SIM_STEPS && sim.ended < SIM_JOBS; step++)
        s_sim_step (&sim);
    //  In peace everything comes to its end.
    for (int w = 0; w < SIM_WORKERS; w++)
        sim.workers[w].alive = true;
    for (int step = 0; step < 100000 && sim.ended < SIM_JOBS; step++) {
        for (int w = 0; w < SIM_WORKERS; w++)
            s_sim_beat (&sim, w, false);
        s_sim_finish (&sim, (int) s_random (&sim, SIM_WORKERS));
        sim.now += 100;
        dispatcher_tick (sim.dispatcher, sim.now);
        s_sim_actions (&sim);
    }
    cr_assert_eq (sim.ended, SIM_JOBS, "seed %d: %d of %d jobs ended", (int) seed, (int) sim.ended, SIM_JOBS);
    dispatcher_destroy (&sim.dispatcher);
}

Test (dispatcher, under_random_deaths_losses_and_silence_every_job_ends_exactly_once)
{
    for (uint64_t seed = 1; seed <= 300; seed++)
        s_simulate (seed);
}
