//  dispatcher_state_test.c: what the dispatcher shows: when it has to be asked again, its actions in full,
//  its workers.
#include "broker/dispatch/dispatcher.h"
#include "broker/dispatch/state.h"

#include <criterion/criterion.h>
#include <stdio.h>
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

Test (dispatcher, its_deadline_is_the_next_thing_that_time_alone_brings)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct running_job running = {.job = "a", .attempt = 1};
    struct opening opening = {.job = "limited", .sequence = 2, .time_limit_ms = 700};
    struct fail fail = s_fail ("a", 1, true, false);
    cr_assert_eq (dispatcher_deadline (dispatcher), INT64_MAX);
    s_open (dispatcher, "a", 0, 1);
    cr_assert_eq (dispatcher_deadline (dispatcher), INT64_MAX, "a job that waits for a worker");
    s_ready (dispatcher, "w", 2, 100);
    cr_assert_eq (dispatcher_deadline (dispatcher), 100 + WORKER_SILENT_MS, "its silence");
    dispatcher_tick (dispatcher, 200);
    s_ready (dispatcher, "other", 1, 300);
    cr_assert (dispatcher_heartbeat (dispatcher, "w", NULL, 0, 300));
    cr_assert_eq (dispatcher_deadline (dispatcher), 200 + LEASE_MS, "the lease that this did not renew");
    cr_assert (dispatcher_heartbeat (dispatcher, "w", &running, 1, 400));
    cr_assert_eq (dispatcher_deadline (dispatcher), 300 + WORKER_SILENT_MS, "the other's silence");
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 0, 500), DMH_OK);
    dispatcher_tick (dispatcher, 500);
    cr_assert_eq (dispatcher_deadline (dispatcher), 1200, "the end of its time");
    cr_assert (dispatcher_fail (dispatcher, "w", &fail, 150));
    cr_assert_eq (dispatcher_deadline (dispatcher), 1150, "the end of the back-off");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, what_fails_again_and_again_waits_longer_but_not_ever_longer)
{
    static const int64_t WAITS[] = {1000, 4000, 4000, 4000};
    dispatcher_t *dispatcher = dispatcher_new (5);
    struct action action;
    s_open (dispatcher, "a", 0, 1);
    int64_t now = 0;
    for (size_t i = 0; i < sizeof WAITS / sizeof *WAITS; i++) {
        struct fail fail = s_fail ("a", i + 1, true, false);
        s_ready (dispatcher, "w", 1, now);
        dispatcher_tick (dispatcher, now);
        s_expect (dispatcher, ACTION_GIVE, "a", "w", i + 1);
        cr_assert (dispatcher_fail (dispatcher, "w", &fail, now));
        s_expect (dispatcher, ACTION_QUEUED, "a", "w", i + 1);
        dispatcher_bye (dispatcher, "w", now);    //  so that nothing else is waited for
        cr_assert (dispatcher_action (dispatcher, &action));
        cr_assert_eq (action.sort, ACTION_GONE);
        cr_assert_str_empty (action.code, "it has said so");
        now += WAITS[i];
        cr_assert_eq (dispatcher_deadline (dispatcher), now, "after failure %zu", i + 1);
    }
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher, its_actions_tell_what_a_job_has_gone_through_and_why)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct action action;
    struct fail fail = s_fail ("a", 1, true, false);
    s_open (dispatcher, "a", 0, 1);
    s_ready (dispatcher, "w", 1, 0);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 1);
    cr_assert (dispatcher_fail (dispatcher, "w", &fail, 0));
    cr_assert (dispatcher_action (dispatcher, &action));
    cr_assert_eq (action.sort, ACTION_QUEUED);
    cr_assert_eq (action.tries, 1);
    cr_assert_eq (action.deaths, 0);
    cr_assert_str_eq (action.code, "bad_input");
    cr_assert_str_eq (action.message, "why");
    dispatcher_tick (dispatcher, 1000);
    cr_assert (dispatcher_action (dispatcher, &action));
    cr_assert_eq (action.sort, ACTION_GIVE);
    cr_assert_eq (action.attempt, 2);
    cr_assert_eq (action.tries, 1);
    cr_assert_str_empty (action.code);
    cr_assert_str_empty (action.message);
    dispatcher_tick (dispatcher, 1000 + WORKER_SILENT_MS);
    cr_assert (dispatcher_action (dispatcher, &action));
    cr_assert_eq (action.sort, ACTION_GONE);
    cr_assert_str_eq (action.code, "unavailable");
    cr_assert_str_eq (action.message, "the worker that ran it fell silent");
    cr_assert (dispatcher_action (dispatcher, &action));
    cr_assert_eq (action.sort, ACTION_QUEUED);
    cr_assert_eq (action.tries, 1);
    cr_assert_eq (action.deaths, 1);
    cr_assert_str_eq (action.code, "unavailable");
    cr_assert_str_eq (action.message, "the worker that ran it fell silent");
    dispatcher_destroy (&dispatcher);
}

