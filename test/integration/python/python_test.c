//  python_test.c: the package client/python, by pytest from Debian's packages: see the test_*.py beside,
//  which start a real broker and worker of the build. Here is whether they can run, and what they said when
//  one failed.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

//  Debian's own, whatever else the PATH begins with.
#define PYTHON "/usr/bin/python3"

enum { PYTEST_SECONDS = 300 };

Test (python, the_package_runs_submits_follows_and_reads_by_the_protocol, .timeout = PYTEST_SECONDS + 30)
{
    if (access (PYTHON, X_OK) != 0 ||
        system (PYTHON " -c 'import pytest, zmq, msgpack, pandas, setuptools, wheel' 2>/dev/null") != 0) {
        fprintf (stderr, "SKIP: no pytest, pyzmq, msgpack or pandas of Debian's python3 (make deps-python "
                         "installs them)\n");
        return;
    }
    char tests[PATH_MAX], scratch[PATH_MAX + 32];
    struct workplace place;
    workplace_make (&place);
    cr_assert (realpath ("test/integration/python", tests));
    snprintf (scratch, sizeof scratch, "--basetemp=%s/pytest", place.folder);
    const char *argv[] = {PYTHON,  "-B",  "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
                          scratch, tests, NULL};
    int status = process_wait (process_start (&place, "pytest.log", argv), PYTEST_SECONDS);
    char *said = workplace_read (place.folder, "pytest.log", NULL);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
}
