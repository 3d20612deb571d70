//  redis_test.c: dmh-bridge between a real Redis and a real broker.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/queues/bridge_scene.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

Test (bridge_redis, a_message_is_one_job_its_changes_and_one_end, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    bridge_scene_start (&scene);
    bridge_scene_send (&scene, "first");
    cr_expect_eq (bridge_scene_await_end (&scene, "first"), 1);
    cr_expect_eq (bridge_scene_jobs (&scene, "first.csv"), 1);
    char *events = scene.queue.kind->events (&scene.queue);
    cr_expect (strstr (events, "{\"id\":\"first\",\"type\":\"change\",\"job\":\""), "%s", events);
    const char *end = strstr (events, "{\"id\":\"first\",\"type\":\"end\",\"job\":\"");
    cr_assert_not_null (end, "%s", events);
    cr_expect (strstr (end, "\"state\":\"done\",\"kind\":\"lab_result\",\"attempt\":1,"), "%s", end);
    cr_expect (
        strstr (end, "\"counts\":{\"read\":2,\"written\":2,\"duplicates\":0,\"conflicts\":0,\"rejected\":0}"),
        "%s", end);
    cr_expect (strstr (end, "\"outputs\":[{\"name\":\"records.csv\","), "%s", end);
    cr_expect_eq (scene.queue.kind->left (&scene.queue), 0);
    free (events);
    bridge_scene_close (&scene);
}

Test (bridge_redis, the_same_id_again_is_the_same_job_and_no_other_end, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    bridge_scene_start (&scene);
    bridge_scene_send (&scene, "twin");
    bridge_scene_send (&scene, "twin");
    cr_expect_eq (bridge_scene_await_end (&scene, "twin"), 1);
    bridge_scene_send (&scene, "twin");
    bridge_scene_send (&scene, "last");
    bridge_scene_await_end (&scene, "last");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    cr_expect_eq (bridge_scene_await_end (&scene, "twin"), 1);
    cr_expect_eq (bridge_scene_jobs (&scene, "twin.csv"), 1);
    bridge_scene_close (&scene);
}

Test (bridge_redis, what_cannot_be_done_is_a_dead_letter_with_its_reason, .timeout = 120)
{
    static const struct {
        const char *body, *reason;
    } CASES[] = {
        {"nonsense", "not JSON"},
        {"[]", "the message is no JSON object"},
        {"{\"inputs\":[\"/x.csv\"]}", "the message has no id"},
        {"{\"id\":\"a\"}", "the message has no inputs"},
        {"{\"id\":\"b\",\"inputs\":[\"x.csv\"]}", "the path of an input is absolute"},
        {"{\"id\":\"c\",\"inputs\":[\"/x.csv\"],\"options\":{\"formt\":\"csv\"}}",
         "there is no option --formt"},
        {"{\"id\":\"d\",\"inputs\":[\"/etc/passwd\"]}", "passwd lies in no folder of --data-root"},
        {"{\"id\":\"e\",\"inputs\":[\"/no-such-file.csv\"]}",
         "no-such-file.csv lies in no folder of --data-root"},
        {"{\"id\":\"f\",\"inputs\":[\"/x.csv\"],\"input\":1}", "there is no member “input”"},
    };
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    bridge_scene_start (&scene);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        scene.queue.kind->send (&scene.queue, CASES[i].body);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        bridge_scene_await_dead (&scene, CASES[i].reason, 1);
    char body[600];
    snprintf (body, sizeof body, "{\"id\":\"g\",\"inputs\":[\"%s/none.csv\"]}", scene.place.folder);
    scene.queue.kind->send (&scene.queue, body);
    bridge_scene_await_dead (&scene, "none.csv cannot be read: No such file", 1);
    bridge_scene_send (&scene, "good");
    bridge_scene_await_end (&scene, "good");
    cr_expect_eq (scene.queue.kind->left (&scene.queue), 0);
    bridge_scene_close (&scene);
}

