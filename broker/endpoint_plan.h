//  endpoint_plan.h: where the broker's sockets are to be: as they were named, and those that were not beside
//  the front. Binds nothing.
#ifndef DMH_BROKER_ENDPOINT_PLAN_H
#define DMH_BROKER_ENDPOINT_PLAN_H

#include <stdbool.h>

#include "messages/job.h"
#include "messages/sockets/socket_folder.h"

//  In the order of the ports beside each other.
enum { ENDPOINT_FRONT, ENDPOINT_BACK, ENDPOINT_FEED_IN, ENDPOINT_FEED, ENDPOINT_FILES, ENDPOINT_COUNT };

//  Their names, as options have them and Unix sockets.
extern const char *const ENDPOINT_NAMES[ENDPOINT_COUNT];

struct endpoint_plan {
    char at[ENDPOINT_COUNT][URI_BYTES];
    char folder[SOCKET_FOLDER_BYTES];    //  of this user's Unix sockets, where no front is named; else empty
};

//  `named` (NULL: it is not): without a front Unix sockets in the user's folder, or, as keys are for those
//  who do not get in there, tcp://127.0.0.1:5570 with `keys`. The others stand beside the front: of TCP the
//  ports above it, or any where its port is any (* or 0); of a Unix socket files in its folder. DMH_OK, or
//  DMH_USAGE: there is no room beside it.
int endpoint_plan_make (struct endpoint_plan *self, const char *const named[ENDPOINT_COUNT], bool keys,
                        struct error *error);

//  Makes the user's folder, where it is needed, and checks it: socket_folder_make.
int endpoint_plan_prepare (const struct endpoint_plan *self, struct error *error);

#endif
