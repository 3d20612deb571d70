//  kubernetes_manifests_test.c: deploy/kubernetes is what Kubernetes 1.33 takes, by the API's own
//  description; it fits together, and the programs, options, keys and metrics in it are those of this tree.
#include "client/launch/kubernetes/pod_text.h"
#include "test/support/peers/http_client.h"
#include "test/support/processes/node_script.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const PACKAGES[] = {"@kubernetes/client-node", "js-yaml", NULL};

enum { SECONDS = 120, WORDS_MAX = 40 };

static char *s_shell (const struct workplace *place, int status, const char *line)
{
    char *said = NULL;
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    cr_assert_eq (process_run (place, argv, &said), status, "%s: %s", line, said);
    return said;
}

//  A copy of deploy/ with the Secrets of the example in it. false: the test cannot run.
static bool s_open (struct workplace *place)
{
    char here[PATH_MAX], line[2 * PATH_MAX];
    if (!node_script_can_run (PACKAGES))
        return false;
    cr_assert (realpath ("deploy", here));
    workplace_make (place);
    snprintf (line, sizeof line,
              "cp -r '%s' deploy && rm -rf deploy/kubernetes/overlays/*/secrets && PATH=\"$DMH_BUILD:$PATH\" "
              "sh deploy/kubernetes/secrets.sh deploy/kubernetes/overlays/example/secrets dmh.example",
              here);
    free (s_shell (place, 0, line));
    return true;
}

//  What the script says of the example, and of a file of further objects (NULL: none); yours to free.
static char *s_check (const struct workplace *place, int status, const char *file)
{
    pid_t pid = node_script_start (place, "script.log", "test/integration/deploy/manifests.mjs",
                                   (const char *const[]){"deploy", "overlays/example", file, NULL});
    int got = process_wait (pid, SECONDS);
    char *said = workplace_read (place->folder, "script.log", NULL);
    cr_assert_eq (got, status, "%s", said);
    remove ("script.log");
    return said;
}

static void s_expect_part (const char *text, const char *part)
{
    cr_assert (strstr (text, part), "%s is not in %s", part, text);
}

//  The words of a line `run ["WORD",…]`, which is changed. None of them has anything that JSON escapes.
static size_t s_words (char *line, const char *words[WORDS_MAX + 1])
{
    size_t count = 0;
    for (char *at = line; count < WORDS_MAX && (at = strchr (at, '"')) != NULL; at++) {
        words[count++] = ++at;
        at = strchr (at, '"');
        *at = 0;
    }
    words[count] = NULL;
    return count;
}

Test (kubernetes_manifests, they_are_of_the_api_that_they_name_and_fit_together, .timeout = 300)
{
    struct workplace place;
    if (!s_open (&place))
        return;
    char *said = s_check (&place, 0, NULL), *readme = workplace_read ("deploy/kubernetes", "README.md", NULL);
    s_expect_part (said, " objects, nothing to mend");
    s_expect_part (said, "version 1.33\n");
    s_expect_part (readme, "Kubernetes 1.33");
    free (readme);
    free (said);
    workplace_remove (&place);
}

