//  fail_on_test.c: --fail-on through the real program: which checks fail a job, what is said, what is left.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char VISITS_SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"visit_id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"date\",\"past\":true,\"checks\":{\"value_missing\":20}}}],"
    "\"missingValues\":[\"\"],\"dmh\":{\"key\":[\"visit_id\"],\"checks\":{\"value_invalid\":50}}}";

//  4 visits: 1 of 4 without a day, 1 of 3 days that is none, none repeated.
static const char VISITS[] = "visit_id,seen\n1,2020-01-01\n2,\n3,2020-02-30\n4,2020-01-02\n";

Test (fail_on, a_check_that_failed_fails_the_job_where_the_user_wants_it)
{
    static const struct {
        const char *fail_on;
        int status;
        const char *says;
    } ROWS[] = {
        {"value_missing", 1, "the check value_missing of seen failed: 25 % measured, 20 % allowed"},
        {"completeness", 1, "the check value_missing of seen failed"},
        {"conformance,any", 1, "the check value_missing of seen failed"},
        {"conformance", 0, NULL},    //  33 % invalid, of 50 allowed
        {"plausibility,key_conflict", 0, NULL},
        {"value_mising", 2, "--fail-on does not know “value_mising”; write any of value_invalid"},
        {"any,", 1, "the check value_missing of seen failed"},
    };
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "visit.json", VISITS_SCHEMA);
    command_line_write (&place, "v.csv", VISITS);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        char out[32], path[320], failed[320];
        snprintf (out, sizeof out, "out-%zu", i);
        snprintf (path, sizeof path, "%s/%s/v", place.folder, out);
        snprintf (failed, sizeof failed, "%s/%s/v.failed", place.folder, out);
        command_line_expect (CALL (&place, "run", "v.csv", "--schema", "visit.json", "--fail-on",
                                   ROWS[i].fail_on, "-o", out, "--quiet"),
                             ROWS[i].status, NULL, ROWS[i].says);
        cr_assert_eq (access (path, F_OK) == 0, ROWS[i].status == 0, "%s", ROWS[i].fail_on);
        cr_assert_eq (access (failed, F_OK) == 0, ROWS[i].status == 1, "%s", ROWS[i].fail_on);
    }
    char folder[320];
    snprintf (folder, sizeof folder, "%s/out-3/v", place.folder);
    char *report = workplace_read (folder, "report.json", NULL), *at = report;
    static const char *const ORDERED[] = {"\"value_invalid\"",
                                          "33.3333",
                                          "\"required_missing\"",
                                          "\"structure_broken\"",
                                          "\"key_conflict\"",
                                          "\"value_missing\"",
                                          "25.0000",
                                          "20.0000",
                                          "false",
                                          "\"record_duplicate\"",
                                          "\"time_implausible\""};
    cr_assert_not_null ((at = strstr (at, "\"checks\"")));
    for (size_t i = 0; i < sizeof ORDERED / sizeof *ORDERED; i++)
        cr_assert_not_null ((at = strstr (at, ORDERED[i])), "%s", ORDERED[i]);
    free (report);
    workplace_remove (&place);
}

//  The whole result of a job that a check failed, as NAME.failed.
static void s_expect_failed (const struct workplace *place, const char *folder)
{
    char path[64], whole[600];
    snprintf (path, sizeof path, "%s/v.failed", folder);
    snprintf (whole, sizeof whole, "%s/%s", place->folder, path);
    char *report = workplace_read (whole, "report.json", NULL),
         *records = workplace_read (whole, "records.csv", NULL);
    cr_assert (report && records, "%s", path);
    cr_expect_not_null (
        strstr (report,
                "\"failed\": \"v.csv: the check value_missing of seen failed: 25 % measured, 20 % allowed"),
        "%s", report);
    cr_expect_not_null (strstr (records, "\n4,2020-01-02\n"), "%s", records);
    free (report);
    free (records);
    command_line_expect (CALL (place, "verify", path), 0, NULL, NULL);
}

