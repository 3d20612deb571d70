//  kubernetes_pods.h: for tests: the pods and Secrets of a namespace, with a process for each pod whose
//  volumes are there, as a kubelet would start it. Speaks no HTTP. One thread at a time.
#ifndef DMH_TEST_SUPPORT_KUBERNETES_PODS_H
#define DMH_TEST_SUPPORT_KUBERNETES_PODS_H

#include "messages/json/value.h"
#include "messages/json/writer.h"
#include "test/support/processes/processes.h"

enum { KUBERNETES_PODS_MAX = 16, KUBERNETES_NAME_BYTES = 64 };

struct kubernetes_object {
    char name[KUBERNETES_NAME_BYTES];    //  empty: a free place
    struct json_value *text;             //  as it was posted
    unsigned uid;
    pid_t pid;      //  of a pod: 0: not started
    int status;     //  its exit status; -1: it runs
    bool leaves;    //  it is deleted, and goes when its process has
};

struct kubernetes_pods {
    const struct workplace *place;
    struct kubernetes_object pods[KUBERNETES_PODS_MAX], secrets[KUBERNETES_PODS_MAX];
    unsigned made;
    //  Pods are not started: PodScheduled is False for this reason, or the container waits for it.
    const char *unschedulable, *waiting, *message;
};

struct kubernetes_object *kubernetes_find (struct kubernetes_object all[KUBERNETES_PODS_MAX],
                                           const char *name);
//  Takes `text` over. false: there is one of that name, and `text` stays the caller's.
bool kubernetes_add (struct kubernetes_pods *self, struct kubernetes_object all[KUBERNETES_PODS_MAX],
                     struct json_value *text);
//  false: there is none of that name. A Secret that the pod owns goes with it.
bool kubernetes_delete (struct kubernetes_pods *self, bool pod, const char *name);

//  Starts what can be started, and lets go what has ended.
void kubernetes_pods_go_on (struct kubernetes_pods *self);
void kubernetes_pods_end (struct kubernetes_pods *self);

//  A Pod with its status.
void kubernetes_pod_write (const struct kubernetes_pods *self, const struct kubernetes_object *pod,
                           json_writer_t *to, const char *key);

#endif
