//  greeting.h: HELLO to each broker of a list; the first that welcomes is the one.
#ifndef DMH_CLIENT_CONNECTION_GREETING_H
#define DMH_CLIENT_CONNECTION_GREETING_H

#include "client/connection/link.h"

enum { BROKERS_MAX = 8 };

struct greeting {
    char (*fronts)[URI_BYTES];    //  borrowed
    size_t count;                 //  1 … BROKERS_MAX
    const struct credential *credential;
    int interrupt;
    bool at_once;    //  the first refusal of the network ends it; else it may be better until then
    bool told;       //  out: why nobody welcomed is known, and DMH_UNAVAILABLE has a sentence
};

//  DMH_OK: *front is the socket to the broker, fronts [*which], and *out is what it said (welcome_clear).
//  DMH_UNAVAILABLE: nobody welcomed until then; `error` is set where that is known (`told`). DMH_USAGE: one
//  is no address; DMH_CANCELLED: interrupted; or the broker's ERROR.
int greeting_first (struct greeting *self, int64_t until, zsock_t **front, size_t *which, struct welcome *out,
                    struct error *error);

#endif
