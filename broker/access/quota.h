//  quota.h: what one client may have open and ask a second. A client is its key, or without keys its
//  connection. Jobs of before the broker's start count for nobody. No clock, no socket.
#ifndef DMH_BROKER_ACCESS_QUOTA_H
#define DMH_BROKER_ACCESS_QUOTA_H

#include <stdint.h>

#include "messages/job.h"

typedef struct quota quota_t;

enum { QUOTA_CLIENTS_MAX = 4096 };    //  beyond them all others together are one client

//  Of one client; 0: no limit.
struct quota_limits {
    uint64_t jobs;     //  open ones
    uint64_t bytes;    //  of their inputs, as the client gave them
    uint64_t rate;     //  requests a second; as many may come at once after a second of silence
};

//  Without limits. NULL when out of memory.
quota_t *quota_new (void);
//  These limits from now on; what is open goes on counting.
void quota_limit (quota_t *self, const struct quota_limits *limits);
void quota_destroy (quota_t **self_p);

//  One request of `client` at `now` ms. DMH_OK or DMH_UNAVAILABLE with a sentence.
int quota_ask (quota_t *self, const char *client, int64_t now, struct error *error);

//  Whether `count` further jobs fit, with inputs of `bytes` together. DMH_OK, DMH_UNAVAILABLE (not now),
//  DMH_TOO_LARGE (never).
int quota_check (quota_t *self, const char *client, uint64_t count, uint64_t bytes, struct error *error);
//  The job counts for the client until quota_end, or until quota_undo when that comes before quota_keep.
void quota_take (quota_t *self, const char *client, const char *job, uint64_t bytes);
void quota_keep (quota_t *self);                    //  those taken since are committed
void quota_undo (quota_t *self);                    //  they are not
void quota_end (quota_t *self, const char *job);    //  unknown ones too

#endif
