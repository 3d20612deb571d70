//  api.h: calls of the API server of a Kubernetes cluster: JSON there and back, again where it asks for that,
//  and what it refuses as a sentence. Knows no pods.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_API_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_API_H

#include "client/launch/kubernetes/access.h"
#include "messages/json/value.h"

struct kube_api {
    struct kube_access access;
    http_session_t *session;
    bool again;    //  the last call was sent more than once: what it found made may be its own
};

struct kube_request {
    const char *method;
    const char *path;     //  behind the namespace: "/pods/NAME"
    const char *doing;    //  "create the pod NAME", for a sentence
    const char *body;     //  [body_bytes] JSON; NULL: none
    size_t body_bytes;
    bool secret;    //  the body holds one: an answer that may repeat it is not cited
};

//  As kube_login. kube_api_close it if it is DMH_OK.
int kube_api_open (struct kube_api *self, const char *kubeconfig, const char *context, const char *space,
                   struct error *error);
void kube_api_close (struct kube_api *self);

//  DMH_OK: it is done; *answer (may be NULL) is yours to destroy, NULL where it is no JSON. Else *answer is
//  NULL and there is a sentence: DMH_UNAUTHORIZED (401, 403, or whom its certificate does not name),
//  DMH_NOT_FOUND, DMH_CONFLICT, DMH_UNAVAILABLE (no answer, 429 or 5xx, after some tries), DMH_USAGE (it
//  refuses what it is told), DMH_INTERNAL.
int kube_api_call (struct kube_api *self, const struct kube_request *request, struct json_value **answer,
                   struct error *error);

//  What a GET of `path` brings, as it stands, into text [size], terminated; empty where it brings nothing.
void kube_api_text (struct kube_api *self, const char *path, char *text, size_t size);

#endif
