//  kubernetes_api.h: for tests: what of a Kubernetes cluster a launch sees: an API server by HTTPS, with a CA
//  of its own, that believes a token or a client's certificate, notes what it is told, and starts a real
//  dmh-worker for each pod. It runs in the test's process, in a thread.
#ifndef DMH_TEST_SUPPORT_KUBERNETES_API_H
#define DMH_TEST_SUPPORT_KUBERNETES_API_H

#include "test/support/hosts/kubernetes_pods.h"

#include <microhttpd.h>

enum { KUBERNETES_FAULTS = 8 };

//  What comes instead of an answer, to the next requests that it fits.
struct kubernetes_fault {
    const char *method, *part;    //  of the path with its query
    unsigned times;
    unsigned status;            //  0: the connection is cut
    bool done_all_the_same;     //  what was asked for is done before
    const char *message;        //  of the Status
    const char *retry_after;    //  seconds; NULL: none
    const char *reason;         //  of the Status; NULL: none
};

struct kubernetes_api {
    const struct workplace *place;
    struct MHD_Daemon *daemon;
    struct kubernetes_pods pods;
    char url[64];
    struct kubernetes_fault faults[KUBERNETES_FAULTS];    //  set them before the requests
    pthread_mutex_t lock;
};

//  Sets KUBECONFIG to <folder>/kubeconfig, whose contexts "token" (the current one), "certificate",
//  "stranger" (no valid token) and "other-ca" (another authority) are of this server, namespace "lab". NULL,
//  or why there is none.
const char *kubernetes_api_open (struct kubernetes_api *self, const struct workplace *place);
//  Pods are ended.
void kubernetes_api_close (struct kubernetes_api *self);

//  What it was told so far, a line "METHOD PATH" a request with the body, if any, on the next; yours to free.
char *kubernetes_api_requests (const struct kubernetes_api *self);

#endif
