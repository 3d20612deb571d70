//  r_program.c: see r_program.h.
#define _GNU_SOURCE
#include "test/support/processes/r_program.h"

#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { R_SECONDS = 300 };

bool r_program_is (void)
{
    char path[PATH_MAX], library[PATH_MAX], dmh[PATH_MAX];
    const char *build = getenv ("DMH_BUILD");
    bool is = node_script_find ("Rscript", path, sizeof path) && build &&
              realpath ("build/r-library", library) && snprintf (dmh, sizeof dmh, "%s/dmh", build) > 0 &&
              setenv ("R_LIBS", library, 1) == 0 && setenv ("DMH_PROGRAM", dmh, 1) == 0 &&
              system ("Rscript --vanilla -e 'library(dmhr)' >/dev/null 2>&1") == 0;
    if (!is)
        fprintf (stderr, "SKIP: no R, or no package dmhr in build/r-library (make deps-r r has them)\n");
    return is;
}

pid_t r_program_start (const struct workplace *place, const char *log, const char *code)
{
    char path[PATH_MAX];
    cr_assert (node_script_find ("Rscript", path, sizeof path));
    return process_start (place, log, (const char *[]){path, "--vanilla", "-e", code, NULL});
}

char *r_program_run (const struct workplace *place, const char *code)
{
    int status = process_wait (r_program_start (place, "r-run.log", code), R_SECONDS);
    char *said = workplace_read (place->folder, "r-run.log", NULL);
    cr_assert_eq (status, 0, "%s", said);
    return said;
}
