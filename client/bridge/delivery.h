//  delivery.h: a message that the queue has given to this bridge and that is not settled yet, with its jobs;
//  and all of them. Plain data: sends nothing.
#ifndef DMH_CLIENT_BRIDGE_DELIVERY_H
#define DMH_CLIENT_BRIDGE_DELIVERY_H

#include <czmq.h>

#include "client/bridge/queue.h"
#include "messages/event.h"

struct delivery;

//  A job of it.
struct delivery_job {
    struct delivery *of;
    struct job_record record;              //  as last asked for; before, its id and what events said
    bool ended, noted;                     //  noted: its record is to be asked for now
    int64_t news_at, asked_at, told_at;    //  mono ms: heard of, asked for, a change published
};

struct delivery {
    struct queue_message message;
    char id[MESSAGE_ID_BYTES];
    char correlation[CORRELATION_BYTES], batch[ID_BYTES], batch_name[NAME_BYTES];
    //  Until its jobs are there.
    bool decoded;
    struct job_message request;
    struct input *inputs;    //  [request.count]; NULL: not looked for yet
    int64_t again_at, patience;
    //  From then on.
    struct delivery_job *jobs;
    size_t count, open;
    //  In the end.
    bool over;
    char *line;    //  the end event, n bytes
    size_t n;
    const char *state;      //  in which it ended; borrowed for ever
    struct error reason;    //  DMH_OK: its jobs have ended; else why it is a dead letter
};

typedef struct deliveries deliveries_t;

deliveries_t *deliveries_new (void);    //  NULL: out of memory
void deliveries_destroy (deliveries_t **self_p);

size_t deliveries_count (const deliveries_t *self);
//  Takes over the message's body. NULL: out of memory, and nothing is taken over.
struct delivery *deliveries_add (deliveries_t *self, const struct queue_message *message);
void deliveries_remove (deliveries_t *self, struct delivery *delivery);
//  In the order in which they were taken; NULL: there is none (more). Between the two none may be removed but
//  the last one answered.
struct delivery *deliveries_first (deliveries_t *self);
struct delivery *deliveries_next (deliveries_t *self);

//  It has its id: false, another one that is held has it, too.
bool deliveries_name (deliveries_t *self, struct delivery *delivery);
//  Its jobs are accepted: what they were made of is forgotten. DMH_OK; DMH_INTERNAL, out of memory.
int deliveries_accept (deliveries_t *self, struct delivery *delivery, size_t count, struct error *error);
//  The job's id is known; and the job of an id, NULL: nobody's. Borrowed.
void deliveries_put_job (deliveries_t *self, struct delivery_job *job);
struct delivery_job *deliveries_job (deliveries_t *self, const char *job);

#endif
