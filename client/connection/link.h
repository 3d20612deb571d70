//  link.h: a socket to a broker, and the one answer that is waited for. What is asked, its callers know.
#ifndef DMH_CLIENT_CONNECTION_LINK_H
#define DMH_CLIENT_CONNECTION_LINK_H

#include <czmq.h>

#include "messages/keys/credential.h"
#include "messages/request.h"

//  How long an answer is waited for before the question is asked again, at first.
enum { LINK_AGAIN_MS = 1000 };

//  Connects a socket of that type, which queues so many messages, to `endpoint`. DMH_OK: destroy *out.
//  DMH_INTERNAL: there are no descriptors left; DMH_USAGE: it is no address, or its port is none.
int link_open (const struct credential *credential, int type, const char *endpoint, int queue, zsock_t **out,
               struct error *error);

//  One answer off the socket, decoded by `shape` into *out. DMH_NOT_FOUND without a sentence: it belongs to
//  another request and is dropped; else the code and the sentence of the broker's ERROR.
int link_take (zsock_t *link, const char *request, const struct shape *shape, void *out, struct error *error);

//  The end of the next wait: an answer that does not come may be to a request that a broker took to its
//  grave, so it is said again after 1 s, 2 s, 4 s … Every answer is to the first one that arrived.
int64_t link_next_wait (int64_t *patience, int64_t until);

#endif
