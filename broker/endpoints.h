//  endpoints.h: the broker's sockets: made with all their options, guarded by keys, bound, and made anew when
//  a key was revoked.
#ifndef DMH_BROKER_ENDPOINTS_H
#define DMH_BROKER_ENDPOINTS_H

#include "broker/context.h"

//  Whether each of them can be an endpoint, and is this host's alone where there are no keys; touches
//  nothing. DMH_OK, or DMH_USAGE with a sentence.
int endpoints_check (const struct broker_config *config, struct error *error);

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