Test (fail_on, all_of_a_job_that_a_check_failed_stays_as_name_failed_until_a_good_one, .timeout = 120)
{
    static const char GOOD[] = "visit_id,seen\n1,2020-01-01\n";
    struct workplace place;
    char path[600];
    workplace_make (&place);
    command_line_write (&place, "visit.json", VISITS_SCHEMA);
    command_line_write (&place, "v.csv", VISITS);
    command_line_write (&place, "w.csv", GOOD);
    struct command_result said = CALL (&place, "run", "v.csv", "w.csv", "--schema", "visit.json", "--fail-on",
                                       "any", "--quiet", "-o", "out");
    cr_expect_eq (said.status, 1);
    cr_expect_not_null (strstr (said.err, "; all of it is in out/v.failed\n"), "%s", said.err);
    command_result_clear (&said);
    s_expect_failed (&place, "out");
    snprintf (path, sizeof path, "%s/out/w/report.json", place.folder);
    cr_expect_eq (access (path, F_OK), 0, "the other one is good");
    //  What another run finds there is replaced, and a good one removes it.
    snprintf (path, sizeof path, "%s/out/v.failed/report.json", place.folder);
    for (int i = 0; i < 2; i++) {
        said = CALL (&place, "run", "v.csv", "--schema", "visit.json", "--fail-on", "any", "--json",
                     "--quiet", "-o", "out");
        cr_expect_eq (said.status, 1);
        cr_expect_not_null (strstr (said.out, "\"folder\":\"out/v.failed\""), "%s", said.out);
        command_result_clear (&said);
        s_expect_failed (&place, "out");
    }
    command_line_expect (CALL (&place, "run", "v.csv", "--schema", "visit.json", "--quiet", "-o", "out"), 0,
                         NULL, NULL);
    cr_expect_neq (access (path, F_OK), 0, "it is good now");
    //  A good one stays beside one that fails later, and that is said.
    said = CALL (&place, "run", "v.csv", "--schema", "visit.json", "--fail-on", "any", "--quiet", "--replace",
                 "-o", "out");
    cr_expect_eq (said.status, 1);
    cr_expect_not_null (strstr (said.err, "; all of it is in out/v.failed, and the good result of an earlier "
                                          "time stays beside it\n"),
                        "%s", said.err);
    command_result_clear (&said);
    cr_expect_eq (access (path, F_OK), 0);
    snprintf (path, sizeof path, "%s/out/v/report.json", place.folder);
    cr_expect_eq (access (path, F_OK), 0);
    workplace_remove (&place);
}

Test (fail_on, a_conflict_that_is_to_fail_leaves_all_of_it_too, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "p.csv", "patient_id,ward\n1,A\n1,B\n");
    command_line_expect (CALL (&place, "run", "p.csv", "--on-conflict", "fail", "--quiet", "-o", "out"), 1,
                         NULL, "all of it is in out/p.failed");
    command_line_expect (CALL (&place, "verify", "out/p.failed"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "rejects", "out/p.failed", "-o", "mend.csv"), 0, "1 conflict", NULL);
    //  The result of a good p.failed.csv has another place than that of a p.csv that failed.
    command_line_write (&place, "p.failed.csv", "patient_id,ward\n2,A\n");
    command_line_expect (
        CALL (&place, "run", "p.csv", "p.failed.csv", "--on-conflict", "fail", "--quiet", "-o", "both"), 1,
        NULL, "all of it is in both/p.failed");
    command_line_expect (CALL (&place, "verify", "both/p.failed"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "both/p.failed.csv"), 0, NULL, NULL);
    workplace_remove (&place);
}

