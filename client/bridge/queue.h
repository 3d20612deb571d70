//  queue.h: what a message queue has to do for the bridge. A third one is a file in engines/ that fills a
//  struct queue, and a row in engines/engines.c; nothing else of the bridge knows which it is. One thread.
#ifndef DMH_CLIENT_BRIDGE_QUEUE_H
#define DMH_CLIENT_BRIDGE_QUEUE_H

#include <stdint.h>

#include "client/bridge/job_message.h"
#include "client/bridge/queue_url.h"

enum { QUEUE_HANDLE_BYTES = 48, QUEUE_ANSWER_MS = 5000 };

//  What all engines are told. Borrowed for as long as the queue is open.
struct queue_config {
    struct queue_url url;
    const char *jobs, *events, *dead;    //  names: of a stream, a queue, an exchange; NULL: the engine's own
    const char *group;                   //  of consumers
    const char *tls_ca;                  //  a file of certificates in PEM; NULL: those of the system
    uint64_t held_most;                  //  messages that may be taken and not yet settled
    uint64_t claim_ms;       //  after which a message that nobody is known to hold is given to another
    uint64_t events_most;    //  lines that are kept; 0: all
    uint64_t remember_ms;    //  how long a message's id is known to have ended
    bool remove_settled;
};

//  A message that was taken. Settle it, or let the connection go: then it comes again, here or elsewhere.
struct queue_message {
    char handle[QUEUE_HANDLE_BYTES];    //  by which the queue knows it
    char id[MESSAGE_ID_BYTES];          //  by the queue's own properties; empty: they say none
    char *body;                         //  n bytes, malloc'd
    size_t n;
};

//  What becomes of a message.
enum queue_end {
    QUEUE_ENDED,    //  its jobs have: `line` is published and the message is gone, both or neither
    QUEUE_DEAD      //  it cannot be done: it goes to the dead letters with the reason, both or neither
};

//  What is published of a message.
struct queue_line {
    const char *id;                   //  of the message
    const char *job, *correlation;    //  may be empty
    const char *state;
    bool is_end;    //  else it is a change
    const char *text;
    size_t n;
};

struct settlement {
    enum queue_end end;
    const struct queue_message *message;
    struct queue_line line;    //  of QUEUE_ENDED
    const char *id;            //  of QUEUE_DEAD: the message's, or empty
    const char *code, *reason;
};

//  `self` is what open made. Every function but open and close answers DMH_OK; DMH_UNAVAILABLE: the
//  connection is lost, and with it whatever is held, see connect; DMH_UNAUTHORIZED, DMH_USAGE, DMH_CONFLICT:
//  the queue refuses, and trying again may help or not; DMH_INTERNAL.
struct queue {
    const char *schemes;    //  of its URLs, with spaces
    //  Checks what it is told; connects to nobody. close what was made.
    int (*open) (const struct queue_config *config, void **self, struct error *error);
    //  Anew. What was taken before and not settled comes again by take, here or elsewhere, and is to be
    //  forgotten here.
    int (*connect) (void *self, struct error *error);
    //  As many messages as have come, at most `most` (1 or more), without waiting: out [*count]. Their bodies
    //  are the caller's. To be called about every second for as long as something is held, as that tells that
    //  it still is; with `most` 0 for this alone.
    int (*take) (void *self, size_t most, struct queue_message *out, size_t *count, struct error *error);
    //  All of them, in their order, each whole or not at all. DMH_OK: all are, and on the queue's disk as far
    //  as it says so.
    int (*settle) (void *self, const struct settlement *settlements, size_t count, struct error *error);
    //  Changes, in their order.
    int (*publish) (void *self, const struct queue_line *lines, size_t count, struct error *error);
    //  Readable when messages may have come; -1: nothing is connected.
    int (*descriptor) (const void *self);
    //  What is held comes to others at once. Takes NULL.
    void (*close) (void *self);
};

//  By the scheme of a URL; NULL: this build has none.
const struct queue *queue_of (const char *scheme);

#endif
