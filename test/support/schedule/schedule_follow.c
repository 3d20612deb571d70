//  schedule_follow.c: the jobs of a schedule that follow others: what the broker does about them, and what a
//  client asks for.
#include "test/support/schedule/schedule_world.h"

#include <stdlib.h>

static enum followed_state s_followed_state (const struct job *job)
{
    return !job->submitted || job->removed ? FOLLOWED_LOST
           : job->state == JOB_DONE        ? FOLLOWED_DONE
           : world_is_open (job)           ? FOLLOWED_OPEN
                                           : FOLLOWED_LOST;
}

//  One that follows others goes to the dispatcher by way of those.
void world_open (struct schedule *self, int j)
{
    char name[ID_BYTES], followed[ID_BYTES];
    const struct job *job = &self->job[j];
    world_name (j, name);
    if (job->follows_count) {
        int rc = follow_begin (self->follow, name, job->state == JOB_RUNNING);
        for (size_t i = 0; rc == DMH_OK && i < job->follows_count; i++) {
            world_name (job->follows[i], followed);
            rc = follow_add (self->follow, name, followed, s_followed_state (&self->job[job->follows[i]]));
        }
        world_hold (self, rc == DMH_OK, "out of memory");
        follow_begun (self->follow, name);
    }
    if (!job->follows_count || job->state == JOB_RUNNING)
        world_give (self, j);
}

//  The first of those that it follows which keeps it from beginning, as a client would be told; -1: none.
int world_kept_by (const struct schedule *self, int j)
{
    for (size_t i = 0; i < self->job[j].follows_count; i++)
        if (s_followed_state (&self->job[self->job[j].follows[i]]) == FOLLOWED_LOST)
            return self->job[j].follows[i];
    return -1;
}

//  What is to be done about those that follow others.
void world_follow (struct schedule *self)
{
    struct follow_action action;
    while (follow_action (self->follow, &action)) {
        int j = atoi (action.job + 1);
        world_hold (self, self->job[j].submitted && !self->job[j].removed, "%s is not there and goes on",
                    action.job);
        if (action.sort == FOLLOW_FAIL && world_kept_by (self, j) < 0) {    //  it was tried again since
            world_open (self, j);
            continue;
        }
        follow_did (self->follow, action.job);
        if (self->job[j].state != JOB_QUEUED)
            continue;
        if (action.sort == FOLLOW_READY) {
            world_give (self, j);
            continue;
        }
        world_tell (self, "%s fails, as %s was not done", action.job, action.by);
        struct job *job = world_change (self, j);
        job->state = JOB_FAILED;
        job->held_up = true;
    }
}

//  Jobs that were submitted before, in this turn or in an earlier one.
void world_follow_some (struct schedule *self, struct job *job, int j)
{
    if (self->jobs > 32 || world_dice (self, 3) > 0)
        return;
    for (unsigned i = 1 + world_dice (self, FOLLOWS_ONE_MAX); i > 0; i--) {
        int k = (int) world_dice (self, (unsigned) self->jobs);
        if (k != j && self->job[k].submitted && !self->job[k].removed && !self->job[k].is_part)
            job->follows[job->follows_count++] = k;
    }
}

//  And with it those that failed because of it and that nothing else keeps from beginning.
void world_retry (struct schedule *self, int j)
{
    world_tell (self, "j%d is retried", j);
    struct job *job = world_change (self, j);
    job->state = JOB_QUEUED;
    job->tries = 0;
    job->deaths = 0;
    job->not_before = 0;
    job->held_up = false;
    job->retried = job->opens = true;
    for (int k = 0; k < self->jobs; k++) {
        const struct job *other = &self->job[k];
        bool follows = false;
        for (size_t i = 0; i < other->follows_count; i++)
            follows = follows || other->follows[i] == j;
        if (follows && !other->removed && !other->is_part && !other->parts && other->state == JOB_FAILED &&
            other->held_up && world_kept_by (self, k) < 0)
            world_retry (self, k);
    }
}
