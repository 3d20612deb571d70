//  block_lines.c: see block_lines.h.
#include "worker/pipeline/threads/block_lines.h"

#include "messages/base/narrow.h"
#include "messages/sockets/socket.h"
#include "worker/pipeline/threads/writer_actor.h"

#include <stdatomic.h>

//  Endpoints are never named twice: libzmq lets go of a closed socket's name some time later.
static atomic_uint s_lines;

int block_lines_open (struct block_lines *self, harmonizers_t *all, size_t slot)
{
    char back[64];
    *self = (struct block_lines){.count = harmonizers_threads (all)};
    self->harmonizers = calloc (self->count, sizeof *self->harmonizers);
    if (!self->harmonizers)
        return -1;
    snprintf (back, sizeof back, "inproc://dmh-back-%u", atomic_fetch_add (&s_lines, 1));
    self->back = socket_new (ZMQ_PULL);
    if (!self->back)
        return -1;
    zsock_set_rcvhwm (self->back, NARROW (int, harmonizers_blocks (all)) + 1);
    if (zsock_bind (self->back, "%s", back) < 0)
        return -1;
    for (size_t i = 0; i < self->count; i++) {
        self->harmonizers[i] = socket_new (ZMQ_PUSH);
        if (!self->harmonizers[i])
            return -1;
        zsock_set_sndhwm (self->harmonizers[i], HARMONIZERS_QUEUE_BLOCKS + 2);
        //  Jobs with fewer threads than there are harmonizers begin at different ones.
        size_t at = (i + slot) % self->count;
        if (zsock_connect (self->harmonizers[i], "%s", harmonizers_endpoint (all, at)) != 0)
            return -1;
    }
    struct writer_start start = {harmonizers_writer (all, slot), back, harmonizers_blocks (all)};
    self->writer = actor_new (writer_actor, &start);
    if (!self->writer)
        return -1;
    int why = ENOMEM;
    zsock_recv (actor_pipe (self->writer), "i", &why);
    errno = why;
    return why == 0 ? 0 : -1;
}

void block_lines_close (struct block_lines *self)
{
    actor_destroy (&self->writer);
    for (size_t i = 0; self->harmonizers && i < self->count; i++)
        zsock_destroy (&self->harmonizers[i]);
    zsock_destroy (&self->back);
    free (self->harmonizers);
    *self = (struct block_lines){.count = 0};
}
