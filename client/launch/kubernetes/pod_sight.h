//  pod_sight.h: how a worker is, from what Kubernetes says of its pod. Pure.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_POD_SIGHT_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_POD_SIGHT_H

#include "client/launch/engine.h"
#include "messages/json/value.h"

//  `pod`: a Pod of API v1; its members may be missing, or other than they should be.
struct engine_sight pod_sight (const struct json_value *pod);

//  Its name; NULL: it has none. Borrowed.
const char *pod_name (const struct json_value *pod);

#endif
