//  rabbitmq_test.c: dmh-bridge between a real RabbitMQ and a real broker. A RabbitMQ takes seconds to start,
//  so a test does much with one.
#define _GNU_SOURCE
#include "test/support/queues/bridge_scene.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void s_once (struct bridge_scene *scene)
{
    bridge_scene_send (scene, "first");
    cr_expect_eq (bridge_scene_await_end (scene, "first"), 1);
    cr_expect_eq (bridge_scene_jobs (scene, "first.csv"), 1);
    char *events = scene->queue.kind->events (&scene->queue);
    cr_expect (strstr (events, "{\"id\":\"first\",\"type\":\"change\",\"job\":\""), "%s", events);
    const char *end = strstr (events, "{\"id\":\"first\",\"type\":\"end\",\"job\":\"");
    cr_assert_not_null (end, "%s", events);
    cr_expect (strstr (end, "\"state\":\"done\",\"kind\":\"lab_result\",\"attempt\":1,"), "%s", end);
    cr_expect (strstr (end, "\"outputs\":[{\"name\":\"records.csv\","), "%s", end);
    free (events);
}

static void s_twins (struct bridge_scene *scene)
{
    bridge_scene_send (scene, "twin");
    bridge_scene_send (scene, "twin");
    bridge_scene_await_end (scene, "twin");
    bridge_scene_send (scene, "twin");
    process_await_times (&scene->place, "bridge0.log", "queue.settled_before", 2);
    cr_expect_eq (bridge_scene_await_end (scene, "twin"), 1);
    cr_expect_eq (bridge_scene_jobs (scene, "twin.csv"), 1);
}

Test (bridge_rabbitmq, a_message_is_one_job_and_one_end_and_a_malformed_one_a_dead_letter, .timeout = 300)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &rabbitmq_kind))
        return;
    bridge_scene_start (&scene);
    s_once (&scene);
    s_twins (&scene);
    scene.queue.kind->send (&scene.queue, "nonsense");
    scene.queue.kind->send (&scene.queue, "{\"id\":\"d\",\"inputs\":[\"/etc/passwd\"]}");
    bridge_scene_await_dead (&scene, "not JSON (a value is expected) malformed", 1);
    bridge_scene_await_dead (&scene, "passwd lies in no folder of --data-root bad_input d {", 1);
    //  A bridge that begins anew knows what was told.
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    cr_expect_eq (scene.queue.kind->left (&scene.queue), 0);
    bridge_scene_start_bridge (&scene, 1);
    bridge_scene_send (&scene, "first");
    process_await (&scene.place, "bridge1.log", "queue.settled_before");
    cr_expect_eq (bridge_scene_await_end (&scene, "first"), 1);
    bridge_scene_close (&scene);
}

Test (bridge_rabbitmq, what_a_bridge_holds_that_ends_or_dies_is_anothers, .timeout = 300)
{
    struct bridge_scene scene;
    if (!bridge_scene_open (&scene, &rabbitmq_kind))
        return;
    const char *const options[] = {"--drain-seconds", "0", NULL};
    memcpy (scene.options, options, sizeof options);
    queue_server_start (&scene.queue);
    servers_start_broker (&scene.servers, false);
    bridge_scene_start_bridge (&scene, 0);
    bridge_scene_send (&scene, "orphan");
    process_await (&scene.place, "bridge0.log", "job.submitted");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    cr_expect_eq (process_log_count (&scene.place, "bridge0.log", "given_back=1"), 1);
    bridge_scene_start_bridge (&scene, 1);
    process_await (&scene.place, "bridge1.log", "job.submitted");
    cr_expect_eq (bridge_scene_end_bridge (&scene, 1, SIGKILL), 128 + SIGKILL);
    bridge_scene_start_bridge (&scene, 0);
    process_await_times (&scene.place, "bridge0.log", "job.submitted", 2);
    //  The queue's server dies, too, and comes again.
    queue_server_end (&scene.queue, SIGKILL);
    process_await (&scene.place, "bridge0.log", "queue.lost");
    queue_server_start (&scene.queue);
    servers_start_worker (&scene.servers, 0, "4");
    cr_expect_eq (bridge_scene_await_end (&scene, "orphan"), 1);
    cr_expect_eq (bridge_scene_jobs (&scene, "orphan.csv"), 1);
    bridge_scene_close (&scene);
}

Test (bridge_rabbitmq, by_tls_with_a_password_takes_the_certificate_of_the_host_alone, .timeout = 300)
{
    struct bridge_scene scene;
    char config[2048], authority[600], path[600], url[200];
    if (!bridge_scene_open (&scene, &rabbitmq_kind))
        return;
    queue_server_certificate (&scene.place);
    snprintf (authority, sizeof authority, "%s/server.pem", scene.place.folder);
    snprintf (config, sizeof config,
              "listeners.ssl.1 = 127.0.0.1:%u\nssl_options.cacertfile = %s\nssl_options.certfile = %s\n"
              "ssl_options.keyfile = %s/server.key\nssl_options.verify = verify_none\ndefault_user = bridge\n"
              "default_pass = p@s:s3cret\n",
              scene.queue.port, authority, authority, scene.place.folder);
    scene.queue.config = config;
    scene.queue.authority = authority;
    setenv ("QUEUE_USER", "bridge:p@s:s3cret", 1);
    snprintf (url, sizeof url, "amqps://bridge:p%%40s%%3as3cret@localhost:%u/%%2f\n", scene.queue.port);
    workplace_write (&scene.place, "url", url, strlen (url));
    snprintf (path, sizeof path, "%s/url", scene.place.folder);
    cr_assert_eq (chmod (path, 0600), 0);
    const char *const options[] = {"--queue-file", "url", "--tls-ca", "server.pem", NULL};
    memcpy (scene.options, options, sizeof options);
    bridge_scene_start (&scene);
    bridge_scene_send (&scene, "hidden");
    cr_expect_eq (bridge_scene_await_end (&scene, "hidden"), 1);
    cr_expect_eq (bridge_scene_end_bridge (&scene, 0, SIGTERM), 0);
    //  Another authority, another password.
    scene.options[2] = NULL;
    bridge_scene_start_bridge (&scene, 1);
    process_await (&scene.place, "bridge1.log", "queue.lost");
    scene.options[2] = "--tls-ca";
    snprintf (url, sizeof url, "amqps://bridge:s3cret@localhost:%u/%%2f\n", scene.queue.port);
    workplace_write (&scene.place, "url", url, strlen (url));
    bridge_scene_start_bridge (&scene, 2);
    process_await (&scene.place, "bridge2.log", "ACCESS_REFUSED");
    for (int i = 0; i < 3; i++) {
        char log[32];
        snprintf (log, sizeof log, "bridge%d.log", i);
        cr_expect_eq (process_log_count (&scene.place, log, "s3cret"), 0);
        cr_expect_eq (process_log_count (&scene.place, log, "queue.found"), i == 0);
    }
    bridge_scene_close (&scene);
}
