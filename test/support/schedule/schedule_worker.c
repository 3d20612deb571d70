//  schedule_worker.c: a worker of a schedule: what it hears, does and says. An end that the broker has not
//  acknowledged is kept and said again on every new registration.
#include "test/support/schedule/schedule_world.h"

#include <string.h>

static void s_drop (struct worker *worker, size_t at)
{
    worker->held[at] = worker->held[--worker->held_count];
}

//  READY or HEARTBEAT: everything it has, ended or not.
static void s_speak (struct schedule *self, struct worker *worker, bool ready)
{
    struct post post = {.sort = ready ? POST_READY : POST_BEAT, .held_count = worker->held_count};
    memcpy (post.held, worker->held, sizeof post.held);
    world_post (self, &worker->out, &post);
}

static void s_say_end (struct schedule *self, struct worker *worker, const struct held *held)
{
    world_post (self, &worker->out, &(struct post){.sort = POST_END, .one = *held});
}

static void s_register (struct schedule *self, struct worker *worker)
{
    s_speak (self, worker, true);
    if (worker->draining)
        world_post (self, &worker->out, &(struct post){.sort = POST_DRAIN});
    for (size_t i = 0; i < worker->held_count; i++)
        if (worker->held[i].how != HELD_RUNS)
            s_say_end (self, worker, &worker->held[i]);
}

void world_reconnect (struct schedule *self, struct worker *worker)
{
    worker->in.count = worker->out.count = 0;
    s_register (self, worker);
}

static void s_end (struct schedule *self, struct worker *worker, size_t at, int how)
{
    struct held *held = &worker->held[at];
    held->how = (typeof (held->how)) how;
    world_tell (self, "%s ends j%d.%d as %d", worker->id, held->job, (int) held->attempt, how);
    s_say_end (self, worker, held);
}

static void s_hear_one (struct schedule *self, struct worker *worker, const struct post *post)
{
    size_t at = 0;
    while (at < worker->held_count &&
           (worker->held[at].job != post->one.job || worker->held[at].attempt != post->one.attempt))
        at++;
    bool known = at < worker->held_count;
    switch (post->sort) {
    case POST_JOB:
        if (!known && worker->held_count < HELD_MAX)
            worker->held[worker->held_count++] = (struct held){post->one.job, post->one.attempt, HELD_RUNS};
        break;
    case POST_STOP:
        if (known && worker->held[at].how == HELD_RUNS)
            s_end (self, worker, at, HELD_BAD);
        break;
    case POST_ACK:
        if (known && worker->held[at].how != HELD_RUNS)
            s_drop (worker, at);
        break;
    case POST_UNKNOWN:
        s_register (self, worker);
        break;
    default:
        world_hold (self, false, "%s got a message of sort %d", worker->id, post->sort);
    }
}

static void s_born (struct schedule *self, struct worker *worker)
{
    *worker = (struct worker){.alive = true, .slots = 1 + world_dice (self, 4)};
    world_draw_abilities (self, worker);
    snprintf (worker->id, sizeof worker->id, "w%d.%u", (int) (worker - self->worker), ++self->born);
    world_tell (self, "%s is born with %u slots, kinds %x, %u MiB", worker->id, worker->slots, worker->kinds,
                (unsigned) (worker->memory >> 20));
    s_register (self, worker);
}

static void s_leave (struct schedule *self, struct worker *worker)
{
    world_tell (self, "%s leaves", worker->id);
    for (size_t i = 0; i < worker->held_count; i++)
        if (worker->held[i].how == HELD_RUNS)
            s_end (self, worker, i, HELD_RETURNED);
    world_post (self, &worker->out, &(struct post){.sort = POST_BYE});
}

static void s_disturb (struct schedule *self, struct worker *worker)
{
    switch (world_dice (self, 120)) {
    case 0:
        world_tell (self, "%s is killed", worker->id);
        worker->alive = false;
        break;
    case 1:
        s_leave (self, worker);
        break;
    case 2:
        world_tell (self, "%s drains", worker->id);
        worker->draining = true;
        world_post (self, &worker->out, &(struct post){.sort = POST_DRAIN});
        break;
    case 3:
    case 4:
        world_tell (self, "the link of %s is cut", worker->id);
        world_reconnect (self, worker);
        break;
    default:
        break;
    }
}

//  In peace an attempt that nobody waits for goes on until it is stopped.
static bool s_ends (struct schedule *self, const struct worker *worker, const struct held *held)
{
    const struct job *job = &self->stored[held->job];
    if (!self->peace)
        return world_dice (self, 3) == 0;
    return job->state == JOB_RUNNING && job->attempt == held->attempt &&
           strcmp (job->worker, worker->id) == 0;
}

void world_worker_step (struct schedule *self, struct worker *worker)
{
    struct post post;
    if (!worker->alive) {
        s_born (self, worker);
        return;
    }
    if (!self->peace)
        s_disturb (self, worker);
    for (unsigned i = self->peace ? LINK_MAX : world_dice (self, 4); worker->alive && i > 0; i--)
        if (world_receive (self, &worker->in, &post))
            s_hear_one (self, worker, &post);
    for (size_t i = 0; worker->alive && i < worker->held_count; i++)
        if (worker->held[i].how == HELD_RUNS && s_ends (self, worker, &worker->held[i]))
            s_end (self, worker, i,
                   self->peace || world_dice (self, 10) > 3 ? HELD_RESULT : 2 + (int) world_dice (self, 3));
        else if (worker->held[i].how != HELD_RUNS && world_dice (self, 12) == 0)
            s_say_end (self, worker, &worker->held[i]);    //  once more
    if (worker->alive && (self->peace || world_dice (self, 3) == 0))
        s_speak (self, worker, false);
}
