//  routing.h: which route a path and a method mean. Pure.
#ifndef DMH_CLIENT_GATEWAY_HTTP_ROUTING_H
#define DMH_CLIENT_GATEWAY_HTTP_ROUTING_H

#include "client/gateway/http/call.h"

enum { ROUTING_ALLOW_BYTES = 96 };

//  The route of that method (HEAD is GET's); `parts` are what stands for its {…}. NULL: there is none, and
//  `allow` names the methods that the path has, with commas; it is empty where there is no such path.
const struct route *routing_find (const struct route *routes, size_t count, const char *method,
                                  const struct target *target, const char *parts[CALL_PARTS_MAX],
                                  char allow[ROUTING_ALLOW_BYTES]);

#endif
