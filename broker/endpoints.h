//  endpoints.h: the broker's sockets: made with all their options, guarded by keys, bound, and made anew when
//  a key was revoked.
#ifndef DMH_BROKER_ENDPOINTS_H
#define DMH_BROKER_ENDPOINTS_H

#include "broker/context.h"

//  Binds front, back and the feed's two, and begins the files service where there is to be one. DMH_OK, or a
//  code with a sentence; what was made until then is the broker's.
int endpoints_open (struct broker *self, struct error *error);

//  Before the sockets are closed: the files of Unix sockets are removed, as far as they were bound.
void endpoints_leave (const struct endpoints *endpoints);

//  Cuts off every subscriber and everybody at the files service; those that are allowed to come back by
//  themselves, and subscribers are told everything again. endpoints_bind_feed goes on with it while
//  `is_unbound`.
void endpoints_renew (struct broker *self);
void endpoints_bind_feed (struct publisher *publisher, const struct endpoints *endpoints);

#endif
