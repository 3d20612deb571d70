//  refusal.h: why a broker cannot be talked to, as far as the network tells: nobody listens, the host is not
//  known, a key is wanted or is not taken. Heard from libzmq while it connects; decides nothing.
#ifndef DMH_CLIENT_CONNECTION_REFUSAL_H
#define DMH_CLIENT_CONNECTION_REFUSAL_H

#include <czmq.h>

#include "messages/job.h"

//  What happens to one socket. Zeros: nothing is heard.
struct refusal {
    zsock_t *socket;                  //  borrowed
    zsock_t *events;                  //  to be polled; NULL: it is not watched
    int64_t may_start_until;          //  mono ms; until then a broker may still begin to listen
    unsigned broken;                  //  handshakes that ended without a word
    char sentence[SENTENCE_BYTES];    //  the last that was heard; empty: none
};

//  Listens to a socket that connects. Where there are no descriptors for it nothing will be heard. That
//  nobody listens is said from `may_start_until` (mono ms) on, as a broker that was started just now is not
//  heard yet.
void refusal_watch (struct refusal *self, zsock_t *socket, int64_t may_start_until);
void refusal_unwatch (struct refusal *self);

//  Takes what has come. `keyed`: a key was shown. true: the network has said that it will not be answered at
//  `endpoint` as things stand, and `sentence` says why. May ask for the host's name, which was asked before.
bool refusal_take (struct refusal *self, const char *endpoint, bool keyed);

#endif
