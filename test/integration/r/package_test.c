//  package_test.c: the package worker/r as R users have it: its own tests by testthat, and as a client of a
//  broker.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"
#include "test/support/processes/r_program.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { CODE_BYTES = 4096 };

static bool s_has_testthat (void)
{
    if (system ("Rscript --vanilla -e 'library(testthat)' >/dev/null 2>&1") == 0)
        return true;
    fprintf (stderr, "SKIP: no testthat (make deps-r installs it)\n");
    return false;
}

Test (r_package, reads_results_and_writes_what_tasks_return, .timeout = 330)
{
    struct workplace place;
    char folder[PATH_MAX], code[CODE_BYTES + PATH_MAX];
    if (!r_program_is () || !s_has_testthat ())
        return;
    workplace_make (&place);
    cr_assert (realpath ("worker/r/tests/testthat", folder));
    snprintf (code, sizeof code,
              "library(dmhr); testthat::test_dir('%s', filter = '^(records|output|client)$', reporter = "
              "'check', stop_on_failure = TRUE)",
              folder);
    char *said = r_program_run (&place, code);
    cr_expect_null (strstr (said, "SKIP 1"), "%s", said);
    free (said);
    workplace_remove (&place);
}

//  Submitted, waited for, fetched and described from R, by a worker in R.
static const char CLIENT[] =
    "library(dmhr); jobs <- dmh_submit('labs.csv', batch = 'night', then = 'statistics');"
    "stopifnot(length(jobs) == 2, identical(names(jobs), c('labs.csv', 'statistics')));"
    "ends <- dmh_wait('night'); stopifnot(all(ends$state == 'done'), all(ends$read == 2));"
    "x <- dmh_records(jobs[['labs.csv']]);"
    "stopifnot(identical(x$patient_id, c('007', '008')), identical(x$value_number, c(140, 141)),"
    "  inherits(x$collected_at, 'POSIXct'), attr(x, 'kind') == 'lab_result');"
    "folder <- dmh_fetch(jobs[['statistics']]);"
    "stopifnot(file.exists(file.path(folder, 'statistics', 'statistics.json')));"
    "stopifnot(dmh_report(jobs[['labs.csv']])$counts$written == 2);"
    "wrong <- tryCatch(dmh_wait('nowhere'), error = conditionMessage);"
    "stopifnot(grepl('there is no job or batch nowhere', wrong)); cat('all is well\\n')";

Test (r_package, is_a_client_of_a_broker, .timeout = 240)
{
    static const char LABS[] = "patient_id,test,value,unit,collected_at\n"
                               "007,Sodium,140,mmol/L,2024-03-05T06:07:08\n"
                               "008,Sodium,141,mmol/L,2024-03-06T06:07:08\n";
    struct workplace place;
    struct servers servers = {.place = &place};
    char code[CODE_BYTES];
    if (!r_program_is ())
        return;
    workplace_make (&place);
    workplace_write (&place, "labs.csv", LABS, strlen (LABS));
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    snprintf (code, sizeof code, "dmhr::work('%s', results = 'r-results')", servers.back);
    pid_t worker = r_program_start (&place, "r.log", code);
    cr_assert_eq (setenv ("DMH_BROKER", servers.front, 1), 0);
    char *said = r_program_run (&place, CLIENT);
    cr_expect (strstr (said, "all is well"), "%s", said);
    free (said);
    cr_expect_eq (servers_end (&servers, &worker, SIGTERM), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}