Test (bridge_redis, several_inputs_are_a_batch_with_one_end, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    bridge_scene_start (&scene);
    char body[1200];
    snprintf (
        body, sizeof body,
        "{\"id\":\"night\",\"inputs\":[{\"path\":\"%s/labs.csv\",\"name\":\"n1.csv\"},{\"url\":\"file://%s/"
        "labs.csv\","
        "\"name\":\"n2.csv\"}],\"options\":{\"format\":\"ndjson\",\"batch\":\"tonight\",\"strict\":true}}",
        scene.place.folder, scene.place.folder);
    scene.queue.kind->send (&scene.queue, body);
    cr_expect_eq (bridge_scene_await_end (&scene, "night"), 1);
    char *events = scene.queue.kind->events (&scene.queue);
    const char *end = strstr (events, "\"type\":\"end\",\"job\":\"b-");
    cr_assert_not_null (end, "%s", events);
    cr_expect (strstr (end, "\"name\":\"tonight\",\"state\":\"done\""), "%s", end);
    cr_expect (strstr (end, "\"counts\":{\"read\":4,\"written\":4,"), "%s", end);
    cr_expect_eq (bridge_scene_count (end, "\"name\":\"records.ndjson\""), 2, "%s", end);
    cr_expect_eq (bridge_scene_jobs (&scene, "n1.csv"), 1);
    cr_expect_eq (bridge_scene_jobs (&scene, "n2.csv"), 1);
    free (events);
    bridge_scene_close (&scene);
}

Test (bridge_redis, a_file_that_no_worker_sees_goes_to_the_broker, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    queue_server_start (&scene.queue);
    servers_start_broker (&scene.servers, false);
    const char *argv[] = {"dmh-worker", "--broker", scene.servers.back, "--results", "results", NULL};
    scene.servers.workers[0] = process_start (&scene.place, "worker0.log", argv);
    process_await (&scene.place, "broker.log", "worker.registered");
    bridge_scene_start_bridge (&scene, 0);
    bridge_scene_send (&scene, "sent");
    cr_expect_eq (bridge_scene_await_end (&scene, "sent"), 1);
    char *events = scene.queue.kind->events (&scene.queue);
    cr_expect (strstr (strstr (events, "\"type\":\"end\""), "\"state\":\"done\""), "%s", events);
    //  It is there now for who names it by its SHA-256.
    char *sha =
        queue_server_shell (NULL, "sha256sum %s/labs.csv | cut -c1-64 | tr -d '\\n'", scene.place.folder);
    char *size = queue_server_shell (NULL, "stat -c %%s %s/labs.csv | tr -d '\\n'", scene.place.folder),
         body[400];
    snprintf (body, sizeof body, "{\"id\":\"kept\",\"inputs\":[{\"sha256\":\"%s\",\"bytes\":%s}]}", sha,
              size);
    scene.queue.kind->send (&scene.queue, body);
    cr_expect_eq (bridge_scene_await_end (&scene, "kept"), 1);
    free (events);
    events = scene.queue.kind->events (&scene.queue);
    cr_expect (strstr (strstr (events, "{\"id\":\"kept\",\"type\":\"end\""), "\"state\":\"done\""), "%s",
               events);
    free (sha);
    free (size);
    free (events);
    bridge_scene_close (&scene);
}

Test (bridge_redis, the_messages_of_a_bridge_that_died_are_claimed_by_another, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    bridge_scene_start (&scene);
    //  It may not have come as far as to listen to signals.
    cr_assert_eq (servers_end (&scene.servers, &scene.servers.workers[0], SIGKILL), 128 + SIGKILL);
    bridge_scene_send (&scene, "orphan");
    process_await (&scene.place, "bridge0.log", "job.submitted");
    cr_assert_eq (bridge_scene_end_bridge (&scene, 0, SIGKILL), 128 + SIGKILL);
    bridge_scene_start_bridge (&scene, 1);
    process_await (&scene.place, "bridge1.log", "queue.claimed");
    servers_start_worker (&scene.servers, 0, "4");
    cr_expect_eq (bridge_scene_await_end (&scene, "orphan"), 1);
    cr_expect_eq (bridge_scene_jobs (&scene, "orphan.csv"), 1);
    bridge_scene_close (&scene);
}

