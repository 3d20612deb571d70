//  listener.h: the TCP socket where HTTP comes in. Speaks none.
#ifndef DMH_MESSAGES_SOCKETS_LISTENER_H
#define DMH_MESSAGES_SOCKETS_LISTENER_H

#include "messages/base/error.h"

#include <stdbool.h>

enum { LISTENER_TEXT_BYTES = 80 };

//  Listens, as that option says, at ADDRESS:PORT, [ADDRESS]:PORT or localhost:PORT; port 0: any that is free.
//  `loopback_only`: an address that other hosts reach is refused. Into `out` goes where it listens. The
//  descriptor, or -1 with `error` set: DMH_USAGE, DMH_UNAVAILABLE (it is taken, or not this host's).
int listener_open (const char *option, const char *address, bool loopback_only, char out[LISTENER_TEXT_BYTES],
                   struct error *error);

#endif
