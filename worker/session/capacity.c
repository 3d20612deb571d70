//  capacity.c: see capacity.h. A socket of libzmq takes one descriptor, an actor's pipe is two sockets, a
//  connection over TCP takes one more.
#include "worker/session/capacity.h"

enum {
    //  The link and the feed, each with its connection, twice while they are made anew; the uploader's pipe,
    //  stop, socket, connection and three files; a name server's answer.
    BASE = 24,
    //  A harmonizer's pipe and PULL.
    THREAD = 3,
    //  The pipes of runner and writer, the PULLs that the writer and the reader take blocks from, the
    //  writer's PUSH back.
    SLOT = 7,
    //  A PUSH from the slot's reader to the thread, one from the thread to the slot's writer.
    SLOT_THREAD = 2,
    //  The input, as it was fetched and as it is read; the folder, its lock and its three files; a socket to
    //  the files service and its connection; what is opened in passing.
    JOB_FILES = 12
};

size_t capacity_descriptors (struct capacity self)
{
    return BASE + self.threads * THREAD + self.slots * (SLOT + JOB_FILES) +
           self.slots * self.threads * SLOT_THREAD;
}

//  That of which there are more; NULL: there is one of each.
static size_t *s_larger (struct capacity *self)
{
    size_t *larger = self->threads >= self->slots ? &self->threads : &self->slots;
    return *larger > 1 ? larger : NULL;
}

bool capacity_fit (struct capacity *self, size_t descriptors)
{
    while (capacity_descriptors (*self) > descriptors) {
        size_t *larger = s_larger (self);
        if (!larger)
            return false;
        --*larger;
    }
    return true;
}

bool capacity_halve (struct capacity *self)
{
    size_t *larger = s_larger (self);
    if (larger)
        *larger /= 2;
    return larger != NULL;
}
