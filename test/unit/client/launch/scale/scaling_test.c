//  scaling_test.c: how many workers there are over time, in a small world of jobs, workers and an engine:
//  bursts, slow starts, an engine that refuses, workers that die; and the single decisions by table.
#include "client/launch/scale/scaling.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, WORKERS_MAX = 64, SLOTS_MAX_HERE = 4, BEGIN = 1000000 };

//  A world of whole seconds.
struct world {
    struct scaling scaling;
    struct scaling_limits limits;
    struct scaling_worker workers[WORKERS_MAX];
    int64_t comes_at[WORKERS_MAX];
    int64_t ends_at[WORKERS_MAX][SLOTS_MAX_HERE];    //  of its jobs; 0: the slot is free
    size_t count, named;
    int64_t now, start_ms, job_ms;
    bool refuses;
    uint64_t queued, done;
    size_t asked, started, drained, most;    //  calls of the engine, and what came of them
};

static struct world s_world (size_t min, size_t max, uint64_t slots)
{
    return (struct world){.limits = {min, max, slots, 60 * SECOND},
                          .now = BEGIN,
                          .start_ms = 2 * SECOND,
                          .job_ms = 10 * SECOND};
}

static void s_leave (struct world *self, size_t i)
{
    self->count--;
    self->workers[i] = self->workers[self->count];
    self->comes_at[i] = self->comes_at[self->count];
    memcpy (self->ends_at[i], self->ends_at[self->count], sizeof self->ends_at[i]);
}

static void s_start (struct world *self, size_t start)
{
    self->asked++;
    if (self->refuses) {
        scaling_refused (&self->scaling, self->now);
        return;
    }
    for (size_t i = 0; i < start; i++, self->count++, self->started++) {
        cr_assert_lt (self->count, WORKERS_MAX);
        self->workers[self->count] = (struct scaling_worker){.state = SCALING_STARTING};
        snprintf (self->workers[self->count].name, KEY_NAME_BYTES, "w-%zu", ++self->named);
        self->comes_at[self->count] = self->now + self->start_ms;
        memset (self->ends_at[self->count], 0, sizeof self->ends_at[self->count]);
    }
}

//  Jobs end and begin, workers come and go.
static void s_live (struct world *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct scaling_worker *worker = &self->workers[i];
        if (worker->state == SCALING_STARTING && self->comes_at[i] <= self->now) {
            worker->state = SCALING_WORKS;
            scaling_came (&self->scaling);
        }
        worker->busy = 0;
        for (size_t k = 0; k < self->limits.slots; k++) {
            int64_t *end = &self->ends_at[i][k];
            if (*end && *end <= self->now) {
                *end = 0;
                self->done++;
            }
            if (!*end && worker->state == SCALING_WORKS && self->queued) {
                self->queued--;
                *end = self->now + self->job_ms;
            }
            worker->busy += *end != 0;
        }
    }
    for (size_t i = self->count; i-- > 0;)
        if (self->workers[i].state == SCALING_LEAVES && !self->workers[i].busy)
            s_leave (self, i);
}

//  What has to hold at every moment, whatever happens.
static void s_step (struct world *self)
{
    struct scaling_view view = {.queued = self->queued, .workers = self->workers, .count = self->count};
    self->now += SECOND;
    s_live (self);
    view.queued = self->queued;
    view.count = self->count;
    for (size_t i = 0; i < self->count; i++)
        if (self->workers[i].state == SCALING_WORKS) {
            view.slots += self->limits.slots;
            view.busy += self->workers[i].busy;
        }
    size_t start = scaling_decide (&self->scaling, &self->limits, &view, self->now), drain = 0;
    for (size_t i = 0; i < self->count; i++) {
        struct scaling_worker *worker = &self->workers[i];
        if (!worker->drain)
            continue;
        cr_assert_eq (worker->state, SCALING_WORKS);
        cr_assert_eq (worker->busy, 0, "nobody is sent away in the middle of a job");
        worker->state = SCALING_LEAVES;
        drain++;
    }
    self->drained += drain;
    cr_assert (!start || !drain, "not both at once");
    cr_assert_leq (self->count + start, self->limits.max, "never more than max");
    if (start)
        s_start (self, start);
    self->most = self->count > self->most ? self->count : self->most;
}

static void s_pass (struct world *self, size_t seconds)
{
    for (size_t i = 0; i < seconds; i++)
        s_step (self);
}

static size_t s_works (const struct world *self)
{
    size_t works = 0;
    for (size_t i = 0; i < self->count; i++)
        works += self->workers[i].state == SCALING_WORKS;
    return works;
}

Test (scaling, there_are_min_workers_when_nothing_happens)
{
    struct world world = s_world (2, 5, 1);
    s_pass (&world, 600);
    cr_assert_eq (s_works (&world), 2);
    cr_assert_eq (world.started, 2);
    cr_assert_eq (world.drained, 0);
    struct world none = s_world (0, 5, 1);
    s_pass (&none, 600);
    cr_assert_eq (none.started, 0);
}

Test (scaling, a_burst_brings_as_many_as_it_needs_and_they_go_when_they_were_idle_for_long_enough)
{
    struct world world = s_world (0, 10, 2);
    s_pass (&world, 5);
    world.queued = 8;
    s_pass (&world, 30);
    cr_assert_eq (world.most, 4, "two jobs a worker");
    cr_assert_eq (world.done, 8);
    s_pass (&world, 30);
    cr_assert_eq (s_works (&world), 4, "nobody goes before its time");
    s_pass (&world, 60);
    cr_assert_eq (world.count, 0);
    cr_assert_eq (world.started, 4);
}

