//  asked_queue.h: requests on their way from the threads that ask to the exchange's. Bounded: beyond
//  EXCHANGE_ASKED_MAX that are under way no more are taken.
#ifndef DMH_CLIENT_GATEWAY_BROKER_ASKED_QUEUE_H
#define DMH_CLIENT_GATEWAY_BROKER_ASKED_QUEUE_H

#include <czmq.h>

#include "messages/request.h"

enum { EXCHANGE_ASKED_MAX = 4096 };

//  The answer to a request: DMH_OK and the message, which goes when this returns (what it owns may be taken:
//  zero it), or a code and its sentence. In the exchange's thread: never wait here.
typedef void exchange_answer_fn (void *context, int rc, void *answer, const struct error *error);

//  A request on its way.
struct asked {
    char id[ID_BYTES];
    zmsg_t *frames;    //  to say it again
    const struct shape *shape;
    exchange_answer_fn *answer;
    void *context;
    int64_t until, next, patience;    //  mono ms
    struct asked *following;          //  the queue's
};
void asked_destroy (struct asked **self_p);    //  takes NULL

typedef struct asked_queue asked_queue_t;

//  NULL: no descriptor, or out of memory.
asked_queue_t *asked_queue_new (void);
void asked_queue_destroy (asked_queue_t **self_p);    //  takes NULL; it is empty

//  Readable when something was put, or asked_queue_wake called.
int asked_queue_word (const asked_queue_t *self);
void asked_queue_wake (const asked_queue_t *self);

//  Any thread. false: there are too many, or it is closed. Else it is the taker's.
bool asked_queue_put (asked_queue_t *self, struct asked *asked);
//  All that were put, a list in their order; NULL: none.
struct asked *asked_queue_take (asked_queue_t *self);
//  One of those taken has been answered.
void asked_queue_end (asked_queue_t *self);
//  Nothing is taken from now on.
void asked_queue_close (asked_queue_t *self);

#endif
