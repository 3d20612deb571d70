//  node_script.c: see node_script.h.
#define _GNU_SOURCE
#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char FOLDER[] = "build/validators";

bool node_script_find (const char *program, char *path, size_t size)
{
    char command[64];
    snprintf (command, sizeof command, "command -v %s", program);
    FILE *said = popen (command, "r");
    bool found = said && fgets (path, (int) size, said) != NULL;
    path[found ? strcspn (path, "\n") : 0] = 0;
    if (said)
        pclose (said);
    return found && *path == '/';
}

bool node_script_can_run (const char *const packages[])
{
    char path[PATH_MAX];
    bool can = node_script_find ("node", path, sizeof path);
    for (size_t i = 0; can && packages[i]; i++) {
        snprintf (path, sizeof path, "%s/node_modules/%s", FOLDER, packages[i]);
        can = access (path, R_OK) == 0;
    }
    if (!can)
        fprintf (stderr,
                 "SKIP: no node, or %s has not what the test needs (deploy/validators.sh brings it by npm)\n",
                 FOLDER);
    return can;
}

pid_t node_script_start (const struct workplace *place, const char *log, const char *script,
                         const char *const words[])
{
    char node[PATH_MAX], folder[PATH_MAX], path[PATH_MAX];
    const char *argv[16] = {node, path, folder};
    cr_assert (node_script_find ("node", node, sizeof node) && realpath (FOLDER, folder) &&
                   realpath (script, path),
               "%s", script);
    for (size_t i = 0; words[i]; i++) {
        cr_assert_lt (i, 12, "%s", script);
        argv[3 + i] = words[i];
    }
    return process_start (place, log, argv);
}
