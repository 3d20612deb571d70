//  outbox.h: messages that wait for the turn's commit.
#ifndef DMH_BROKER_JOBS_OUTBOX_H
#define DMH_BROKER_JOBS_OUTBOX_H

#include <czmq.h>

#include "messages/codec/shape.h"
#include "messages/job.h"

//  An order to a worker that could not be sent.
struct undelivered_order {
    char worker[ID_BYTES], job[ID_BYTES];
    uint64_t attempt;
};

enum outbox_sort {
    OUTBOX_PLAIN,
    OUTBOX_OPENED,    //  holds only if the jobs that the turn opens are committed
    OUTBOX_ORDER      //  gives a job to a worker
};

struct outbox_message {
    enum outbox_sort sort;
    void *to;
    zframe_t *identity;
    zmsg_t *message;
    char request[ID_BYTES];            //  OUTBOX_OPENED
    struct undelivered_order order;    //  OUTBOX_ORDER
    int64_t submitted_at;              //  mono us; of a submission's answer, else 0
};

struct outbox {
    struct outbox_message *items;
    size_t count, room;
    struct undelivered_order *undelivered;
    size_t undelivered_count, undelivered_room;
};

//  A new one at the end, of sort OUTBOX_PLAIN; NULL with `error` set when it cannot be encoded.
struct outbox_message *outbox_add (struct outbox *self, void *to, zframe_t *identity,
                                   const struct shape *shape, const void *message, struct error *error);
//  Sends everything in order. A peer that is gone, or does not read, loses its message: requests are
//  repeated, and orders are noted as undelivered.
void outbox_send (struct outbox *self);
//  Answers by ERROR `why` instead of every OUTBOX_OPENED; the others stay.
void outbox_refuse (struct outbox *self, const struct error *why);
//  Forgets what is left.
void outbox_clear (struct outbox *self);
void outbox_free (struct outbox *self);

//  Room for one more item of `size` bytes; the array may move. 0, or -1 out of memory.
int outbox_room (void **items, size_t count, size_t *room, size_t size);

#endif
