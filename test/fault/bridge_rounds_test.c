//  bridge_rounds_test.c: bridges between a message queue and a broker under kill -9 at random instants:
//  bridge, broker, queue and worker in turn, round after round. Every message that the queue has taken ends
//  as one job and one end event, and none is left. DMH_FAULT=all plays 50 rounds with each queue; DMH_SEED=N
//  plays that round alone.
#define _GNU_SOURCE
#include "test/support/queues/bridge_scene.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>

enum {
    BRIDGES = 2,
    ROUNDS_ALL = 50,
    ROUNDS_FEW = 4,
    MESSAGES = 6,
    WORKERS = 2,
    INSTANT_MS = 300,
    VICTIMS = 4,
    ROWS = 20000,
    ROW_BYTES = 64
};

struct play {
    struct bridge_scene scene;
    uint64_t seed, dice;
    unsigned sent, workers_hurt;
    bool may_repeat[ROUNDS_ALL], *round_may_repeat;    //  by round: a RabbitMQ was killed in it
};

static unsigned s_dice (struct play *self, unsigned below)
{
    self->dice = self->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (self->dice >> 33) % below;
}

//  The instants are the matter of the test, so it waits by the clock.
static void s_wait (struct play *self)
{
    poll (NULL, 0, (int) s_dice (self, INSTANT_MS));
}

//  As long as an instant may hit a job that runs.
static void s_write_input (const struct workplace *place)
{
    char *text = malloc ((size_t) ROWS * ROW_BYTES);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d,mg/dL,2021-04-%02d\n", i, 60 + i % 90, 1 + i % 28);
    workplace_write (place, "labs.csv", text, n);
    free (text);
}

static void s_open (struct play *self)
{
    struct bridge_scene *scene = &self->scene;
    s_write_input (&scene->place);
    queue_server_start (&scene->queue);
    servers_start_broker (&scene->servers, false);
    for (size_t i = 0; i < WORKERS; i++)
        servers_start_worker (&scene->servers, i, "2");
    for (size_t i = 0; i < BRIDGES; i++) {
        bridge_scene_start_bridge (scene, i);
        bridge_scene_await_bridge (scene, i);
    }
}

static void s_name (const struct play *self, unsigned number, char out[48])
{
    snprintf (out, 48, "round-%d-%u", (int) self->seed, number);
}

//  Some of them come twice, as their sender does not know whether they came.
static void s_send (struct play *self, unsigned count)
{
    for (; count && self->sent < MESSAGES; count--) {
        char id[48];
        s_name (self, self->sent++, id);
        bridge_scene_send (&self->scene, id);
        if (s_dice (self, 4) == 0)
            bridge_scene_send (&self->scene, id);
    }
}

static void s_hurt_bridge (struct play *self)
{
    size_t at = s_dice (self, BRIDGES);
    cr_assert_eq (bridge_scene_end_bridge (&self->scene, at, SIGKILL), 128 + SIGKILL, "seed %d",
                  (int) self->seed);
    if (s_dice (self, 2))
        s_wait (self);
    bridge_scene_start_bridge (&self->scene, at);
}

static void s_hurt_broker (struct play *self)
{
    struct servers *servers = &self->scene.servers;
    cr_assert_eq (servers_end (servers, &servers->broker, SIGKILL), 128 + SIGKILL);
    if (s_dice (self, 2))
        s_wait (self);
    servers_start_broker (servers, true);
}

//  What a RabbitMQ forgets in a crash may be of earlier rounds, too.
static void s_hurt_queue (struct play *self)
{
    queue_server_end (&self->scene.queue, SIGKILL);
    for (bool *at = self->may_repeat; at <= self->round_may_repeat; at++)
        *at = self->scene.queue.kind == &rabbitmq_kind;
    if (s_dice (self, 2))
        s_wait (self);
    queue_server_start (&self->scene.queue);
}

//  A third time a job may rightly fail: it was tried three times.
static void s_hurt_worker (struct play *self)
{
    struct servers *servers = &self->scene.servers;
    size_t at = s_dice (self, WORKERS);
    if (self->workers_hurt++ == 2)
        return;
    cr_assert_eq (servers_end (servers, &servers->workers[at], SIGKILL), 128 + SIGKILL);
    if (s_dice (self, 2))
        s_wait (self);
    servers_start_worker (servers, at, "2");
}

static void s_hurt (struct play *self, unsigned victim)
{
    static void (*const HURTS[VICTIMS]) (struct play *) = {s_hurt_bridge, s_hurt_broker, s_hurt_queue,
                                                           s_hurt_worker};
    HURTS[victim](self);
}

static void s_judge (struct play *self, uint64_t seed, uint64_t round)
{
    self->seed = seed;
    self->round_may_repeat = &self->may_repeat[round];
    for (unsigned i = 0; i < MESSAGES; i++) {
        char id[48], name[64];
        s_name (self, i, id);
        snprintf (name, sizeof name, "%s.csv", id);
        size_t ends = bridge_scene_await_end (&self->scene, id);
        cr_assert (ends == 1 || (*self->round_may_repeat && bridge_scene_ends_are_same (&self->scene, id)),
                   "seed %d: %s has %zu ends", (int) seed, id, ends);
        cr_assert_eq (bridge_scene_jobs (&self->scene, name), 1, "seed %d: %s has not one job", (int) seed,
                      id);
    }
}

static void s_round (struct play *self, uint64_t seed, uint64_t round)
{
    self->seed = seed;
    self->round_may_repeat = &self->may_repeat[round];
    self->dice = seed * 0x9e3779b97f4a7c15u + 1;
    self->sent = self->workers_hurt = 0;
    unsigned victim = (unsigned) seed % VICTIMS;
    s_send (self, 1 + s_dice (self, MESSAGES));
    for (unsigned left = 1 + s_dice (self, 3); left; left--) {
        s_wait (self);
        s_hurt (self, victim);
        s_send (self, s_dice (self, MESSAGES));
        victim = s_dice (self, VICTIMS);
    }
    s_send (self, MESSAGES);
    s_judge (self, seed, round);
}

static void s_play (const struct queue_kind *kind)
{
    struct play play = {.seed = 0};
    const char *all = getenv ("DMH_FAULT"), *one = getenv ("DMH_SEED");
    uint64_t first = one ? strtoull (one, NULL, 10) : 0;
    uint64_t rounds = one ? 1 : all && streq (all, "all") ? ROUNDS_ALL : ROUNDS_FEW;
    if (!bridge_scene_open (&play.scene, kind))
        return;
    s_open (&play);
    for (uint64_t round = 0; round < rounds; round++)
        s_round (&play, first + round, round);
    //  What came again meanwhile has told no second end, and nothing is left.
    bridge_scene_end_bridges (&play.scene);
    for (uint64_t round = 0; round < rounds; round++)
        s_judge (&play, first + round, round);
    bridge_scene_close (&play.scene);
}

Test (bridge_rounds, every_message_of_redis_ends_once, .timeout = 3000)
{
    s_play (&redis_kind);
}

//  A RabbitMQ that is killed while it commits may have written the end and not the acknowledgement: then it
//  is told again, under the same id and with the same words, as nothing of the protocol can tell.
Test (bridge_rounds, every_message_of_rabbitmq_ends_once, .timeout = 3000)
{
    s_play (&rabbitmq_kind);
}
