//  allowance.h: what those of one name may have under way at a gateway, so that none of them takes it from
//  the others: calls, uploads, requests a second, room in the spool, jobs that have not ended. No clock, no
//  socket. Any thread.
#ifndef DMH_CLIENT_GATEWAY_ACCESS_ALLOWANCE_H
#define DMH_CLIENT_GATEWAY_ACCESS_ALLOWANCE_H

#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

//  Of each name; 0: no limit.
struct allowance_limits {
    uint64_t calls;          //  at once, each of which holds a connection; event streams are among them
    uint64_t uploads;        //  of these, with a body
    uint64_t rate;           //  requests a second, over ALLOWANCE_SECONDS
    uint64_t spool_bytes;    //  of the bodies that are under way
    uint64_t jobs;           //  that have not ended
};

enum { ALLOWANCE_SECONDS = 5, ALLOWANCE_NAMES_MAX = 8192 };

typedef struct allowances allowances_t;

//  What one call has of its name's. {.of = NULL}: it has no limits.
struct share {
    struct allowance *of;
    bool uploads;
    uint64_t bytes, jobs;
};

//  NULL: out of memory.
allowances_t *allowances_new (const struct allowance_limits *limits);
void allowances_destroy (allowances_t **self_p);    //  takes NULL; every share was given back

//  A call of that name begins at `now` (mono ms). DMH_OK and its share, which share_leave takes back;
//  DMH_UNAVAILABLE with a sentence: it has too much under way, or asks too often; DMH_INTERNAL.
int allowances_enter (allowances_t *self, const char *name, bool uploads, int64_t now, struct share *out,
                      struct error *error);
void share_leave (struct share *self);

//  n bytes more of the call's body. DMH_OK, DMH_UNAVAILABLE (not now), DMH_TOO_LARGE (never).
int share_add_bytes (struct share *self, uint64_t n, struct error *error);
//  So many of them are there for others of its name.
void share_give_back_bytes (struct share *self, uint64_t n);

//  The call is about to open so many jobs. Whether `open` that its name has, with these and those that other
//  calls are about to open, are too many, share_check_jobs says: DMH_OK, DMH_UNAVAILABLE (not now),
//  DMH_TOO_LARGE (never).
void share_add_jobs (struct share *self, uint64_t n);
int share_check_jobs (const struct share *self, uint64_t open, struct error *error);
//  Whether it is asked at all.
bool share_limits_jobs (const struct share *self);

#endif
