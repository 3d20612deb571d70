//  login.h: whose credentials go to Kubernetes: a kubeconfig's, or those of the pod that this runs in.
#ifndef DMH_CLIENT_LAUNCH_KUBERNETES_LOGIN_H
#define DMH_CLIENT_LAUNCH_KUBERNETES_LOGIN_H

#include "client/launch/kubernetes/access.h"

//  `kubeconfig`: files with colons between them; NULL: KUBECONFIG, ~/.kube/config, or where neither is the
//  pod's own account, as for an empty one. `context` and `space`: others than theirs; NULL: theirs. DMH_OK,
//  clear it; else DMH_USAGE with a sentence, nothing to clear.
int kube_login (struct kube_access *self, const char *kubeconfig, const char *context, const char *space,
                struct error *error);

//  The files that it takes, from the root on, into out [KUBE_PATH_BYTES]; empty: the pod's own account.
int kube_login_files (const char *kubeconfig, char *out, struct error *error);

//  The pod's own account: its token, its authority and its namespace in `folder`, the server at `host` and
//  `port` (as KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT say it). As kube_login.
int kube_login_of_pod (struct kube_access *self, const char *folder, const char *host, const char *port,
                       struct error *error);

#endif
