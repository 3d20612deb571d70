//  outbox.h: messages that wait for the turn's commit. Part of turn.c.
#ifndef DMH_BROKER_JOBS_OUTBOX_H
#define DMH_BROKER_JOBS_OUTBOX_H

#include "broker/jobs/turn.h"

enum outbox_sort {
    OUTBOX_PLAIN,
    OUTBOX_ACCEPTS,    //  answers a submission of this turn
    OUTBOX_ORDERS      //  gives a job to a worker
};

struct outbox_message {
    enum outbox_sort sort;
    void *to;
    zframe_t *identity;
    zmsg_t *message;
    char request[ID_BYTES];      //  OUTBOX_ACCEPTS
    struct undelivered order;    //  OUTBOX_ORDERS
};

struct outbox {
    struct outbox_message *items;
    size_t count, room;
    struct undelivered *undelivered;
    size_t undelivered_count, undelivered_room;
};

//  A new one at the end, of sort OUTBOX_PLAIN; NULL with `error` set when it cannot be encoded.
struct outbox_message *outbox_add (struct outbox *self, void *to, zframe_t *identity,
                                   const struct shape *shape, const void *message, struct error *error);
//  Sends everything in order. A peer that is gone, or does not read, loses its message: requests are
//  repeated, and orders are noted as undelivered.
void outbox_send (struct outbox *self);
//  Answers every submission by ERROR `why`; the others stay.
void outbox_refuse (struct outbox *self, const struct error *why);
//  Forgets what is left.
void outbox_clear (struct outbox *self);
void outbox_free (struct outbox *self);

//  Room for one more item of `size` bytes; the array may move. 0, or -1 out of memory.
int outbox_room (void **items, size_t count, size_t *room, size_t size);

#endif