Test (scaling, a_burst_beyond_max_is_worked_off_by_max)
{
    struct world world = s_world (1, 3, 2);
    world.queued = 600;
    s_pass (&world, 1100);
    cr_assert_eq (world.done, 600);
    cr_assert_eq (world.most, 3);
    cr_assert_eq (world.started, 3, "nobody comes and goes in between");
    s_pass (&world, 100);
    cr_assert_eq (s_works (&world), 1);
}

Test (scaling, jobs_that_wait_for_a_moment_alone_start_nobody)
{
    struct world world = s_world (1, 10, 4);
    world.job_ms = SECOND;
    s_pass (&world, 10);
    for (size_t i = 0; i < 100; i++) {
        world.queued += 6;
        s_pass (&world, 3);
    }
    cr_assert_eq (world.started, 1);
    cr_assert_gt (world.done, 500);
}

Test (scaling, workers_that_are_slow_to_come_are_not_asked_for_twice)
{
    struct world world = s_world (0, 20, 1);
    world.start_ms = 300 * SECOND;
    world.queued = 5;
    s_pass (&world, 290);
    cr_assert_eq (world.started, 5);
    cr_assert_eq (world.asked, 1);
    world.queued += 3;
    s_pass (&world, 10);
    cr_assert_eq (world.started, 8, "three more want three more");
    s_pass (&world, 700);
    cr_assert_eq (world.done, 8);
    cr_assert_eq (world.count, 0);
}

Test (scaling, an_engine_that_refuses_is_asked_less_and_less_and_again_when_it_takes)
{
    struct world world = s_world (1, 5, 1);
    world.refuses = true;
    world.queued = 5;
    s_pass (&world, 3600);
    //  5, 10, 20, 40, 80, 160 s, then every 300 s
    cr_assert_eq (world.asked, 1 + 6 + (3600 - 315) / 300, "%zu", world.asked);
    cr_assert_eq (world.count, 0);
    world.refuses = false;
    s_pass (&world, 400);
    cr_assert_eq (world.done, 5);
    world.refuses = true;
    world.asked = 0;
    world.queued = 50;
    s_pass (&world, 12);
    cr_assert_eq (world.asked, 2, "it had worked, so that it is asked soon again: %zu", world.asked);
}

Test (scaling, a_worker_that_dies_is_replaced)
{
    struct world world = s_world (2, 4, 1);
    s_pass (&world, 10);
    s_leave (&world, 0);
    s_pass (&world, 10);
    cr_assert_eq (s_works (&world), 2);
    cr_assert_eq (world.started, 3);
}

Test (scaling, with_any_load_all_jobs_are_done_and_min_stay_in_the_end)
{
    for (unsigned seed = 1; seed <= 200; seed++) {
        unsigned dice = seed * 2654435761u;
#define DICE(N) ((dice = dice * 1664525u + 1013904223u) >> 16) % (N)
        size_t min = DICE (4), max = min + 1 + DICE (12);
        struct world world = s_world (min, max, 1 + DICE (SLOTS_MAX_HERE));
        uint64_t given = 0;
        world.start_ms = (1 + DICE (120)) * SECOND;
        world.job_ms = (1 + DICE (60)) * SECOND;
        for (size_t i = 0; i < 900; i++) {
            if (DICE (40) == 0) {
                uint64_t more = 1 + DICE (30);
                world.queued += more;
                given += more;
            }
            if (DICE (100) == 0)
                world.refuses = !world.refuses;
            s_step (&world);
        }
        world.refuses = false;
        for (size_t i = 0; i < 60000 && (world.done < given || world.count > min); i++)
            s_step (&world);
        cr_assert_eq (world.done, given, "seed %u", seed);
        cr_assert_eq (world.count, min, "seed %u", seed);
    }
}

Test (scaling, workers_of_others_count_with_their_slots_and_are_never_sent_away)
{
    struct scaling scaling = {.waiting_since = 1};
    struct scaling_limits limits = {0, 10, 2, 60 * SECOND};
    struct scaling_view view = {.queued = 4, .slots = 8, .busy = 4};
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN), 0, "four slots are free");
    view.queued = 7;
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN), 0, "three jobs wait, since now");
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN + SCALING_WAIT_MS), 2,
                  "three jobs, two slots each");
}

Test (scaling, more_than_max_go_when_they_are_idle_whatever_the_time_and_the_longest_idle_first)
{
    struct scaling scaling = {.waiting_since = 0};
    struct scaling_limits limits = {1, 2, 1, 60 * SECOND};
    struct scaling_worker workers[] = {{.name = "a", .state = SCALING_WORKS, .busy = 1},
                                       {.name = "b", .state = SCALING_WORKS, .idle_since = BEGIN - 2},
                                       {.name = "c", .state = SCALING_WORKS, .idle_since = BEGIN - 3},
                                       {.name = "d", .state = SCALING_LEAVES}};
    struct scaling_view view = {.slots = 3, .busy = 1, .workers = workers, .count = 4};
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN), 0);
    const struct scaling_worker *first = workers;
    cr_assert (first[2].drain && !first[0].drain && !first[1].drain && !first[3].drain);
}

Test (scaling, one_that_is_about_to_leave_counts_for_max_and_serves_nobody)
{
    struct scaling scaling = {.waiting_since = BEGIN - SCALING_WAIT_MS};
    struct scaling_limits limits = {0, 2, 1, 60 * SECOND};
    struct scaling_worker workers[] = {{.name = "a", .state = SCALING_WORKS, .busy = 1},
                                       {.name = "b", .state = SCALING_LEAVES, .busy = 1}};
    struct scaling_view view = {.queued = 5, .slots = 1, .busy = 1, .workers = workers, .count = 2};
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN), 0, "there is no room");
    view.count = 1;
    cr_assert_eq (scaling_decide (&scaling, &limits, &view, BEGIN), 1);
}
