//  batch_commands_test.c: the commands of dmh take batches as they take jobs: submit, watch, status, list,
//  fetch, cancel, retry and remove, with a broker and a worker as processes of their own.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { ID_ROOM = 40 };

static void s_begin (struct workplace *place, struct servers *servers, bool worker)
{
    workplace_make (place);
    *servers = (struct servers){.place = place};
    servers_start_broker (servers, false);
    if (worker)
        servers_start_worker (servers, 0, "2");
    setenv ("DMH_BROKER", servers->front, 1);
    command_line_write (place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (place, "b.csv", COMMAND_LINE_PATIENTS);
    command_line_write (place, "bad.csv", "1,Ann,Lee\n2,Bob,Ray\n");
}

static void s_end (struct workplace *place, struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (place);
}

static size_t s_lines (const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

//  Submits three inputs as the batch "night"; its id, and the jobs' ids in their order.
static void s_submit (struct workplace *place, char batch[ID_ROOM], char jobs[3][ID_ROOM])
{
    struct command_result said = CALL (place, "submit", "a.csv", "b.csv", "bad.csv", "--batch", "night");
    cr_assert_eq (said.status, 0, "%s", said.err);
    cr_assert_eq (s_lines (said.out), 3, "an id a line: %s", said.out);
    cr_assert_eq (strncmp (said.err, "b-", 2), 0, "the batch comes first: %s", said.err);
    snprintf (batch, ID_ROOM, "%.*s", (int) strcspn (said.err, "\n"), said.err);
    cr_assert_eq (sscanf (said.out, "%39s %39s %39s", jobs[0], jobs[1], jobs[2]), 3);
    command_result_clear (&said);
}

Test (batch_commands, a_batch_is_watched_shown_listed_fetched_tried_again_and_removed_by_its_name,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    char batch[ID_ROOM], jobs[3][ID_ROOM], beginning[ID_ROOM], line[256], path[512];
    s_begin (&place, &servers, true);
    s_submit (&place, batch, jobs);
    command_line_expect (CALL (&place, "watch", "night", "--quiet"), 1, NULL, "bad.csv");
    command_line_expect (CALL (&place, "status", "night"), 0,
                         "2 done, 1 failed, 0 cancelled, 0 running, 0 queued", NULL);
    command_line_expect (CALL (&place, "status", batch), 0, "bad.csv (", NULL);
    snprintf (beginning, sizeof beginning, "%.10s", batch);
    snprintf (line, sizeof line, "\"batch\":\"%s\",\"name\":\"night\",\"state\":\"failed\",\"total\":3",
              batch);
    command_line_expect (CALL (&place, "status", beginning, "--json"), 0, line, NULL);
    struct command_result said = CALL (&place, "list", "--batch", "night", "--json");
    cr_assert_eq (s_lines (said.out), 3, "%s", said.out);
    cr_assert_not_null (strstr (said.out, jobs[0]));
    cr_assert (strstr (said.out, jobs[0]) < strstr (said.out, jobs[2]), "in their order");
    command_result_clear (&said);
    said = CALL (&place, "list", "--batch", batch, "--state", "failed", "--json");
    cr_assert_eq (s_lines (said.out), 1, "%s, %s", said.out, said.err);
    command_result_clear (&said);
    said = CALL (&place, "retry", "--failed");
    cr_assert_eq (said.status, 0, "%s", said.err);
    cr_assert_eq (strncmp (said.out, jobs[2], strlen (jobs[2])), 0, "%s", said.out);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "watch", "night", "--quiet"), 1, NULL, NULL);
    command_line_expect (CALL (&place, "retry", "--failed", "night"), 0, NULL, "tried again: 1 job of batch");
    command_line_expect (CALL (&place, "watch", "night"), 1, "3 files: 2 done, 1 failed, 0 passed over; ",
                         "bad.csv");
    command_line_expect (CALL (&place, "fetch", "night", "-o", "out", "--quiet"), 1, NULL, "bad.csv (");
    snprintf (line, sizeof line, "dmh: bad.csv (%s): ", jobs[2]);
    command_line_expect (CALL (&place, "fetch", "night", "-o", "out", "--quiet", "--replace"), 1, NULL, line);
    snprintf (path, sizeof path, "%s/out/a/report.json", place.folder);
    cr_assert_eq (access (path, F_OK), 0);
    snprintf (path, sizeof path, "%s/out/b/report.json", place.folder);
    cr_assert_eq (access (path, F_OK), 0);
    command_line_expect (CALL (&place, "remove", "night"), 0, jobs[1], NULL);
    command_line_expect (CALL (&place, "status", "night"), 1, NULL, "there is no job or batch night");
    s_end (&place, &servers);
}

