//  client.h: requests to an object store, by libcurl: signed, one after the other over connections that stay,
//  tried again with growing pauses where the store is busy (429, 500, 502, 503, 504), is not reached, or was
//  cut off. No redirect is followed. One thread.
#ifndef DMH_MESSAGES_S3_CLIENT_H
#define DMH_MESSAGES_S3_CLIENT_H

#include <czmq.h>

#include "messages/s3/access.h"
#include "messages/s3/request.h"

typedef struct s3_client s3_client_t;

enum { S3_PATIENCE_MS = 60000 };

//  All borrowed.
struct s3_client_config {
    const struct s3_access *access;
    int patience_ms;        //  in which no byte moves, however often it is tried
    int tries;              //  at least, however long they take; 0: 4
    zmq_pollitem_t stop;    //  readable when the owner wants to end it; {NULL, -1, 0, 0}: never
    //  How many bytes have moved, of how many; NULL: nobody wants to know.
    void (*moved) (void *context, uint64_t done, uint64_t total);
    void *context;
};

//  NULL with `error` set: DMH_INTERNAL.
s3_client_t *s3_client_new (const struct s3_client_config *config, struct error *error);
void s3_client_destroy (s3_client_t **self_p);

//  DMH_OK: 2xx, and all of the answer came. DMH_NOT_FOUND; DMH_UNAUTHORIZED; DMH_CONFLICT: it has another
//  ETag (412); DMH_UNAVAILABLE, after the patience; DMH_CANCELLED; DMH_IO: the file here cannot be read or
//  written; DMH_UNSUPPORTED: the store refuses it, or the bucket is elsewhere; DMH_INTERNAL. Sentences have
//  no credentials in them.
int s3_client_do (s3_client_t *self, struct s3_request *request, struct s3_answer *answer,
                  struct error *error);

//  The same, once and whether or not the owner wants to end: takes back what was begun.
int s3_client_finish (s3_client_t *self, struct s3_request *request, struct s3_answer *answer,
                      struct error *error);

#endif
