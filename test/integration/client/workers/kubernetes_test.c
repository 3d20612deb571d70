//  kubernetes_test.c: dmh workers launch --on kubernetes, against an API server of the test's own that starts
//  a real worker for each pod: what it is told, who it believes, and what comes of what it refuses.
#include "test/support/hosts/kubernetes_api.h"
#include "test/support/hosts/left_behind.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct scene {
    struct workplace place;
    struct servers servers;
    struct kubernetes_api api;
};

//  false: it cannot be had, which is said.
static bool s_open (struct scene *scene)
{
    char state[300];
    *scene = (struct scene){.servers = {.place = &scene->place, .options = {"--keys", "keys", NULL}}};
    workplace_make (&scene->place);
    left_behind_watch (scene->place.folder);
    const char *missing = kubernetes_api_open (&scene->api, &scene->place);
    if (missing) {
        printf ("SKIP: %s\n", missing);
        workplace_remove (&scene->place);
        return false;
    }
    snprintf (state, sizeof state, "%s/state", scene->place.folder);
    setenv ("XDG_STATE_HOME", state, 1);
    const char *const server[] = {"dmh", "keys", "--keys", "keys", "new", "server", NULL};
    const char *const root[] = {"dmh", "keys", "--keys", "keys", "new", "root", "--rights", "admin", NULL};
    cr_assert_eq (process_run (&scene->place, server, NULL), 0);
    cr_assert_eq (process_run (&scene->place, root, NULL), 0);
    setenv ("DMH_KEY", "keys/root.key", 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    servers_start_broker (&scene->servers, false);
    return true;
}

static void s_close (struct scene *scene)
{
    kubernetes_api_close (&scene->api);
    servers_stop (&scene->servers);
    workplace_remove (&scene->place);
}

static char *s_dmh (struct scene *scene, int status, const char *const argv[])
{
    char *output = NULL;
    cr_assert_eq (servers_dmh (&scene->servers, argv, &output), status, "%s", output);
    return output;
}

//  dmh workers launch --on kubernetes with that many, and further words, ended by NULL.
static char *s_launch (struct scene *scene, int status, const char *count, const char *const words[])
{
    const char *argv[32] = {"dmh",    "workers",           "launch",
                            "--on",   "kubernetes",        "--keys",
                            "keys",   "--image",           "reg.example/dmh:1",
                            "--back", scene->servers.back, "--count",
                            count};
    size_t n = 13;
    for (; words && *words; words++)
        argv[n++] = *words;
    argv[n] = NULL;
    return s_dmh (scene, status, argv);
}

static size_t s_times (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
        count++;
    return count;
}

static void s_drain_all (struct scene *scene)
{
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    free (s_dmh (scene, 0, drain));
}

//  The server's thread reads it.
static void s_fault (struct scene *scene, size_t i, struct kubernetes_fault fault)
{
    pthread_mutex_lock (&scene->api.lock);
    scene->api.faults[i] = fault;
    pthread_mutex_unlock (&scene->api.lock);
}

//  How many pods there are that are not to go, and Secrets.
static size_t s_pods (struct scene *scene, size_t *secrets)
{
    size_t pods = 0;
    *secrets = 0;
    pthread_mutex_lock (&scene->api.lock);
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        pods += *scene->api.pods.pods[i].name && !scene->api.pods.pods[i].leaves;
        *secrets += *scene->api.pods.secrets[i].name != 0;
    }
    pthread_mutex_unlock (&scene->api.lock);
    return pods;
}

//  Why the pods that come are not started.
static void s_hold (struct scene *scene, const char *unschedulable, const char *waiting, const char *message)
{
    pthread_mutex_lock (&scene->api.lock);
    scene->api.pods.unschedulable = unschedulable;
    scene->api.pods.waiting = waiting;
    scene->api.pods.message = message;
    pthread_mutex_unlock (&scene->api.lock);
}

//  Neither here nor there.
static void s_expect_nothing_left (struct scene *scene)
{
    char *said = NULL;
    const char *const find[] = {"/bin/sh", "-c",
                                "mkdir -p state; find state keys -name 'kubernetes-*' ! -name '*.log'", NULL};
    cr_assert_eq (process_run (&scene->place, find, &said), 0);
    cr_assert_str_empty (said, "%s", said);
    free (said);
    size_t secrets = 0, pods = s_pods (scene, &secrets);
    cr_assert (pods == 0 && secrets == 0, "%zu pods and %zu Secrets are left", pods, secrets);
}

