//  schedule_fleet.c: what jobs of a schedule need, and what its workers can. In a mixed world each worker is
//  drawn anew when it is born; the first one can everything, so that every job ends in the end.
#include "test/support/schedule/schedule_world.h"

#include <stdlib.h>
#include <string.h>

#define MIB ((uint64_t) 1 << 20)

const char *const WORLD_TASKS[TASKS] = {TASK_CUT, TASK_SURVEY, TASK_PART, TASK_WRITE};

//  Of job j: a third of them need no kind, the others one; every fourth needs much.
void world_needs (const struct schedule *self, int j, struct needs *out)
{
    *out = (struct needs){.memory = 0};
    if (!self->mixed)
        return;
    if (self->job[j].task) {
        snprintf (out->words[NEED_TASK], WORD_BYTES, "%s", WORLD_TASKS[self->job[j].task - 1]);
        out->memory = 64 * MIB;
        return;
    }
    if (j % 3)
        snprintf (out->words[NEED_KIND], WORD_BYTES, "k%d", j % KINDS);
    out->memory = j % 4 ? 64 * MIB : 200 * MIB;    //  which counts as 224
}

void world_draw_abilities (struct schedule *self, struct worker *worker)
{
    static const uint64_t MEMORIES[] = {0, 128 * MIB, 300 * MIB, 1024 * MIB};
    worker->kinds = worker->tasks = 0;
    worker->memory = 0;
    if (!self->mixed)
        return;
    worker->kinds = world_dice (self, 1 << KINDS);
    worker->memory = MEMORIES[world_dice (self, 4)];
    worker->tasks = world_dice (self, 2) ? world_dice (self, 1 << TASKS) : 0;
    if (worker == self->worker) {
        worker->kinds = 0;
        worker->tasks = (1 << TASKS) - 1;
        worker->memory = world_dice (self, 2) ? 0 : 300 * MIB;
    }
}

void world_say_abilities (const struct worker *worker, struct word words[KINDS + TASKS], struct ready *out)
{
    struct word *kinds = words, *tasks = words + KINDS;
    out->kinds = kinds;
    out->tasks = tasks;
    out->memory = worker->memory;
    for (unsigned k = 0; k < KINDS; k++)
        if (worker->kinds >> k & 1)
            snprintf (kinds[out->kinds_count++].word, WORD_BYTES, "k%u", k);
    for (unsigned k = 0; k < TASKS; k++)
        if (worker->tasks >> k & 1)
            snprintf (tasks[out->tasks_count++].word, WORD_BYTES, "%s", WORLD_TASKS[k]);
}

static uint64_t s_bytes (const struct schedule *self, int j)
{
    struct needs needs;
    world_needs (self, j, &needs);
    return needs_level_bytes (needs_level (needs.memory));
}

//  Whether it could, were nothing else there.
static bool s_can (const struct schedule *self, const struct worker *worker, int j)
{
    unsigned task = self->job[j].task;
    bool knows = task ? worker->tasks >> (task - 1) & 1
                      : !worker->kinds || j % 3 == 0 || worker->kinds >> (j % KINDS) & 1;
    return knows && (!worker->memory || s_bytes (self, j) <= worker->memory);
}

void world_hold_given (struct schedule *self, int j, const char *worker_id)
{
    const struct worker *worker = &self->worker[atoi (worker_id + 1)];
    if (strcmp (worker->id, worker_id) != 0)    //  it is dead, and another one has its place
        return;
    world_hold (self, s_can (self, worker, j), "j%d was given to %s, which cannot take it", j, worker_id);
    uint64_t bytes = 0;
    for (int k = 0; k < self->jobs; k++)
        if (self->job[k].submitted && self->job[k].state == JOB_RUNNING &&
            strcmp (self->job[k].worker, worker_id) == 0)
            bytes += s_bytes (self, k);
    world_hold (self, !worker->memory || bytes <= worker->memory, "%s has %llu MiB and was given %llu",
                worker_id, (unsigned long long) (worker->memory / MIB), (unsigned long long) (bytes / MIB));
}

struct look {
    const struct schedule *self;
    int job;
    bool can, may;    //  one does; one might
};

static void s_look_at (void *context, const struct worker_state *state)
{
    struct look *look = context;
    const struct worker *worker = &look->self->worker[atoi (state->ready->worker + 1)];
    if (strcmp (worker->id, state->ready->worker) != 0)
        look->may = true;    //  dead, which the broker does not know, and what it could is forgotten
    else if (!state->draining && s_can (look->self, worker, look->job))
        look->can = look->may = true;
}

void world_hold_why (struct schedule *self, int j)
{
    char name[ID_BYTES], why[SENTENCE_BYTES];
    struct look look = {.self = self, .job = j};
    world_name (j, name);
    bool nobody = dispatcher_why (self->dispatcher, name, why);
    if (nobody == !*why)
        world_hold (self, false, "%s: “%s”", name, why);
    if (nobody && self->job[j].state == JOB_RUNNING)
        world_hold (self, false, "%s runs, and nobody can take it: %s", name, why);
    dispatcher_workers (self->dispatcher, s_look_at, &look);
    world_hold (self, !nobody || !look.can, "%s can be taken, and is told: %s", name, why);
    //  One that had an attempt may wait for that to let go.
    if (!look.may && self->job[j].submitted && self->job[j].attempt == 0 &&
        self->job[j].state == JOB_QUEUED && !self->job[j].opens && self->job[j].follows_count == 0)
        world_hold (self, nobody, "%s waits for nobody, and is not told so", name);
}

//  Somebody who is there, or dead without the broker's knowing, knows all four.
static void s_look_for_all (void *context, const struct worker_state *state)
{
    struct look *look = context;
    const struct worker *worker = &look->self->worker[atoi (state->ready->worker + 1)];
    bool is_it = strcmp (worker->id, state->ready->worker) == 0;
    look->may = look->may || !is_it || worker->tasks == (1 << TASKS) - 1;
    look->can = look->can || (is_it && !state->draining && worker->tasks == (1 << TASKS) - 1);
}

bool world_knows_tasks (struct schedule *self, int j)
{
    struct needs needs[TASKS] = {{.memory = 0}};
    struct look look = {.self = self, .job = j};
    for (size_t i = 0; i < TASKS; i++)
        snprintf (needs[i].words[NEED_TASK], WORD_BYTES, "%s", WORLD_TASKS[i]);
    bool can = dispatcher_can (self->dispatcher, needs, TASKS);
    dispatcher_workers (self->dispatcher, s_look_for_all, &look);
    world_hold (self, !can || look.may, "nobody knows all tasks, and j%d is split", j);
    world_hold (self, can || !look.can, "somebody knows all tasks, and j%d is not split", j);
    return can;
}
