//  pod_sight_test.c: what a Pod's status means; the statuses are written after Kubernetes' documentation (Pod
//  Lifecycle) and what its API server shows.
#include "client/launch/kubernetes/pod_sight.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *pod;
    enum engine_state state;
    const char *why;
} CASES[] = {
    {"{\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"state\":{\"running\":{}}}]}}",
     ENGINE_LIVES, ""},
    {"{\"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\","
     "\"reason\":\"Unschedulable\",\"message\":\"0/2 nodes are available\"}]}}",
     ENGINE_WAITING, "Unschedulable: 0/2 nodes are available"},
    {"{\"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
     "\"reason\":\"ContainersNotReady\"}],\"containerStatuses\":[{\"state\":{\"waiting\":{\"reason\":"
     "\"ErrImagePull\",\"message\":\"not found\\nat all\"}}}]}}",
     ENGINE_WAITING, "ErrImagePull: not found"},
    {"{\"status\":{\"phase\":\"Pending\",\"containerStatuses\":[{\"state\":{\"waiting\":{\"reason\":"
     "\"ContainerCreating\"}}}]}}",
     ENGINE_WAITING, "ContainerCreating"},
    {"{\"status\":{\"phase\":\"Pending\"}}", ENGINE_WAITING, "Kubernetes says that its pod is pending"},
    {"{\"metadata\":{\"name\":\"x\"}}", ENGINE_WAITING, "Kubernetes says that its pod is pending"},
    {"{\"status\":{\"phase\":\"Failed\",\"containerStatuses\":[{\"state\":{\"terminated\":{\"reason\":"
     "\"OOMKilled\",\"exitCode\":137}}}]}}",
     ENGINE_GONE, "Kubernetes says OOMKilled, exit status 137"},
    {"{\"status\":{\"phase\":\"Failed\",\"reason\":\"Evicted\",\"message\":\"The node was low on memory\"}}",
     ENGINE_GONE, "Evicted: The node was low on memory"},
    {"{\"status\":{\"phase\":\"Succeeded\",\"containerStatuses\":[{\"state\":{\"terminated\":{\"reason\":"
     "\"Completed\",\"exitCode\":0}}}]}}",
     ENGINE_GONE, "Kubernetes says Completed, exit status 0"},
    {"{\"status\":{\"phase\":\"Unknown\"}}", ENGINE_UNKNOWN, ""},
    {"{\"status\":{\"phase\":7,\"conditions\":{},\"containerStatuses\":7}}", ENGINE_WAITING,
     "Kubernetes says that its pod is pending"},
    {"[]", ENGINE_WAITING, "Kubernetes says that its pod is pending"},
};

Test (pod_sight, a_pod_waits_lives_or_is_gone_and_why)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error;
        struct json_value *pod = json_value_new (CASES[i].pod, strlen (CASES[i].pod), 20, "pod", &error);
        cr_assert_not_null (pod, "%s: %s", CASES[i].pod, error.text);
        struct engine_sight sight = pod_sight (pod);
        cr_expect_eq (sight.state, CASES[i].state, "%s", CASES[i].pod);
        cr_expect_str_eq (sight.why, CASES[i].why, "%s", CASES[i].pod);
        json_value_destroy (&pod);
    }
}
