//  default_broker.h: the broker that is meant where none is named: this user's own, at its Unix socket.
#ifndef DMH_CLIENT_CONNECTION_DEFAULT_BROKER_H
#define DMH_CLIENT_CONNECTION_DEFAULT_BROKER_H

#include <stdbool.h>

#include "messages/job.h"

//  The endpoint of its front. `keyed`: a key is to be shown, which is for a broker of others, and then it is
//  the one at the default port of this host. DMH_OK; DMH_UNAVAILABLE: nobody listens there, which is known
//  without waiting; DMH_USAGE: somebody else may, so that nothing is to be said there.
int default_broker_find (bool keyed, char out[URI_BYTES], struct error *error);

#endif
