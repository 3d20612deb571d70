//  broker_command_test.c: dmh-broker as its operators call it: options, signals, exit codes, what it logs.
#include "test/support/processes/processes.h"

#include "messages/request.h"
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANY_BUT_FRONT                                                                                        \
    "--back", "tcp://127.0.0.1:*", "--feed-in", "tcp://127.0.0.1:*", "--feed", "tcp://127.0.0.1:*"

static void s_expect (const struct workplace *place, const char *const argv[], int status, const char *part)
{
    char *output = NULL;
    cr_assert_eq (process_run (place, argv, &output), status, "%s %s: %s", argv[1], argv[2], output);
    cr_assert (strstr (output, part), "%s: %s", argv[1], output);
    if (status)
        cr_assert_eq (strcspn (output, "\n") + 1, strlen (output), "more than one sentence: %s", output);
    free (output);
}

Test (broker_command, wrong_usage_ends_with_2_and_one_sentence)
{
    struct workplace place;
    workplace_make (&place);
    workplace_write (&place, "wrong.conf", "front = tcp://127.0.0.1:*\nslots = 3\n", 36);
    static const struct {
        const char *argv[6];
        const char *part;
    } CASES[] = {
        {{"dmh-broker", "--fron", "x", NULL}, "did you mean --front?"},
        {{"dmh-broker", "--front", NULL}, "--front needs a value"},
        {{"dmh-broker", "--front", "here", NULL}, "--front here is no endpoint"},
        {{"dmh-broker", "--queue", "0", NULL}, "--queue takes a whole number"},
        {{"dmh-broker", "--store", "jobs.db", NULL}, "sqlite:PATH"},
        {{"dmh-broker", "--log-format", "xml", NULL}, "text or json"},
        {{"dmh-broker", "--log-level", "loud", NULL}, "loud"},
        {{"dmh-broker", "--config", "nowhere.conf", NULL}, "nowhere.conf cannot be read"},
        {{"dmh-broker", "--config", "wrong.conf", NULL}, "wrong.conf, line 2: "},
        {{"dmh-broker", "more", "words", NULL}, "more"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect (&place, CASES[i].argv, 2, CASES[i].part);
    workplace_remove (&place);
}

//  No store is made, nor one of before brought to this version.
Test (broker_command, no_endpoint_is_taken_that_is_none_and_no_store_is_opened_for_it)
{
    struct workplace place;
    workplace_make (&place);
    char store[PATH_MAX + 8];
    static const char *const WRONG[][3] = {
        {"--front", "here", "--front here is no endpoint"},
        {"--front", "", "is no endpoint"},
        {"--back", "tcp://127.0.0.1", "--back tcp://127.0.0.1 is no endpoint"},
        {"--feed-in", "tcp://127.0.0.1:-1", "--feed-in tcp://127.0.0.1:-1 is no endpoint"},
        {"--feed", "tcp://127.0.0.1:55 70", "--feed tcp://127.0.0.1:55 70 is no endpoint"},
        {"--files", "tcp://127.0.0.1:65536", "--files tcp://127.0.0.1:65536 is no endpoint"},
        {"--files", "tcp://:1", "--files tcp://:1 is no endpoint"},
        {"--back", "ipc://@name", "which every user of this host may take"},
        {"--back", "tcp://*:*", "--back tcp://*:* is open to other hosts"},
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        const char *argv[] = {"dmh-broker",        "--store",   "sqlite:new.db", "--front",
                              "tcp://127.0.0.1:0", WRONG[i][0], WRONG[i][1],     NULL};
        const char *front[] = {"dmh-broker", "--store", "sqlite:new.db", WRONG[i][0], WRONG[i][1], NULL};
        s_expect (&place, strcmp (WRONG[i][0], "--front") == 0 ? front : argv, 2, WRONG[i][2]);
        snprintf (store, sizeof store, "%.*s/new.db", PATH_MAX, place.folder);
        cr_assert_neq (access (store, F_OK), 0, "%s %s", WRONG[i][0], WRONG[i][1]);
    }
    workplace_remove (&place);
}

Test (broker_command, what_is_taken_already_ends_with_1_and_a_sentence_that_names_it)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    const char *front[] = {"dmh-broker",      "--front",     servers.front, "--store",
                           "sqlite::memory:", ANY_BUT_FRONT, NULL};
    const char *store[] = {"dmh-broker",  "--front", "tcp://127.0.0.1:*", "--store", "sqlite:jobs.db",
                           ANY_BUT_FRONT, NULL};
    s_expect (&place, front, 1, servers.front);
    s_expect (&place, store, 1, "jobs.db cannot be opened: it is in use by another broker");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (broker_command, help_and_version_end_with_0)
{
    struct workplace place;
    workplace_make (&place);
    const char *help[] = {"dmh-broker", "--help", NULL}, *version[] = {"dmh-broker", "--version", NULL};
    s_expect (&place, help, 0, "--endpoints-file FILE");
    s_expect (&place, version, 0, "dmh-broker 0.");
    workplace_remove (&place);
}

Test (broker_command, it_ends_with_0_on_either_signal)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGINT), 0);
    servers_start_broker (&servers, true);    //  its ports are free again at once
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGTERM), 0);
    workplace_remove (&place);
}

