//  node_script.h: for tests: a script of test/ that node runs with npm's packages of build/validators, which
//  deploy/validators.sh brings where there is npm.
#ifndef DMH_TEST_SUPPORT_NODE_SCRIPT_H
#define DMH_TEST_SUPPORT_NODE_SCRIPT_H

#include "test/support/processes/processes.h"

#include <stdbool.h>

//  Whether there is node, and each of those packages (ended by NULL); says SKIP and why where not.
bool node_script_can_run (const char *const packages[]);

//  Starts `script` (a path in this tree) in the workplace's folder, its output in <folder>/<log>. It is given
//  the folder of the packages, then `words` (at most 12, ended by NULL).
pid_t node_script_start (const struct workplace *place, const char *log, const char *script,
                         const char *const words[]);

//  Where a program of that name is; false: nowhere.
bool node_script_find (const char *program, char *path, size_t size);

#endif
