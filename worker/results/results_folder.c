//  results_folder.c: see results_folder.h.
#include "worker/results/results_folder.h"

#include "messages/base/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *results_folder_default (char *out, size_t size)
{
    const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME");
    if (state && *state)
        snprintf (out, size, "%s/dmh/results", state);
    else
        snprintf (out, size, "%s/.local/state/dmh/results", home && *home ? home : ".");
    return out;
}

int results_folder_make (const char *path, char **out, struct error *error)
{
    int rc = folder_make (path, error);
    *out = rc == DMH_OK ? realpath (path, NULL) : NULL;
    if (rc != DMH_OK || (*out && access (*out, W_OK | X_OK) == 0))
        return rc;
    return error_set (error, DMH_IO, "the results folder %s cannot be written to: %s", path,
                      strerror (errno));
}
