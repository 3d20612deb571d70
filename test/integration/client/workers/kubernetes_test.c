//  kubernetes_test.c: dmh workers launch --on kubernetes, against an API server of the test's own that starts
//  a real worker for each pod: what it is told, who it believes, and what comes of what it refuses.
#include "test/support/hosts/kubernetes_api.h"
#include "test/support/hosts/left_behind.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
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

//  Neither here nor there.
static void s_expect_nothing_left (struct scene *scene)
{
    char *said = NULL;
    const char *const find[] = {"/bin/sh", "-c", "find state keys -name 'kubernetes-*' ! -name '*.log'",
                                NULL};
    cr_assert_eq (process_run (&scene->place, find, &said), 0);
    cr_assert_str_empty (said, "%s", said);
    free (said);
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        struct kubernetes_object *pod = &scene->api.pods.pods[i];
        cr_assert (!*pod->name || pod->leaves, "the pod %s was not deleted", pod->name);
        cr_assert_str_empty (scene->api.pods.secrets[i].name, "a Secret is left");
    }
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
