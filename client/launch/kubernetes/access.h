//  access.h: how the API server of a Kubernetes cluster is reached, and by whom. Asks nobody.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_ACCESS_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_ACCESS_H

#include <stdbool.h>

#include "messages/base/error.h"
#include "messages/http/http_call.h"

enum {
    KUBE_SERVER_BYTES = 512,
    KUBE_CONTEXT_BYTES = 128,
    KUBE_SPACE_BYTES = 64,
    KUBE_TOKEN_BYTES = 16384,
    KUBE_PATH_BYTES = 1024
};

//  A file of `trust`: where it is, or what stands in memory and is no file of any disk.
struct kube_file {
    char path[KUBE_PATH_BYTES];    //  empty: there is none
    int fd;                        //  of memory, or -1
};

struct kube_access {
    char server[KUBE_SERVER_BYTES];      //  "https://HOST:PORT", perhaps with a path, without '/' at its end
    char context[KUBE_CONTEXT_BYTES];    //  of the kubeconfig; empty: the pod's own account
    char space[KUBE_SPACE_BYTES];        //  the namespace
    char token[KUBE_TOKEN_BYTES];        //  empty: none
    struct kube_file authority, certificate, key;
    struct http_trust trust;    //  points into the above
};

//  One without anything; clear it.
void kube_access_make (struct kube_access *self);
void kube_access_clear (struct kube_access *self);

//  Whether server, namespace and token are such; sets `trust`. DMH_OK or DMH_USAGE with a sentence.
int kube_access_check (struct kube_access *self, struct error *error);

//  The token of a file, without the line end behind it. DMH_OK or DMH_USAGE.
int kube_token_read (const char *path, char token[KUBE_TOKEN_BYTES], struct error *error);

//  A file in memory that nobody else sees. DMH_OK or DMH_INTERNAL.
int kube_file_keep (struct kube_file *self, const void *bytes, size_t n, struct error *error);

#endif
