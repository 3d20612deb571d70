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
