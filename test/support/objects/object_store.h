//  object_store.h: for tests: an S3 server (npm's s3rver, behind a proxy that makes mistakes) in the folder
//  of a workplace, and what says to dmh's programs where it is.
#ifndef DMH_TEST_SUPPORT_OBJECT_STORE_H
#define DMH_TEST_SUPPORT_OBJECT_STORE_H

#include "test/support/processes/processes.h"

#include <stdbool.h>

struct object_store {
    struct workplace place;
    pid_t server;
    char endpoint[64];
};

//  Makes the workplace and starts the server with its bucket "lab"; `faults` as s3_server.mjs has them, NULL:
//  none. From here on the environment says where it is and what its key is (S3RVER, as the secret). false:
//  there is no node or no s3rver, which was said; nothing has to be ended.
bool object_store_start (struct object_store *self, const char *faults);
//  Ends it and removes the workplace.
void object_store_stop (struct object_store *self);

//  An object of the bucket, written behind the server's back.
void object_store_put (const struct object_store *self, const char *key, const void *bytes, size_t n);
//  What the server has of one, yours to free; NULL: there is none.
char *object_store_get (const struct object_store *self, const char *key, size_t *n);

//  The requests so far, a line each (s3_server.mjs), yours to free.
char *object_store_requests (const struct object_store *self);
//  How many of them hold the text.
size_t object_store_count (const struct object_store *self, const char *text);

#endif
