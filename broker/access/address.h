//  address.h: whether an endpoint is this host's alone.
#ifndef DMH_BROKER_ACCESS_ADDRESS_H
#define DMH_BROKER_ACCESS_ADDRESS_H

#include <stdbool.h>

//  inproc://, ipc://, and tcp:// to 127.0.0.0/8 or [::1]. Anything else, a name too, may be reached from
//  elsewhere.
bool address_is_local (const char *endpoint);

#endif