Test (broker_command, the_command_line_goes_before_the_file_and_the_store_is_made_where_it_is_missing)
{
    static const char CONFIG[] = "# a broker for this test\n"
                                 "front = tcp://127.0.0.1:*   # any port\n"
                                 "back = tcp://127.0.0.1:*\n"
                                 "feed-in = nonsense\n"
                                 "feed = tcp://127.0.0.1:*\n"
                                 "log-format = json\n";
    struct workplace place;
    char path[512];
    struct stat at;
    workplace_make (&place);
    workplace_write (&place, "broker.conf", CONFIG, strlen (CONFIG));
    workplace_write (&place, "taken", "", 0);
    setenv ("XDG_STATE_HOME", place.folder, 1);
    //  It starts as told by both, and fails at the last step alone: its file of endpoints cannot be there.
    const char *argv[] = {
        "dmh-broker",       "--config",        "broker.conf", "--feed-in", "tcp://127.0.0.1:*",
        "--endpoints-file", "taken/endpoints", "--log-level", "error",     NULL};
    s_expect (&place, argv, 1, "taken/endpoints cannot be written");
    snprintf (path, sizeof path, "%s/dmh/jobs.db", place.folder);
    cr_assert_eq (stat (path, &at), 0, "the default store is not there");
    cr_assert_eq (at.st_mode & 0777, 0600);
    workplace_remove (&place);
}

Test (broker_command, the_file_of_endpoints_is_written_through_no_link_beside_it)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char victim[512], beside[512];
    workplace_make (&place);
    workplace_write (&place, "victim", "whole", 5);
    snprintf (victim, sizeof victim, "%s/victim", place.folder);
    snprintf (beside, sizeof beside, "%s/endpoints.part", place.folder);
    cr_assert_eq (symlink (victim, beside), 0);
    servers_start_broker (&servers, false);
    char *text = workplace_read (place.folder, "victim", NULL);
    cr_expect_str_eq (text, "whole");
    free (text);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (broker_command, its_log_tells_the_life_of_a_job_by_its_id_and_correlation)
{
    static const char *const WORDS[] = {"broker.started", "worker.registered", "job.accepted",
                                        "job.started",    "job.failed",        "worker.gone",
                                        "frame.refused",  "broker.stopped"};
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    struct job_order order;
    struct bye bye = {.worker = "w"};
    struct hello hello = {.request = "r"};
    struct problem problem;
    char job[ID_BYTES];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    zsock_t *worker = played_peers_worker (&peers, "w", 1, NULL, 0);
    played_peers_submit (&peers, "in", "key", job);
    played_peers_expect (worker, &job_order_shape, &order);
    cr_assert (played_peers_fail (worker, job, 1, false, false));
    played_peers_send (worker, &bye_shape, &bye);
    played_peers_send (worker, &hello_shape, &hello);    //  the back knows no such thing
    played_peers_expect (worker, &problem_shape, &problem);
    cr_assert_str_eq (problem.code, "unsupported");
    zsock_destroy (&worker);
    played_peers_leave (&peers);
    servers_stop (&servers);
    char *text = workplace_read (place.folder, "broker.log", NULL), *at = text;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        char *found = strstr (text, WORDS[i]);
        cr_assert_not_null (found, "no %s in\n%s", WORDS[i], text);
        if (strncmp (WORDS[i], "job.", 4) != 0)
            continue;
        cr_assert_gt (found, at, "%s comes too early in\n%s", WORDS[i], text);
        char *line_end = strchr (found, '\n');
        *line_end = 0;
        cr_assert (strstr (found, job), "%s without its job", found);
        cr_assert (strstr (found, order.correlation), "%s without its correlation", found);
        *line_end = '\n';
        at = found;
    }
    free (text);
    workplace_remove (&place);
}
