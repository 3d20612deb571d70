//  schedule_split.c: the files of a schedule that several workers share: what the broker does about the jobs
//  that they are made of, and what a client asks for.
#include "test/support/schedule/schedule_world.h"

#include <czmq.h>

static unsigned s_task (const char *task)
{
    unsigned at = 0;
    while (at < TASKS && !streq (WORLD_TASKS[at], task))
        at++;
    return at + 1;
}

//  The place of the first job that it is made of.
static int s_first (const struct schedule *self, int whole)
{
    return whole - (int) split_jobs (&(struct split){.parts = self->job[whole].parts});
}

bool world_split (struct schedule *self, int j)
{
    struct split split = split_of (10 * (2 + world_dice (self, SPLIT_MOST - 1)), 10, SPLIT_MOST);
    int count = (int) split_jobs (&split), whole = j + count;
    for (int k = j; k <= whole; k++)
        if (whole >= self->jobs || self->job[k].submitted)
            return false;
    if (!world_knows_tasks (self, whole))
        return false;
    world_tell (self, "j%d is submitted in %zu parts, made of j%d and those behind it", whole, split.parts,
                j);
    for (int k = j; k <= whole; k++) {
        struct split_job as = split_job_at (&split, (size_t) (k - j));
        struct job *job = world_change (self, k);
        *job = (struct job){.submitted = true,
                            .opens = true,
                            .state = JOB_QUEUED,
                            .sequence = ++self->sequence,
                            .is_part = k < whole,
                            .parts = k == whole ? split.parts : 0,
                            .whole = whole,
                            .task = s_task (as.task)};
        for (size_t i = 0; i < 2; i++)
            for (size_t f = 0; f < as.follows[i].count; f++)
                job->follows[job->follows_count++] = j + (int) (as.follows[i].from + f);
    }
    return true;
}

static void s_end (struct schedule *self, int k, bool leaves)
{
    char name[ID_BYTES];
    world_name (k, name);
    if (!world_is_open (&self->job[k]) && (!leaves || self->job[k].leaves))
        return;
    struct job *job = world_change (self, k);
    if (world_is_open (job)) {
        world_tell (self, "%s ends with j%d", name, job->whole);
        if (!job->opens && !follow_drop (self->follow, name))
            dispatcher_cancel (self->dispatcher, name, self->now);
        job->state = JOB_CANCELLED;
        job->opens = false;
    }
    job->leaves = job->leaves || leaves;
}

void world_split_act (struct schedule *self)
{
    for (size_t i = 0; i < self->changed_count; i++) {
        int whole = self->changed[i];
        const struct job *job = &self->job[whole];
        if (!job->parts || job->removed || world_is_open (job))
            continue;
        for (int k = s_first (self, whole); k < whole; k++)
            if (!self->job[k].removed)
                s_end (self, k, job->state == JOB_DONE);
    }
}

static void s_reopen (struct schedule *self, int k)
{
    struct job *job = world_change (self, k);
    job->state = JOB_QUEUED;
    job->tries = 0;
    job->deaths = 0;
    job->not_before = 0;
    job->held_up = false;
    job->retried = job->opens = true;
}

//  What is not done is done; where parts have left, it is one worker's.
void world_split_retry (struct schedule *self, int whole)
{
    int first = s_first (self, whole);
    bool alone = false;
    for (int k = first; k < whole; k++)
        alone = alone || self->job[k].removed || self->job[k].leaves;
    for (int k = first; k < whole; k++)
        if (alone && !self->job[k].removed)
            s_end (self, k, true);
        else if (!alone && !world_is_open (&self->job[k]) && self->job[k].state != JOB_DONE)
            s_reopen (self, k);
    if (alone) {
        struct job *job = world_change (self, whole);
        job->parts = job->follows_count = 0;
        job->task = 0;
    }
    world_retry (self, whole);
}

//  A split job is done when all that it is made of was, and with its end nothing of that goes on.
void world_split_hold (struct schedule *self)
{
    for (int whole = 0; whole < self->jobs; whole++) {
        const struct job *job = &self->job[whole];
        if (!job->parts || job->removed)
            continue;
        for (int k = s_first (self, whole); k < whole; k++) {
            const struct job *part = &self->job[k];
            bool wanted = job->state == JOB_RUNNING || job->state == JOB_DONE;
            world_hold (self, world_is_open (job) || !world_is_open (part),
                        "j%d has ended, and its j%d goes on", whole, k);
            world_hold (self, !wanted || part->removed || part->state == JOB_DONE,
                        "j%d is written, and its j%d is not done", whole, k);
            world_hold (self, !world_is_open (job) || !part->leaves, "j%d is open, and its j%d leaves", whole,
                        k);
        }
    }
}

void world_split_leave (struct schedule *self)
{
    int k = (int) world_dice (self, (unsigned) self->jobs);
    char name[ID_BYTES];
    if (!self->stored[k].is_part || !self->stored[k].leaves || self->stored[k].removed)
        return;
    world_name (k, name);
    world_tell (self, "%s leaves", name);
    self->job[k].removed = self->stored[k].removed = true;
    follow_ended (self->follow, name, false);
}
