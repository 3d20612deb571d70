//  route.h: where the files service is now, for transfers that are under way in other threads while somebody
//  finds another broker. Any thread.
#ifndef DMH_MESSAGES_FILES_ROUTE_H
#define DMH_MESSAGES_FILES_ROUTE_H

#include "messages/job.h"

typedef struct route route_t;

route_t *route_new (void);    //  NULL when out of memory
void route_destroy (route_t **self_p);

//  It is at `endpoint` from now on; empty: nowhere. At the same place it may be another one.
void route_set (route_t *self, const char *endpoint);

//  The number of the last change.
uint64_t route_changes (route_t *self);
//  The same, and the endpoint into `out`; empty before the first change.
uint64_t route_read (route_t *self, char out[URI_BYTES]);

#endif
