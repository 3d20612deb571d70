//  kubeconfig.h: the files that say which cluster, which user and which namespace (KUBECONFIG), as YAML or
//  JSON. Runs no program that a file names, and takes nothing over that weakens who the server has to be.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_KUBECONFIG_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_KUBECONFIG_H

#include "client/launch/kubernetes/access.h"

enum { KUBECONFIG_FILES_MAX = 8, KUBECONFIG_BYTES_MAX = 1024 * 1024 };

typedef struct kubeconfig kubeconfig_t;

kubeconfig_t *kubeconfig_new (void);    //  NULL: out of memory
void kubeconfig_destroy (kubeconfig_t **self_p);

//  Adds a file; what an earlier one says stays. DMH_OK; DMH_USAGE with a sentence.
int kubeconfig_read (kubeconfig_t *self, const char *path, struct error *error);
//  The same of its text, whose relative paths are of `folder`; `source` is what a sentence calls it. Both are
//  kept as they are and stay the caller's.
int kubeconfig_take (kubeconfig_t *self, const char *text, size_t n, const char *source, const char *folder,
                     struct error *error);

//  What `context` (NULL: the current one) says, into *out, which is cleared by the caller whatever comes of
//  it. DMH_OK; DMH_USAGE with a sentence; DMH_INTERNAL.
int kubeconfig_resolve (const kubeconfig_t *self, const char *context, struct kube_access *out,
                        struct error *error);

#endif
