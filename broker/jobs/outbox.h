//  outbox.h: messages that wait for the turn's commit. Part of turn.c.
#ifndef DMH_BROKER_JOBS_OUTBOX_H
#define DMH_BROKER_JOBS_OUTBOX_H

#include "broker/jobs/turn.h"

enum saying_sort {
    SAYING_PLAIN,
    SAYING_ACCEPTS,    //  answers a submission of this turn
    SAYING_ORDERS      //  gives a job to a worker
};

struct saying {
    enum saying_sort sort;
    void *to;
    zframe_t *identity;
    zmsg_t *message;
    char request[ID_BYTES];      //  SAYING_ACCEPTS
    struct undelivered order;    //  SAYING_ORDERS
};

struct said {
    struct saying *items;
    size_t count, room;
    struct undelivered *undelivered;
    size_t undelivered_count, undelivered_room;
};

//  A new one at the end, of sort SAYING_PLAIN; NULL with `error` set when it cannot be encoded.
struct saying *said_add (struct said *self, void *to, zframe_t *identity, const struct shape *shape,
                         const void *message, struct error *error);
//  Sends everything in order. A peer that is gone, or does not read, loses its message: requests are
//  repeated, and orders are noted as undelivered.
void said_send (struct said *self);
//  Answers every submission by ERROR `why`; the others stay.
void said_refuse (struct said *self, const struct error *why);
//  Forgets what is left.
void said_clear (struct said *self);
void said_free (struct said *self);

//  Room for one more item of `size` bytes; the array may move. 0, or -1 out of memory.
int said_room (void **items, size_t count, size_t *room, size_t size);

#endif
