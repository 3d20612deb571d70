//  address.h: whether an endpoint is one at all, and this host's alone.
#ifndef DMH_BROKER_ACCESS_ADDRESS_H
#define DMH_BROKER_ACCESS_ADDRESS_H

#include <stdbool.h>

//  inproc://, ipc://, and tcp:// to 127.0.0.0/8 or [::1]. Anything else, a name too, may be reached from
//  elsewhere.
bool address_is_local (const char *endpoint);

//  tcp://HOST:PORT with a port of 0 to 65535 or *. libzmq reads other texts as some port, -1 as 65535.
bool address_is_tcp (const char *endpoint);

#endif