//  The broker keeps it for the one who submitted, from the worker's folder or from its own files, as it keeps
//  a good one; trying the job again makes it anew.
static void s_fail_at_a_broker (const char *transfer)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *output = NULL, *job = NULL;
    workplace_make (&place);
    command_line_write (&place, "visit.json", VISITS_SCHEMA);
    command_line_write (&place, "v.csv", VISITS);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "1");
    const char *const submit[] = {"dmh", "submit",  "v.csv",      "--schema", "visit.json", "--fail-on",
                                  "any", "--quiet", "--transfer", transfer,   NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &job), 0, "%s", job);
    job[strcspn (job, "\n")] = 0;
    const char *const watch[] = {"dmh", "watch", job, "--quiet", NULL};
    const char *const again[] = {"dmh", "retry", job, NULL};
    const char *const status[] = {"dmh", "status", job, "--json", NULL};
    const char *const fetch[] = {"dmh", "fetch", job, "-o", "out", "--quiet", "--transfer", transfer, NULL};
    for (int attempt = 1; attempt <= 2; attempt++) {
        char number[32];
        snprintf (number, sizeof number, "\"attempt\":%d,", attempt);
        cr_expect_eq (servers_dmh (&servers, watch, NULL), 1);
        cr_expect_eq (servers_dmh (&servers, status, &output), 0);
        cr_expect (strstr (output, "\"failed\"") && strstr (output, number) &&
                       strstr (output, "\"bad_input\"") && strstr (output, "\"read\":4") &&
                       strstr (output, "records.csv"),
                   "%s", output);
        free (output);
        cr_assert_eq (servers_dmh (&servers, fetch, &output), 0, "%s", output);
        free (output);
        s_expect_failed (&place, "out");
        if (attempt == 1)
            cr_expect_eq (servers_dmh (&servers, again, NULL), 0);
    }
    char first[600];
    snprintf (first, sizeof first, "%s/results/%s.1", place.folder, job);
    cr_expect_neq (access (first, F_OK), 0, "the first attempt's is void");
    free (job);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (fail_on, at_a_broker_all_of_it_is_fetched_from_its_worker, .timeout = 120)
{
    s_fail_at_a_broker ("auto");
}

Test (fail_on, at_a_broker_all_of_it_is_fetched_from_the_broker_s_files, .timeout = 120)
{
    s_fail_at_a_broker ("always");
}

//  Of 10 records 2 or 3 have the key of another one: what is more than 20 % is said, and fails nothing.
Test (fail_on, a_file_of_events_is_done_and_said_to_look_like_one, .timeout = 120)
{
    static const char *const ROWS[] = {"1,A", "2,B", "3,C", "4,D", "5,E", "6,F", "7,G", "1,H", "1,I", "1,J"};
    static const char FEW[] = "patient_id,ward\n1,A\n2,B\n3,C\n4,D\n5,E\n6,F\n7,G\n8,H\n1,I\n1,J\n";
    char many[256] = "patient_id,ward\n";
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        snprintf (many + strlen (many), sizeof many - strlen (many), "%s\n", ROWS[i]);
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "few.csv", FEW);
    command_line_write (&place, "many.csv", many);
    struct command_result said =
        CALL (&place, "run", "few.csv", "--quiet", "--fail-on", "record.key_repeats");
    cr_expect_eq (said.status, 0, "%s", said.err);
    cr_expect_null (strstr (said.err, "looks like events"), "%s", said.err);
    command_result_clear (&said);
    command_line_expect (
        CALL (&place, "run", "many.csv", "--quiet"), 0, NULL,
        "many.csv: 3 of 10 records have the key of another one and other content: the file looks "
        "like events, not like records of the kind patient");
    command_line_expect (CALL (&place, "run", "many.csv", "--quiet", "--strict", "-o", "strict"), 3, NULL,
                         "looks like events");
    command_line_expect (CALL (&place, "run", "many.csv", "--quiet", "--fail-on", "record.key_repeats"), 1,
                         NULL, "the check record.key_repeats failed: 30 % measured, 20 % allowed");
    workplace_remove (&place);
}