Test (batch_commands, a_batch_that_is_submitted_again_is_the_same_one_also_after_both_were_killed,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    char batch[ID_ROOM], jobs[3][ID_ROOM], again[ID_ROOM], beginning[ID_ROOM], same[3][ID_ROOM];
    s_begin (&place, &servers, false);
    s_submit (&place, batch, jobs);
    cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
    servers_start_broker (&servers, true);
    s_submit (&place, again, same);
    cr_assert_str_eq (batch, again);
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq (jobs[i], same[i]);
    command_line_expect (CALL (&place, "submit", "a.csv", "b.csv", "bad.csv", "--batch", "night"), 0, NULL,
                         "nothing is submitted again");
    command_line_write (&place, "b.csv", "patient_id\n1\n");    //  another night
    struct command_result said = CALL (&place, "submit", "a.csv", "b.csv", "bad.csv", "--batch", "night");
    cr_assert_eq (said.status, 0);
    cr_assert_null (strstr (said.err, batch), "%s", said.err);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "status", "night"), 2, NULL, "“night” may mean batch b-");
    snprintf (beginning, sizeof beginning, "%.2s", jobs[0]);
    command_line_expect (CALL (&place, "status", beginning), 2, NULL, "too short");
    command_line_expect (CALL (&place, "status", "n1"), 1, NULL, "there is no job or batch n1");
    command_line_expect (CALL (&place, "submit", "a.csv", "--batch", "b-0123456789abcdef"), 2, NULL,
                         "written as an id is");
    command_line_expect (CALL (&place, "cancel", batch, again), 0, "3 cancelled", "cancelled: 3 jobs");
    command_line_expect (CALL (&place, "list", "--since", "1h", "--state", "cancelled"), 0, jobs[0], NULL);
    said = CALL (&place, "list", "--since", "2100-01-01", "--json");
    cr_assert_str_eq (said.out, "");
    command_result_clear (&said);
    command_line_expect (CALL (&place, "list", "--since", "soon"), 2, NULL, "--since takes a date");
    command_line_expect (CALL (&place, "submit", "a.csv", "--batch", "a/b"), 2, NULL, "--batch takes a name");
    command_line_expect (CALL (&place, "retry"), 2, NULL, "--failed");
    s_end (&place, &servers);
}

Test (batch_commands, one_input_is_no_batch_unless_it_has_a_name_and_results_of_one_name_stand_side_by_side,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    char one[ID_ROOM], two[ID_ROOM], path[512];
    s_begin (&place, &servers, true);
    struct command_result said = CALL (&place, "submit", "a.csv");
    cr_assert_null (strstr (said.err, "b-"), "%s", said.err);
    sscanf (said.out, "%39s", one);
    command_result_clear (&said);
    said = CALL (&place, "submit", "a.csv", "--batch", "alone", "--json");
    cr_assert_not_null (strstr (said.out, "\"batch\":\"b-"), "%s", said.out);
    cr_assert_eq (sscanf (strstr (said.out, "\"job\":\"") + 7, "%39[0-9a-f]", two), 1);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "watch", one, "alone", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "fetch", one, "alone", "-o", "out", "--quiet"), 0, NULL, NULL);
    snprintf (path, sizeof path, "%s/out/a/report.json", place.folder);
    cr_assert_eq (access (path, F_OK), 0);
    snprintf (path, sizeof path, "%s/out/a.%s/report.json", place.folder, two);
    cr_assert_eq (access (path, F_OK), 0, "%s", path);
    s_end (&place, &servers);
}
