//  uploader.h: brings results that lie here, or in an object store, to the broker when somebody wants them
//  who does not see this disk, and removes results from an object store: a thread of its own, so that the
//  session waits for no file. What is brought stays where it is.
#ifndef DMH_WORKER_SESSION_UPLOADER_H
#define DMH_WORKER_SESSION_UPLOADER_H

#include <czmq.h>

#include "messages/files/route.h"
#include "messages/keys/credential.h"
#include "messages/s3/name.h"
#include "messages/work.h"

typedef struct uploader uploader_t;

enum { UPLOADER_ORDERS_MAX = 16 };    //  that wait; who asked for more asks again

//  All are borrowed; `objects`: where results are in an object store, or NULL; `route` as of struct
//  transfer_config. NULL when out of memory or threads.
uploader_t *uploader_new (const char *results, const struct s3_name *objects,
                          const struct credential *credential, route_t *route);
//  Ends what is under way. Takes NULL.
void uploader_destroy (uploader_t **self_p);

//  Brings the outputs of that result to the files service at `files`, one order after the other; what becomes
//  of it is logged. `order` is copied. false: there are too many orders, or no memory.
bool uploader_take (uploader_t *self, const struct hand_over *order, const char *files);

//  Removes the result of that attempt from the object store; uploader_taken tells of it. false: as above.
bool uploader_take_removal (uploader_t *self, const struct remove_result *removal);

//  Readable when it has something to tell.
zsock_t *uploader_pipe (uploader_t *self);
//  What became of a removal, to be told to the broker. false: nothing has to be told.
bool uploader_taken (uploader_t *self, struct removed *out);

#endif
