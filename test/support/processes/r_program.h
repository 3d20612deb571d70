//  r_program.h: for tests: R with the package dmhr, which make r builds where R and its packages are.
#ifndef DMH_TEST_SUPPORT_R_PROGRAM_H
#define DMH_TEST_SUPPORT_R_PROGRAM_H

#include "test/support/processes/processes.h"

#include <stdbool.h>

//  Whether it is there; says SKIP and why where not. R finds the package, and it the dmh of the build, from
//  then on.
bool r_program_is (void);

//  Starts R with that code in the workplace's folder, its output in <folder>/<log>.
pid_t r_program_start (const struct workplace *place, const char *log, const char *code);

//  The same to its end; its status has to be 0. Its output, yours to free.
char *r_program_run (const struct workplace *place, const char *code);

#endif
