//  reload_test.c: SIGHUP: broker and worker read their configuration again, keep what cannot change, and keep
//  all of it when the file is not right.
#include "test/support/peers/played_peers.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

static void s_write (const struct workplace *place, const char *name, const char *text)
{
    workplace_write (place, name, text, strlen (text));
}

//  What becomes of a submission of one input of so many bytes: "" or the error's code.
static void s_submit (struct played_peers *peers, const char *key, uint64_t bytes, const char *code,
                      const char *part)
{
    struct input input = {.uri = "file:///in", .name = "in", .bytes = bytes};
    struct submit submit = {.inputs = &input, .inputs_count = 1};
    struct accepted accepted;
    snprintf (submit.submit_key, sizeof submit.submit_key, "%s", key);
    if (*code) {
        played_peers_ask_refused (peers, &submit_shape, &submit, code, part);
        return;
    }
    played_peers_ask (peers, &submit_shape, &submit, &accepted_shape, &accepted);
    accepted_clear (&accepted);
}

Test (reload, a_broker_takes_new_limits_and_says_what_needs_a_restart, .timeout = 60)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--config", "broker.conf", NULL}};
    struct played_peers peers;
    workplace_make (&place);
    s_write (&place, "broker.conf", "client-bytes = 100\n");
    servers_start_broker (&servers, false);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    s_submit (&peers, "a", 101, "too_large", "--client-bytes");
    s_submit (&peers, "b", 60, "", NULL);
    s_submit (&peers, "c", 60, "unavailable", "60 bytes");

    s_write (&place, "broker.conf", "client-bytes = 200\nattempts = 7\nlog-level = debug\n");
    kill (servers.broker, SIGHUP);
    process_await (&place, "broker.log", "config.read");
    s_submit (&peers, "d", 140, "", NULL);
    s_submit (&peers, "e", 1, "unavailable", "200 bytes");
    process_await (&place, "broker.log", "attempts");    //  needs a restart

    s_write (&place, "broker.conf", "client-bytes = many\n");
    kill (servers.broker, SIGHUP);
    process_await (&place, "broker.log", "config.kept");
    s_submit (&peers, "f", 1, "unavailable", "200 bytes");
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (reload, a_worker_takes_another_log_level_and_works_on, .timeout = 60)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    s_write (&place, "worker.conf", "log-level = info\n");
    s_write (&place, "in.csv", "MRN,Sex\n1,F\n");
    const char *const argv[] = {"dmh-worker", "--broker", servers.back,  "--results",
                                "results",    "--config", "worker.conf", NULL};
    servers.workers[0] = process_start (&place, "worker.log", argv);
    process_await (&place, "worker.log", "worker.registered");
    s_write (&place, "worker.conf", "log-level = debug\nslots = 9\n");
    kill (servers.workers[0], SIGHUP);
    process_await (&place, "worker.log", "config.read");
    process_await (&place, "worker.log", "slots");    //  needs a restart
    s_write (&place, "worker.conf", "log-level = loud\n");
    kill (servers.workers[0], SIGHUP);
    process_await (&place, "worker.log", "config.kept");
    const char *const submit[] = {"dmh", "submit", "in.csv", "--wait", "-o", "out", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, NULL), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}