Test (kubernetes, workers_are_pods_with_a_key_of_their_own_do_jobs_and_leave_nothing_when_they_are_drained,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    const char *const words[] = {"--slots", "3", "--threads", "2", "--memory", "1000000000", NULL};
    char *said = s_launch (&scene, 0, "2", words);
    cr_assert_eq (s_times (said, " is registered\n"), 2, "%s", said);
    free (said);
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    said = s_dmh (&scene, 0, list);
    cr_assert_eq (s_times (said, "\"slots\":3,"), 2, "%s", said);
    cr_assert_eq (s_times (said, "\"threads\":2,"), 2, "%s", said);
    free (said);
    workplace_write (&scene.place, "a.csv", "patient_id\n1\n", 13);
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    free (s_dmh (&scene, 0, submit));
    s_drain_all (&scene);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

//  The body behind the first request that begins so; yours to free.
static char *s_body (const struct scene *scene, const char *request)
{
    char *all = kubernetes_api_requests (&scene->api), *at = strstr (all, request);
    cr_assert_not_null (at, "%s is not in: %s", request, all);
    at = strchr (at, '\n') + 1;
    char *body = strndup (at, strcspn (at, "\n"));
    free (all);
    return body;
}

static void s_expect_part (const char *text, const char *part)
{
    cr_assert (strstr (text, part), "%s is not in %s", part, text);
}

static const char PODS[] = "POST /api/v1/namespaces/lab/pods\n",
                  SECRETS[] = "POST /api/v1/namespaces/lab/secrets\n";

Test (kubernetes, a_pod_has_what_it_needs_and_no_more_and_the_key_stands_in_its_secret_alone, .timeout = 300)
{
    struct scene scene;
    struct error error;
    if (!s_open (&scene))
        return;
    const char *const words[] = {"--memory", "1000000000", NULL};
    free (s_launch (&scene, 0, "1", words));
    char *pod = s_body (&scene, PODS), *secret = s_body (&scene, SECRETS);
    static const char *const PARTS[] = {
        "\"restartPolicy\":\"Never\"",
        "\"terminationGracePeriodSeconds\":35",
        "\"automountServiceAccountToken\":false",
        "\"runAsNonRoot\":true",
        "\"seccompProfile\":{\"type\":\"RuntimeDefault\"}",
        "\"allowPrivilegeEscalation\":false",
        "\"readOnlyRootFilesystem\":true",
        "\"capabilities\":{\"drop\":[\"ALL\"]}",
        "\"image\":\"reg.example/dmh:1\"",
        "\"requests\":{\"cpu\":\"1\",\"memory\":\"1134217728\"}",    //  and 128 MiB
        "\"limits\":{\"cpu\":\"1\",\"memory\":\"1134217728\"}",
        "\"--drain-seconds\",\"25\"",
        "\"app.kubernetes.io/name\":\"dmh-worker\"",
        "\"dmh/launch\":\"kubernetes-",
        "\"--key\",\"/run/dmh-key/key\"",
    };
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        s_expect_part (pod, PARTS[i]);
    s_expect_part (secret, "\"immutable\":true");
    s_expect_part (secret,
                   "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"kubernetes-");
    //  The secret half of the key.
    struct json_value *text = json_value_new (secret, strlen (secret), 16, "the Secret", &error);
    const char *key = json_value_string (json_value_member (json_value_member (text, "stringData"), "key"));
    cr_assert_not_null (key, "%s", secret);
    char *half = strdup (strstr (key, "secret"));
    half[strcspn (half, "\n")] = 0;
    cr_assert_gt (strlen (half), 40, "%s", half);
    char *all = kubernetes_api_requests (&scene.api);
    const char *value = strrchr (half, ' ') + 1;
    json_writer_t *escaped = json_writer_new (false);
    size_t n;
    json_writer_string (escaped, NULL, value);
    const char *quoted = json_writer_text (escaped, &n);
    char *inner = strndup (quoted + 1, n - 2);
    inner[strlen (inner) > 20 ? 20 : strlen (inner)] = 0;
    cr_assert_eq (s_times (all, inner), 1, "the key is told once");
    cr_assert_null (strstr (pod, inner));
    free (inner);
    json_writer_destroy (&escaped);
    free (half);
    free (all);
    json_value_destroy (&text);
    free (pod);
    free (secret);
    s_drain_all (&scene);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, a_certificate_of_the_kubeconfig_is_believed_as_a_token_is, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    const char *const words[] = {"--context", "certificate", NULL};
    free (s_launch (&scene, 0, "1", words));
    s_drain_all (&scene);    //  by the context that was launched with, and not the current one
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, who_is_not_believed_and_a_server_that_is_another_are_said_before_anything_is_started,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    static const struct {
        const char *option, *value;
        int status;
        const char *part;
    } CASES[] = {
        {"--context", "stranger", 1, "does not know who asks (401); the credentials of the context stranger"},
        {"--context", "other-ca", 1, "is not who it says, by its certificate"},
        {"--context", "none", 2, "the kubeconfig has no context none"},
        {"--namespace", "elsewhere", 1, "cannot create the pod dmh-worker-as-if: namespaces is not found"},
        {"--namespace", "../x", 2, "is no name of a namespace"},
        {"--kubeconfig", "nothing", 2, "the kubeconfig nothing cannot be read"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *const words[] = {CASES[i].option, CASES[i].value, NULL};
        char *said = s_launch (&scene, CASES[i].status, "1", words);
        s_expect_part (said, CASES[i].part);
        cr_assert_null (strstr (said, "a-token"), "no credential is said: %s", said);
        free (said);
    }
    const char *const imageless[] = {"dmh",  "workers", "launch",           "--on", "kubernetes", "--keys",
                                     "keys", "--back",  scene.servers.back, NULL};
    char *said = s_dmh (&scene, 2, imageless);
    s_expect_part (said, "--on kubernetes needs --image IMAGE");
    free (said);
    char *all = kubernetes_api_requests (&scene.api);
    cr_assert_null (strstr (all, PODS), "%s", all);
    free (all);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, what_the_server_refuses_is_said_in_its_words_and_nothing_is_left, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    static const struct {
        struct kubernetes_fault fault;
        int status;
        const char *part;
    } CASES[] = {
        {{"POST", "/pods?dryRun", 1, 403, false, "pods is forbidden: User \"x\" cannot create resource", NULL,
          NULL},
         1,
         "Kubernetes does not let dmh create the pod dmh-worker-as-if: pods is forbidden: User \"x\""},
        {{"POST", "/pods?dryRun", 1, 422, false, "spec.containers[0].image: Required value", NULL, NULL},
         2,
         "Kubernetes refuses to create the pod dmh-worker-as-if (422): spec.containers[0].image"},
        {{"POST", "/secrets", 9, 403, false, "secrets is forbidden", NULL, NULL},
         1,
         "does not let dmh create the Secret"},
        {{"POST", "lab/pods", 1, 409, false, "object is being deleted", NULL, NULL},
         1,
         "object is being deleted"},
        {{"POST", "/secrets", 9, 400, false, "invalid value: a-key-in-clear", NULL, NULL},
         2,
         "it does not like what it says"},
        {{"POST", "/pods", 99, 503, false, "etcd is away", NULL, NULL}, 4, "now (503): etcd is away"},
        {{"POST", "/pods", 99, 429, false, "too many requests", "3600", NULL},
         4,
         "now (429): too many requests"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        s_fault (&scene, 0, CASES[i].fault);
        char *said = s_launch (&scene, CASES[i].status, "1", NULL);
        s_expect_part (said, CASES[i].part);
        cr_assert_null (strstr (said, "in-clear"), "%s", said);
        free (said);
        s_fault (&scene, 0, (struct kubernetes_fault){.times = 0});
        s_expect_nothing_left (&scene);
    }
    s_close (&scene);
}

Test (kubernetes, a_server_that_is_busy_or_cuts_the_line_is_asked_again_and_nothing_is_there_twice,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    s_fault (&scene, 0, (struct kubernetes_fault){"POST", "/pods", 1, 429, false, "slow down", "1", NULL});
    s_fault (&scene, 1, (struct kubernetes_fault){"POST", "lab/pods", 1, 0, true, NULL, NULL, NULL});
    s_fault (&scene, 2, (struct kubernetes_fault){"POST", "lab/secrets", 2, 0, true, NULL, NULL, NULL});
    s_fault (&scene, 5,
             (struct kubernetes_fault){"POST", "lab/pods", 1, 409, false, "a quota has changed", NULL,
                                       "Conflict"});
    s_fault (&scene, 3, (struct kubernetes_fault){"GET", "lab/pods", 1, 500, false, "try again", NULL, NULL});
    s_fault (&scene, 4, (struct kubernetes_fault){"DELETE", "lab/pods", 1, 0, true, NULL, NULL, NULL});
    char *said = s_launch (&scene, 0, "1", NULL);
    s_expect_part (said, " is registered\n");
    free (said);
    size_t secrets;
    cr_assert_eq (s_pods (&scene, &secrets), 1);
    s_drain_all (&scene);
    pthread_mutex_lock (&scene.api.lock);
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq (scene.api.faults[i].times, 0, "fault %zu has come", i);
    pthread_mutex_unlock (&scene.api.lock);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, what_holds_a_pod_up_is_said_and_it_is_deleted, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    const char *const words[] = {"--start-seconds", "1", NULL};
    s_hold (&scene, "0/3 nodes are available: 3 Insufficient cpu.", NULL, NULL);
    char *said = s_launch (&scene, 1, "2", words);    //  which the server lists in pages of one
    s_expect_part (said, "within 1 s (Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.)");
    free (said);
    s_expect_nothing_left (&scene);
    s_hold (&scene, NULL, "ImagePullBackOff", "Back-off pulling image \"reg.example/dmh:1\"");
    said = s_launch (&scene, 1, "1", words);
    s_expect_part (said, "(ImagePullBackOff: Back-off pulling image \"reg.example/dmh:1\")");
    free (said);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, a_worker_that_ends_at_once_is_said_with_its_exit_status_and_the_pod_s_log, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    snprintf (scene.servers.back, sizeof scene.servers.back, "no endpoint");
    char *said = s_launch (&scene, 1, "1", NULL);
    s_expect_part (said, "ended before it registered");
    s_expect_part (said, "Kubernetes says Error, exit status ");
    s_expect_part (said, "  dmh-worker: no endpoint is no endpoint");
    free (said);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, scale_starts_pods_while_jobs_wait_and_deletes_those_that_are_idle, .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    workplace_write (&scene.place, "a.csv", "patient_id\n1\n", 13);
    const char *const scale[] = {"dmh",
                                 "workers",
                                 "scale",
                                 "--on",
                                 "kubernetes",
                                 "--keys",
                                 "keys",
                                 "--image",
                                 "i",
                                 "--back",
                                 scene.servers.back,
                                 "--min",
                                 "0",
                                 "--max",
                                 "2",
                                 "--idle-seconds",
                                 "1",
                                 "--broker",
                                 scene.servers.front,
                                 NULL};
    pid_t scaling = process_start (&scene.place, "scale.log", scale);
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    free (s_dmh (&scene, 0, submit));
    process_await (&scene.place, "scale.log", " has left");
    cr_assert_eq (servers_end (&scene.servers, &scaling, SIGINT), 0);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}

Test (kubernetes, a_server_that_is_away_when_its_worker_has_left_is_said_and_the_next_launch_puts_it_away,
      .timeout = 300)
{
    struct scene scene;
    if (!s_open (&scene))
        return;
    free (s_launch (&scene, 0, "1", NULL));
    s_fault (&scene, 0,
             (struct kubernetes_fault){"DELETE", "lab", 99, 503, false, "etcd is away", NULL, NULL});
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    char *said = s_dmh (&scene, 1, drain);
    s_expect_part (said, " has left\n");
    s_expect_part (said, "now (503): etcd is away");
    free (said);
    const char *const find[] = {"/bin/sh", "-c", "ls keys | grep kubernetes-", NULL};
    cr_assert_eq (process_run (&scene.place, find, NULL), 1, "its key lets nobody in any more");
    s_fault (&scene, 0, (struct kubernetes_fault){.times = 0});
    free (s_launch (&scene, 0, "1", NULL));
    size_t secrets, pods = s_pods (&scene, &secrets);
    cr_assert (pods == 1 && secrets == 1, "%zu pods, %zu Secrets", pods, secrets);
    s_drain_all (&scene);
    s_expect_nothing_left (&scene);
    s_close (&scene);
}
