//  harmonizers.c: see harmonizers.h. A harmonizer holds, for each job slot, a harmonizer for the pass that
//  runs there and a PUSH to its writer; BLOCK_JOIN makes them, BLOCK_LEAVE takes them away and goes on to the
//  writer as the last thing it hears from here.
#include "worker/pipeline/harmonizers.h"

#include "worker/pipeline/harmonizer.h"

#include <stdatomic.h>

//  Endpoints are never named twice: libzmq lets go of a closed socket's name some time later.
static atomic_uint s_harmonizers;

struct harmonizers {
    size_t threads, slots;
    zactor_t **actors;
    char (*endpoints)[64];
};

struct harmonizer_start {
    const char *endpoint;
    size_t slots;
};

struct harmonizer_slot {
    harmonizer_t *harmonizer;
    zsock_t *writer;
};

struct harmonizer_thread {
    zsock_t *pull;
    struct harmonizer_slot *seats;
    size_t slots;
};

int block_send (void *socket, struct block *block)
{
    void *handle = zsock_resolve (socket);
    while (zmq_send (handle, &block, sizeof block, 0) < 0)
        if (errno != EINTR)
            return -1;
    return 0;
}

struct block *block_receive (void *socket)
{
    struct block *block = NULL;
    void *handle = zsock_resolve (socket);
    int rc;
    do
        rc = zmq_recv (handle, &block, sizeof block, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    return rc == (int) sizeof block ? block : NULL;
}

static void s_seat_clear (struct harmonizer_slot *seat)
{
    harmonizer_destroy (&seat->harmonizer);
    zsock_destroy (&seat->writer);
}

static void s_join (struct harmonizer_slot *seat, struct block *block)
{
    s_seat_clear (seat);
    seat->writer = zsock_new (ZMQ_PUSH);
    if (seat->writer) {
        zsock_set_linger (seat->writer, -1);    //  what was pushed arrives, although the socket goes first
        if (zsock_connect (seat->writer, "%s", block->pass->endpoint) != 0)
            zsock_destroy (&seat->writer);
    }
    seat->harmonizer = harmonizer_new (block->pass);
    //  A seat without a harmonizer answers each block with an error, so that the job fails and no block is
    //  lost.
}

static void s_work (struct harmonizer_slot *seat, struct block *block)
{
    if (seat->harmonizer)
        harmonizer_harmonize (seat->harmonizer, block);
    else
        error_set (&block->error, DMH_INTERNAL, "out of memory while making ready to harmonize");
    if (seat->writer)
        block_send (seat->writer, block);
}

static void s_take (struct harmonizer_thread *self, struct block *block)
{
    struct harmonizer_slot *seat = &self->seats[block->pass->slot % self->slots];
    switch (block->sort) {
    case BLOCK_JOIN:
        s_join (seat, block);
        break;
    case BLOCK_WORK:
        s_work (seat, block);
        break;
    case BLOCK_LEAVE:
        harmonizer_destroy (&seat->harmonizer);
        if (seat->writer)
            block_send (seat->writer, block);
        zsock_destroy (&seat->writer);
        break;
    }
}

static void s_harmonize (struct harmonizer_thread *self, zsock_t *pipe)
{
    zmq_pollitem_t items[] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve (self->pull), 0, ZMQ_POLLIN, 0}};
    for (;;) {
        if (zmq_poll (items, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return;
        }
        if (items[0].revents) {
            char *word = zstr_recv (pipe);
            bool leave = !word || streq (word, "$TERM");
            zstr_free (&word);
            if (leave)
                return;
        }
        //  All that wait, before it is asked again whether some do.
        for (struct block *block; items[1].revents && (block = block_receive (self->pull));)
            s_take (self, block);
    }
}

static void s_harmonizer_actor (zsock_t *pipe, void *argument)
{
    const struct harmonizer_start *start = argument;
    struct harmonizer_thread self = {.slots = start->slots};
    self.seats = calloc (start->slots, sizeof *self.seats);
    self.pull = zsock_new (ZMQ_PULL);
    bool good = self.seats && self.pull;
    if (good) {
        zsock_set_rcvhwm (self.pull, HARMONIZERS_QUEUE_BLOCKS);
        good = zsock_bind (self.pull, "%s", start->endpoint) >= 0;
    }
    zsock_signal (pipe, good ? 0 : 1);
    zsock_send (pipe, "i", good ? 0 : 1);
    if (good)
        s_harmonize (&self, pipe);
    for (size_t i = 0; self.seats && i < self.slots; i++)
        s_seat_clear (&self.seats[i]);
    free (self.seats);
    zsock_destroy (&self.pull);
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
    if (!self->actors || !self->endpoints)
        goto failed;
    for (size_t i = 0; i < threads; i++) {
        snprintf (self->endpoints[i], sizeof self->endpoints[i], "inproc://dmh-harmonizer-%u",
                  atomic_fetch_add (&s_harmonizers, 1));
        struct harmonizer_start start = {self->endpoints[i], slots};
        self->actors[i] = zactor_new (s_harmonizer_actor, &start);
        int status = 1;
        if (!self->actors[i] || zsock_recv (self->actors[i], "i", &status) != 0 || status != 0)
            goto failed;
    }
    return self;
failed:
    error_set (error, DMH_INTERNAL,
               "%zu harmonization threads cannot be started; try --threads with a smaller number", threads);
    harmonizers_destroy (&self);
    return NULL;
}

void harmonizers_destroy (harmonizers_t **self_p)
{
    harmonizers_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; self->actors && i < self->threads; i++)
        zactor_destroy (&self->actors[i]);
    free (self->actors);
    free (self->endpoints);
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
