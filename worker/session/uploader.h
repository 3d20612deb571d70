//  uploader.h: brings results that lie here to the broker when somebody who does not see this disk wants
//  them: a thread of its own, so that the session waits for no file. What lies here stays.
#ifndef DMH_WORKER_SESSION_UPLOADER_H
#define DMH_WORKER_SESSION_UPLOADER_H

#include <czmq.h>

#include "messages/files/route.h"
#include "messages/keys/credential.h"
#include "messages/work.h"

typedef struct uploader uploader_t;

enum { UPLOADER_ORDERS_MAX = 16 };    //  that wait; who asked for more asks again

//  All are borrowed; `route` as of struct transfer_config. NULL when out of memory or threads.
uploader_t *uploader_new (const char *results, const struct credential *credential, route_t *route);
//  Ends what is under way. Takes NULL.
void uploader_destroy (uploader_t **self_p);

//  Brings the outputs of that result to the files service at `files`, one order after the other; what becomes
//  of it is logged. `order` is copied. false: there are too many orders, or no memory.
bool uploader_take (uploader_t *self, const struct hand_over *order, const char *files);

#endif
