//  statistics_test.c: the statistics of worker/r, by testthat from Debian's packages: see
//  worker/r/tests/testthat. They are pure functions of R, so that no package has to be built, and no broker
//  runs.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TESTTHAT_SECONDS = 540 };

//  Its argument is worker/r.
static const char RUN[] =
    "package <- commandArgs(TRUE); env <- new.env(); "
    "for (file in sort(Sys.glob(file.path(package, 'R', 'statistics_*.R')))) sys.source(file, env); "
    "testthat::test_dir(file.path(package, 'tests', 'testthat'), filter = '^statistics', env = env, "
    "load_package = 'none', "
    "reporter = 'check')";

static bool s_has_r (void)
{
    return system ("Rscript --vanilla -e 'for (name in c(\"testthat\", \"ggplot2\", \"jsonlite\", \"MASS\")) "
                   "library(name, character.only = TRUE)' >/dev/null 2>&1") == 0;
}

Test (statistics, the_numbers_are_those_of_r_and_of_the_literature, .timeout = TESTTHAT_SECONDS + 60)
{
    if (!s_has_r ()) {
        fprintf (stderr,
                 "SKIP: no R with testthat, ggplot2, jsonlite and MASS (make deps-r installs them)\n");
        return;
    }
    char package[PATH_MAX];
    cr_assert (realpath ("worker/r", package));
    struct workplace place;
    workplace_make (&place);
    const char *argv[] = {"/usr/bin/env", "R_ENABLE_JIT=0", "Rscript", "--vanilla", "-e", RUN, package, NULL};
    int status = process_wait (process_start (&place, "testthat.log", argv), TESTTHAT_SECONDS);
    char *said = workplace_read (place.folder, "testthat.log", NULL);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
}