Test (bridge_redis, that_is_told_to_end_gives_back_at_once_what_it_holds, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    const char *const options[] = {"--claim-seconds", "3600", "--drain-seconds", "0", NULL};
    memcpy (scene.options, options, sizeof options);
    queue_server_start (&scene.queue);
    servers_start_broker (&scene.servers, false);
    bridge_scene_start_bridge (&scene, 0);
    bridge_scene_send (&scene, "passed-on");
    process_await (&scene.place, "bridge0.log", "job.submitted");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    cr_expect_eq (process_log_count (&scene.place, "bridge0.log", "given_back=1"), 1);
    bridge_scene_start_bridge (&scene, 1);
    process_await (&scene.place, "bridge1.log", "job.submitted");
    servers_start_worker (&scene.servers, 0, "4");
    cr_expect_eq (bridge_scene_await_end (&scene, "passed-on"), 1);
    bridge_scene_close (&scene);
}

Test (bridge_redis, that_is_told_to_end_waits_for_the_jobs_under_way, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    const char *const options[] = {"--drain-seconds", "60", NULL};
    memcpy (scene.options, options, sizeof options);
    queue_server_start (&scene.queue);
    servers_start_broker (&scene.servers, false);
    bridge_scene_start_bridge (&scene, 0);
    bridge_scene_send (&scene, "awaited");
    process_await (&scene.place, "bridge0.log", "job.submitted");
    kill (scene.bridges[0], SIGTERM);
    process_await (&scene.place, "bridge0.log", "bridge.draining");
    bridge_scene_send (&scene, "not-taken");
    servers_start_worker (&scene.servers, 0, "4");
    cr_expect_eq (process_wait (scene.bridges[0], 60), 0);
    scene.bridges[0] = 0;
    cr_expect_eq (bridge_scene_await_end (&scene, "awaited"), 1);
    cr_expect_eq (scene.queue.kind->left (&scene.queue), 1);
    bridge_scene_close (&scene);
}

Test (bridge_redis, finds_queue_and_broker_whenever_they_come, .timeout = 120)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    snprintf (scene.queue.url, sizeof scene.queue.url, "redis://127.0.0.1:%u", scene.queue.port);
    reserved_port_endpoint (scene.servers.front);
    reserved_port_endpoint (scene.servers.back);
    reserved_port_endpoint (scene.servers.feed_in);
    reserved_port_endpoint (scene.servers.feed);
    reserved_port_endpoint (scene.servers.files);
    bridge_scene_start_bridge (&scene, 0);
    process_await (&scene.place, "bridge0.log", "broker.lost");
    servers_start_broker (&scene.servers, true);
    process_await (&scene.place, "bridge0.log", "queue.lost");
    queue_server_start (&scene.queue);
    servers_start_worker (&scene.servers, 0, "4");
    bridge_scene_send (&scene, "patient");
    cr_expect_eq (bridge_scene_await_end (&scene, "patient"), 1);
    bridge_scene_close (&scene);
}

static void s_write_url (const struct workplace *place, unsigned mode, const char *format, unsigned port)
{
    char text[256], path[600];
    snprintf (text, sizeof text, format, port);
    workplace_write (place, "url", text, strlen (text));
    snprintf (path, sizeof path, "%s/url", place->folder);
    cr_assert_eq (chmod (path, mode), 0);
}

static void s_expect_lost (struct bridge_scene *scene, const char *log, const char *reason)
{
    process_await (&scene->place, log, "queue.lost");
    char *text = workplace_read (scene->place.folder, log, NULL);
    cr_expect (strstr (text, reason), "%s", text);
    cr_expect_null (strstr (text, "s3cret"), "%s", text);
    free (text);
}