//  More than are kept to be used again.
Test (dispatcher, any_number_of_actions_waits_in_order)
{
    enum { JOBS = 300 };
    dispatcher_t *dispatcher = dispatcher_new (3);
    char job[8];
    s_ready (dispatcher, "w", JOBS, 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < JOBS; i++) {
            snprintf (job, sizeof job, "j%d", i);
            s_open (dispatcher, job, 0, (uint64_t) (round * JOBS + i));
        }
        dispatcher_tick (dispatcher, 0);
        for (int i = 0; i < JOBS; i++) {
            snprintf (job, sizeof job, "j%d", i);
            s_expect (dispatcher, ACTION_GIVE, job, "w", 1);
            cr_assert (dispatcher_result (dispatcher, "w", job, 1, 0));
        }
        s_expect_nothing (dispatcher);
    }
    dispatcher_destroy (&dispatcher);
}

static void s_list_worker (void *context, const struct worker_state *state)
{
    char *text = context;
    snprintf (text + strlen (text), 200 - strlen (text), "%s %d of %d since %d heard %d%s\n",
              state->ready->worker, (int) state->busy, (int) state->ready->slots, (int) state->since,
              (int) state->last_heard, state->draining ? " draining" : "");
}

Test (dispatcher, its_workers_are_those_that_are_registered_with_what_they_hold)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct opening opening = {.job = "away", .sequence = 1, .attempt = 1, .worker = "away"};
    char text[200] = "";
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 2 * LEASE_MS, 0), DMH_OK);
    dispatcher_workers (dispatcher, s_list_worker, text);
    cr_assert_str_empty (text, "nothing was heard of it yet");
    s_ready (dispatcher, "w", 3, 100);
    s_open (dispatcher, "a", 0, 2);
    s_open (dispatcher, "b", 0, 3);
    dispatcher_tick (dispatcher, 100);
    cr_assert (dispatcher_heartbeat (dispatcher, "w", NULL, 0, 1100));
    dispatcher_drain (dispatcher, "w");
    dispatcher_workers (dispatcher, s_list_worker, text);
    cr_assert_str_eq (text, "w 2 of 3 since 100 heard 1100 draining\n");
    s_ready (dispatcher, "w", 2, 1200);    //  again: it is the same worker
    *text = 0;
    dispatcher_workers (dispatcher, s_list_worker, text);
    cr_assert_str_eq (text, "w 2 of 2 since 100 heard 1200 draining\n");
    dispatcher_bye (dispatcher, "w", 1300);
    *text = 0;
    dispatcher_workers (dispatcher, s_list_worker, text);
    cr_assert_str_empty (text);
    dispatcher_destroy (&dispatcher);
}

//  With a million jobs in the queue and a thousand workers that come back at once it would else be all of
//  them a thousand times.
Test (dispatcher, a_worker_that_comes_back_makes_it_look_at_jobs_whose_worker_died_and_at_no_others)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 1, 0);
    s_open (dispatcher, "a", 0, 1);
    s_open (dispatcher, "b", 0, 2);
    s_open (dispatcher, "c", 0, 3);
    dispatcher_tick (dispatcher, 0);
    s_expect (dispatcher, ACTION_GIVE, "a", "w", 1);
    cr_assert_null (dispatcher->blamed);
    dispatcher_tick (dispatcher, WORKER_SILENT_MS);    //  it is dead
    s_expect (dispatcher, ACTION_GONE, "", "w", 0);
    s_expect (dispatcher, ACTION_QUEUED, "a", "w", 1);
    cr_assert_not_null (dispatcher->blamed);
    cr_assert_str_eq (dispatcher->blamed->job, "a");
    cr_assert_null (dispatcher->blamed->blamed_after);
    s_ready (dispatcher, "v", 1, WORKER_SILENT_MS);
    cr_assert_not_null (dispatcher->blamed, "another one has come");
    s_ready (dispatcher, "w", 1, WORKER_SILENT_MS);
    cr_assert_null (dispatcher->blamed, "it was not dead");
    dispatcher_destroy (&dispatcher);
}