Test (kubernetes_manifests, what_is_wrong_in_them_is_seen, .timeout = 300)
{
    static const struct {
        const char *change, *part;
    } CASES[] = {
        {"sed -i s/readOnlyRootFilesystem/readOnlyRootFS/ deploy/kubernetes/base/worker.yaml",
         "V1SecurityContext has no readOnlyRootFS"},
        {"sed -i \"s/replicas: 2/replicas: '2'/\" deploy/kubernetes/base/gateway.yaml",
         "replicas is no number"},
        {"sed -i '/containerPort: 5432/d' deploy/kubernetes/base/postgresql.yaml",
         "V1ContainerPort needs containerPort"},
        {"rm deploy/kubernetes/base/network.yaml", "there is no network.yaml"},
        {"echo '{}' >deploy/kubernetes/base/other.yaml", "no kustomization names base/other.yaml"},
        {"sed -i 's/, secrets.tokens//' deploy/kubernetes/overlays/example/kustomization.yaml",
         "/run/dmh-gateway/tokens is in no Secret"},
        {"sed -i 's/targetPort: feed}/targetPort: food}/' deploy/kubernetes/base/broker.yaml",
         "Service dmh-broker: there is no port food"},
        {"sed -i 's/name: dmh-worker$/name: dmh-wrker/' "
         "deploy/kubernetes/components/scaling/scaledobject.yaml",
         "scales nothing"},
        {"sed -i 's/drop: .ALL./drop: []/' deploy/kubernetes/base/broker.yaml", "has capabilities"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct workplace place;
        if (!s_open (&place))
            return;
        free (s_shell (&place, 0, CASES[i].change));
        char *said = s_check (&place, 1, NULL);
        s_expect_part (said, CASES[i].part);
        free (said);
        workplace_remove (&place);
    }
}

Test (kubernetes_manifests, a_pod_and_a_secret_that_are_launched_are_of_that_api_and_as_careful,
      .timeout = 300)
{
    struct workplace place;
    struct error error;
    json_writer_t *pod, *secret = pod_secret_new ("kubernetes-1-1", "key\n\"x\"", "uid-1");
    const struct launch_plan plan = {.broker = "tcp://b:5571",
                                     .server_key = "key",
                                     .slots = 2,
                                     .threads = 2,
                                     .memory = 1000000000,
                                     .image = "registry.example/dmh:1"};
    if (!s_open (&place))
        return;
    cr_assert_eq (pod_text_new (&plan, "kubernetes-1-1", &pod, &error), DMH_OK);
    size_t n, more;
    const char *text = json_writer_text (pod, &n), *behind = json_writer_text (secret, &more);
    char *both = malloc (n + more + 8);
    int length = sprintf (both, "[%.*s,%.*s]", (int) n, text, (int) more, behind);
    workplace_write (&place, "launched.json", both, (size_t) length);
    char *said = s_check (&place, 0, "launched.json");
    s_expect_part (said, "nothing to mend");
    free (said);
    free (both);
    free (s_shell (&place, 0, "sed -i 's/\"image\"/\"imag\"/; s/\"drop\"/\"drip\"/' launched.json"));
    said = s_check (&place, 1, "launched.json");
    s_expect_part (said, "V1Container has no imag");
    s_expect_part (said, "has capabilities");
    free (said);
    json_writer_destroy (&pod);
    json_writer_destroy (&secret);
    workplace_remove (&place);
}

Test (kubernetes_manifests, the_programs_know_the_options_that_they_are_started_with, .timeout = 300)
{
    struct workplace place;
    size_t programs = 0;
    if (!s_open (&place))
        return;
    char *said = s_check (&place, 0, NULL), *rest = said;
    for (char *line; (line = strsep (&rest, "\n")) != NULL;) {
        const char *words[WORDS_MAX + 2];
        char *output = NULL;
        if (strncmp (line, "run ", 4) != 0)
            continue;
        size_t count = s_words (line, words);
        words[count] = "--help";
        words[count + 1] = NULL;
        cr_assert_eq (process_run (&place, words, &output), 0, "%s: %s", words[0], output);
        free (output);
        programs++;
    }
    cr_assert_eq (programs, 3, "%s", said);
    free (said);
    const char *const wrong[] = {"dmh-worker", "--no-such-option", "--help", NULL};
    cr_assert_neq (process_run (&place, wrong, NULL), 0, "an option that is none is seen so");
    workplace_remove (&place);
}

//  Where the broker's metrics are.
static unsigned s_metrics_port (const struct workplace *place)
{
    process_await (place, "broker.log", "metrics.listening");
    char *text = workplace_read (place->folder, "broker.log", NULL);
    const char *port = strstr (strstr (text, "metrics.listening"), "127.0.0.1:");
    unsigned number = (unsigned) strtoul (port + strlen ("127.0.0.1:"), NULL, 10);
    free (text);
    return number;
}

Test (kubernetes_manifests, the_metrics_that_scale_are_the_broker_s, .timeout = 300)
{
    struct workplace place;
    if (!s_open (&place))
        return;
    struct servers servers = {.place = &place, .options = {"--metrics-listen", "127.0.0.1:0", NULL}};
    servers_start_broker (&servers, false);
    struct http_answer answer = http_get (s_metrics_port (&place), "/metrics");
    char *said = s_check (&place, 0, NULL), *rest = said;
    size_t metrics = 0;
    for (char *line; (line = strsep (&rest, "\n")) != NULL;) {
        char series[200];
        if (strncmp (line, "metric ", 7) != 0)
            continue;
        snprintf (series, sizeof series, "\n%s{state=\"queued\"} 0\n", line + 7);
        s_expect_part (answer.body, series);
        metrics++;
    }
    cr_assert_geq (metrics, 1);
    free (said);
    http_answer_clear (&answer);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  Of the example's Secrets, as files.
#define SECRETS "deploy/kubernetes/overlays/example/secrets/"

//  As the broker's container gets them from the Secret dmh-keys.
static const char FILL_KEYS[] =
    "install -d -m 700 keys && cd " SECRETS
    " && install -m 600 server.key server.pub worker.pub gateway.pub admin.pub admin.key ../../../../../keys";

Test (kubernetes_manifests, the_secrets_of_the_example_let_workers_a_gateway_and_an_administrator_in,
      .timeout = 300)
{
    static const char *const WORKERS[] = {"w1", "w2"};
    struct workplace place;
    pid_t workers[2];
    if (!s_open (&place))
        return;
    struct servers servers = {.place = &place, .options = {"--keys", "keys", NULL}};
    free (s_shell (&place, 0, FILL_KEYS));
    servers_start_broker (&servers, false);
    for (size_t i = 0; i < 2; i++) {    //  one key for all of the Deployment's
        const char *const worker[] = {"dmh-worker",         "--broker",     servers.back,         "--key",
                                      SECRETS "worker.key", "--server-key", SECRETS "server.pub", "--name",
                                      WORKERS[i],           "--results",    WORKERS[i],           NULL};
        workers[i] = process_start (&place, "workers.log", worker);
    }
    process_await_times (&place, "broker.log", "worker.registered", 2);
    const char *const gateway[] = {"dmh-gateway",
                                   "--listen",
                                   "127.0.0.1:0",
                                   "--broker",
                                   servers.front,
                                   "--key",
                                   SECRETS "gateway.key",
                                   "--server-key",
                                   SECRETS "server.pub",
                                   "--tokens",
                                   SECRETS "tokens",
                                   "--tls-certificate",
                                   SECRETS "tls.crt",
                                   "--tls-key",
                                   SECRETS "tls.key",
                                   "--spool",
                                   "spool",
                                   NULL};
    pid_t serves = process_start (&place, "gateway.log", gateway);
    process_await (&place, "gateway.log", "gateway.listening");
    setenv ("DMH_KEY", "keys/admin.key", 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    char *said = NULL;
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    cr_assert_eq (servers_dmh (&servers, drain, &said), 0, "%s", said);
    s_expect_part (said, "w1 has left\n");
    free (said);
    for (size_t i = 0; i < 2; i++)
        cr_assert_eq (process_wait (workers[i], 60), 0);
    kill (serves, SIGTERM);
    cr_assert_eq (process_wait (serves, 60), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}
