//  fail_on_test.c: --fail-on through the real program: which checks fail a job, what is said, what is left.
#include "test/support/command_line.h"

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

Test (fail_on, a_check_that_failed_fails_the_job_where_the_user_wants_it_and_leaves_nothing)
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
        char out[32], path[320];
        snprintf (out, sizeof out, "out-%zu", i);
        snprintf (path, sizeof path, "%s/%s/v", place.folder, out);
        command_line_expect (CALL (&place, "run", "v.csv", "--schema", "visit.json", "--fail-on",
                                   ROWS[i].fail_on, "-o", out, "--quiet"),
                             ROWS[i].status, NULL, ROWS[i].says);
        cr_assert_eq (access (path, F_OK) == 0, ROWS[i].status == 0, "%s", ROWS[i].fail_on);
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