Test (bridge_redis, by_tls_with_a_password_takes_the_certificate_of_the_host_alone, .timeout = 120)
{
    struct bridge_scene scene;
    char port[16];
    if (!bridge_scene_open (&scene, &redis_kind))
        return;
    queue_server_certificate (&scene.place);
    snprintf (port, sizeof port, "%u", scene.queue.port);
    const char *const served[] = {"--port",
                                  "0",
                                  "--tls-port",
                                  port,
                                  "--tls-cert-file",
                                  "server.pem",
                                  "--tls-key-file",
                                  "server.key",
                                  "--tls-ca-cert-file",
                                  "server.pem",
                                  "--tls-auth-clients",
                                  "no",
                                  "--requirepass",
                                  "s3cret",
                                  NULL};
    memcpy (scene.queue.options, served, sizeof served);
    char cli[700];
    snprintf (cli, sizeof cli, "-h localhost --tls --cacert %s/server.pem -a s3cret --no-auth-warning",
              scene.place.folder);
    scene.queue.cli = cli;
    s_write_url (&scene.place, 0600, "rediss://:s3cret@localhost:%u\n", scene.queue.port);
    const char *const options[] = {"--queue-file", "url", "--tls-ca", "server.pem", NULL};
    memcpy (scene.options, options, sizeof options);
    bridge_scene_start (&scene);
    bridge_scene_send (&scene, "hidden");
    cr_expect_eq (bridge_scene_await_end (&scene, "hidden"), 1);
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    //  Another name than the certificate's, another authority, another password.
    s_write_url (&scene.place, 0600, "rediss://:s3cret@127.0.0.1:%u\n", scene.queue.port);
    bridge_scene_start_bridge (&scene, 1);
    s_expect_lost (&scene, "bridge1.log", "IP address mismatch");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 1, SIGTERM), 0);
    scene.options[2] = NULL;
    s_write_url (&scene.place, 0600, "rediss://:s3cret@localhost:%u\n", scene.queue.port);
    bridge_scene_start_bridge (&scene, 2);
    s_expect_lost (&scene, "bridge2.log", "self-signed certificate");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 2, SIGTERM), 0);
    scene.options[2] = "--tls-ca";
    s_write_url (&scene.place, 0600, "rediss://:s3cret-not@localhost:%u\n", scene.queue.port);
    bridge_scene_start_bridge (&scene, 3);
    process_await (&scene.place, "bridge3.log", "WRONGPASS");
    bridge_scene_close (&scene);
}

Test (bridge_redis, takes_a_password_from_a_file_that_nobody_else_reads_alone, .timeout = 60)
{
    struct workplace place;
    workplace_make (&place);
    if (!command_line_has ("dmh-bridge")) {
        printf ("SKIP: dmh-bridge is not built (make deps-queues installs what it needs)\n");
        workplace_remove (&place);
        return;
    }
    static const struct {
        unsigned mode;
        const char *words[4], *says;
    } CASES[] = {
        {0600, {"--queue", "redis://:s3cret@h"}, "every user of this host can see"},
        {0600, {"--queue=redis://u:s3cret@h"}, "every user of this host can see"},
        {0640, {"--queue-file", "url"}, "others can read --queue-file url"},
        {0604, {"--config", "url"}, "others can read --config url"},
        {0600, {"--queue-file", "none"}, "--queue-file none cannot be read"},
        {0600, {"--queue-file", "url", "--queue", "redis://h"}, "say the same"},
        {0600, {NULL}, "which queue?"},
        {0600, {"--queue", "http://h"}, "no scheme that is known"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        s_write_url (&place, CASES[i].mode,
                     i == 3 ? "queue = redis://:s3cret@h:%u\n" : "redis://:s3cret@h:%u\n", 1);
        const char *argv[8] = {"dmh-bridge"};
        memcpy (argv + 1, CASES[i].words, sizeof CASES[i].words);
        char *said = NULL;
        cr_expect_eq (process_run (&place, argv, &said), 2, "%s", said);
        cr_expect (strstr (said, CASES[i].says), "%s", said);
        cr_expect_null (strstr (said, "s3cret"), "%s", said);
        free (said);
    }
    workplace_remove (&place);
}
