//  pod_text.h: what a worker is to Kubernetes: a Pod, and a Secret with its key, as the JSON of API v1. Pure
//  but for reading the key.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_POD_TEXT_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_POD_TEXT_H

#include "client/launch/engine.h"
#include "messages/json/writer.h"

//  The labels by which they are found again.
#define POD_LABEL_MANAGED "app.kubernetes.io/managed-by"
#define POD_LABEL_LAUNCH "dmh/launch"

enum {
    POD_USER = 10001,                              //  of deploy/Dockerfile
    POD_GRACE_SECONDS = 35,                        //  from SIGTERM to SIGKILL
    POD_MEMORY_BESIDE_JOBS = 128 * 1024 * 1024,    //  bytes
    POD_LAUNCH_BYTES = KEY_NAME_BYTES
};

//  The launch that a worker is of: its name without the number at its end. Answers `out`.
const char *pod_launch (const char *worker, char out[POD_LAUNCH_BYTES]);

//  The pod of a worker; the writer is yours to destroy. DMH_OK, or DMH_TOO_LARGE or DMH_INTERNAL and NULL.
int pod_text_new (const struct launch_plan *plan, const char *worker, json_writer_t **out,
                  struct error *error);

//  The Secret of the same name, with its key (`key`, terminated). `uid`: of the pod, with which the Secret
//  goes; NULL: of none. NULL: out of memory.
json_writer_t *pod_secret_new (const char *worker, const char *key, const char *uid);

#endif
