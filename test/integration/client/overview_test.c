//  overview_test.c: dmh status without a job tells how the whole stands, and by its exit whether somebody
//  works.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

static void s_scene (struct workplace *place, struct servers *servers)
{
    *servers = (struct servers){.place = place};
    workplace_make (place);
    servers_start_broker (servers, false);
    setenv ("DMH_BROKER", servers->front, 1);
    command_line_write (place, "a.csv", COMMAND_LINE_PATIENTS);
}

static void s_end (struct workplace *place, struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (place);
}

Test (overview, it_counts_and_ends_with_1_where_nobody_works, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_scene (&place, &servers);
    command_line_expect (CALL (&place, "status"), 1, "queued        0\n", "no worker is registered");
    command_line_expect (CALL (&place, "submit", "a.csv", "a.csv"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "status"), 1, "queued        2, the oldest for ", NULL);
    servers_start_worker (&servers, 0, "3");
    command_line_expect (CALL (&place, "watch"), 0, NULL, NULL);
    struct command_result said = CALL (&place, "status");
    static const char *const ROWS[] = {"queued        0\n",
                                       "running       0\n",
                                       "done          2 in the last hour, 2 in all\n",
                                       "failed        0 in the last hour, 0 in all\n",
                                       "workers       1, 0 of 3 slots busy\n",
                                       "kept          ",
                                       "disk free     ",
                                       "broker since  "};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_expect (strstr (said.out, ROWS[i]), "no “%s” in %s", ROWS[i], said.out);
    command_line_expect (said, 0, NULL, "");
    s_end (&place, &servers);
}

Test (overview, one_line_of_json_says_the_same, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_scene (&place, &servers);
    command_line_expect (CALL (&place, "submit", "a.csv"), 0, NULL, NULL);
    command_line_expect (
        CALL (&place, "status", "--json"), 1,
        "{\"queued\":1,\"running\":0,\"done\":0,\"failed\":0,\"cancelled\":0,\"done_last_hour\":0,"
        "\"failed_last_hour\":0,\"workers\":0,\"slots\":0,\"busy\":0,\"oldest_queued_at\":\"20",
        NULL);
    s_end (&place, &servers);
}

Test (overview, without_a_broker_it_ends_with_4, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_expect (CALL (&place, "status", "--broker", "ipc://none"), 4, "", "nobody listens");
    workplace_remove (&place);
}

Test (overview, a_client_of_its_own_jobs_is_told_of_those_alone, .timeout = 120)
{
    static const char *const KEYS[][2] = {{"server", NULL}, {"anna", "client"}, {"root", "admin"}};
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--keys", "keys", NULL}};
    workplace_make (&place);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const char *argv[] = {
            "dmh",      "keys", "new", KEYS[i][0], "--keys", "keys", KEYS[i][1] ? "--rights" : NULL,
            KEYS[i][1], NULL};
        cr_assert_eq (process_run (&place, argv, NULL), 0);
    }
    servers_start_broker (&servers, false);
    setenv ("DMH_BROKER", servers.front, 1);
    setenv ("DMH_SERVER_KEY", "keys/server.pub", 1);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "submit", "a.csv", "--key", "keys/root.key"), 0, NULL, NULL);
    struct command_result root = CALL (&place, "status", "--json", "--key", "keys/root.key");
    cr_expect_null (strstr (root.out, "\"disk_free_bytes\":null"), "%s", root.out);
    command_line_expect (root, 1, "{\"queued\":1,", NULL);
    struct command_result anna = CALL (&place, "status", "--json", "--key", "keys/anna.key");
    cr_expect (strstr (anna.out, "\"oldest_queued_at\":null,\"kept_bytes\":null,\"disk_free_bytes\":null"),
               "%s", anna.out);
    command_line_expect (anna, 1, "{\"queued\":0,", NULL);
    s_end (&place, &servers);
}
