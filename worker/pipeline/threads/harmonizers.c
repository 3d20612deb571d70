//  harmonizers.c: see harmonizers.h. All sockets are made at the start. A thread holds, for each job slot, a
//  PUSH to its writer and a harmonizer for the pass that runs there; BLOCK_JOIN makes the harmonizer,
//  BLOCK_LEAVE takes it away and goes on to the writer as the last thing of the pass that it hears from here.
#include "worker/pipeline/threads/harmonizers.h"

#include "messages/base/narrow.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/socket.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/pipeline/threads/block_socket.h"

#include <stdatomic.h>

//  Endpoints are never named twice: libzmq lets go of a closed socket's name some time later.
static atomic_uint s_ends;

enum { ENDPOINT_BYTES = 64 };

//  The PULL of a slot's writer.
struct outlet {
    zsock_t *pull;
    char endpoint[ENDPOINT_BYTES];
};

struct harmonizers {
    size_t threads, slots;
    actor_t **actors;
    char (*endpoints)[ENDPOINT_BYTES];
    struct outlet *outlets;    //  by slot
};

struct harmonizer_start {
    const char *endpoint;
    const struct outlet *outlets;
    size_t slots;
};

struct harmonizer_slot {
    harmonizer_t *harmonizer;
    zsock_t *writer;
};

struct harmonizer_thread {
    zsock_t *pull;
    struct harmonizer_slot *slots;    //  [slot_count]
    size_t slot_count;
    struct stage_clock clock;
};

static void s_join (struct harmonizer_slot *slot, struct block *block)
{
    harmonizer_destroy (&slot->harmonizer);
    slot->harmonizer = harmonizer_new (block->pass);
    //  A slot without a harmonizer answers each block with an error, so that the job fails and no block is
    //  lost.
}

//  A block that makes more than a part may hold takes the harmonizer along; the writer goes on with it.
static void s_work (struct harmonizer_slot *slot, struct block *block)
{
    if (!slot->harmonizer)
        error_set (&block->error, DMH_INTERNAL, "out of memory while making ready to harmonize");
    else if (harmonizer_harmonize (slot->harmonizer, block)) {
        block->rest = slot->harmonizer;
        slot->harmonizer = harmonizer_new (block->pass);
    }
    block_send (slot->writer, block);
}

static void s_take (void *thread, struct block *block)
{
    struct harmonizer_thread *self = thread;
    struct harmonizer_slot *slot = &self->slots[block->pass->slot % self->slot_count];
    switch (block->sort) {
    case BLOCK_JOIN:
        stage_clock_join (&self->clock);
        s_join (slot, block);
        break;
    case BLOCK_WORK:
        s_work (slot, block);
        break;
    case BLOCK_LEAVE:
        harmonizer_destroy (&slot->harmonizer);
        block_send (slot->writer, block);
        stage_clock_leave (&self->clock);
        break;
    }
}

//  The sockets of a harmonizer. 0, or -1: there are not enough.
static int s_open (struct harmonizer_thread *self, const struct harmonizer_start *start)
{
    self->slot_count = start->slots;
    self->slots = calloc (start->slots, sizeof *self->slots);
    self->pull = socket_new (ZMQ_PULL);
    if (!self->slots || !self->pull)
        return -1;
    zsock_set_rcvhwm (self->pull, HARMONIZERS_QUEUE_BLOCKS);
    if (zsock_bind (self->pull, "%s", start->endpoint) < 0)
        return -1;
    for (size_t i = 0; i < start->slots; i++) {
        self->slots[i].writer = socket_new (ZMQ_PUSH);
        if (!self->slots[i].writer ||
            zsock_connect (self->slots[i].writer, "%s", start->outlets[i].endpoint) != 0)
            return -1;
    }
    return 0;
}

//  Its harmonizers have left with their passes.
static void s_close (struct harmonizer_thread *self)
{
    for (size_t i = 0; self->slots && i < self->slot_count; i++)
        zsock_destroy (&self->slots[i].writer);
    free (self->slots);
    zsock_destroy (&self->pull);
}

static void s_harmonizer_actor (zsock_t *pipe, void *argument)
{
    struct harmonizer_thread self = {.clock = {.stage = METRIC_STAGE_HARMONIZE}};
    int why = s_open (&self, argument) == 0 ? 0 : errno;
    zsock_signal (pipe, 0);
    zsock_send (pipe, "i", why);
    if (why == 0)
        block_serve (pipe, self.pull, &self.clock, s_take, &self);
    s_close (&self);
}

static void s_name (char endpoint[ENDPOINT_BYTES], const char *what)
{
    snprintf (endpoint, ENDPOINT_BYTES, "inproc://dmh-%s-%u", what, atomic_fetch_add (&s_ends, 1));
}

static int s_open_outlet (struct outlet *self, size_t blocks)
{
    s_name (self->endpoint, "writer");
    self->pull = socket_new (ZMQ_PULL);
    if (!self->pull)
        return -1;
    zsock_set_rcvhwm (self->pull,
                      NARROW (int, blocks) + 1);    //  all of a job fit, so nobody ever waits for it
    return zsock_bind (self->pull, "%s", self->endpoint) < 0 ? -1 : 0;
}

harmonizers_t *harmonizers_new (size_t threads, size_t slots, struct error *error)
{
    harmonizers_t *self = calloc (1, sizeof *self);
    if (!self)
        goto failed;
    self->threads = threads;
    self->slots = slots;
    self->actors = calloc (threads, sizeof *self->actors);
    self->endpoints = calloc (threads, sizeof *self->endpoints);
    self->outlets = calloc (slots, sizeof *self->outlets);
    if (!self->actors || !self->endpoints || !self->outlets)
        goto failed;
    for (size_t i = 0; i < slots; i++)
        if (s_open_outlet (&self->outlets[i], harmonizers_blocks (self)) != 0)
            goto failed;
    for (size_t i = 0; i < threads; i++) {
        s_name (self->endpoints[i], "harmonizer");
        struct harmonizer_start start = {self->endpoints[i], self->outlets, slots};
        self->actors[i] = actor_new (s_harmonizer_actor, &start);
        if (!self->actors[i])
            goto failed;
        int why = ENOMEM;
        zsock_recv (actor_pipe (self->actors[i]), "i", &why);
        errno = why;
        if (why != 0)
            goto failed;
    }
    return self;
failed:
    error_set (error, DMH_INTERNAL,
               "%zu harmonization threads cannot be started: %s; try --threads with a smaller number",
               threads, strerror (errno));
    harmonizers_destroy (&self);
    return NULL;
}

void harmonizers_destroy (harmonizers_t **self_p)
{
    harmonizers_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; self->actors && i < self->threads; i++)
        actor_destroy (&self->actors[i]);
    for (size_t i = 0; self->outlets && i < self->slots; i++)
        zsock_destroy (&self->outlets[i].pull);
    free (self->actors);
    free (self->endpoints);
    free (self->outlets);
    free (self);
    *self_p = NULL;
}

size_t harmonizers_threads (const harmonizers_t *self)
{
    return self->threads;
}

const char *harmonizers_endpoint (const harmonizers_t *self, size_t i)
{
    return self->endpoints[i];
}

size_t harmonizers_blocks (const harmonizers_t *self)
{
    return self->threads * HARMONIZERS_QUEUE_BLOCKS + HARMONIZERS_SPARE_BLOCKS;
}

zsock_t *harmonizers_writer (const harmonizers_t *self, size_t slot)
{
    return self->outlets[slot].pull;
}
