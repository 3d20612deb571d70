//  fetching.c: see fetching.h.
#include "fetching.h"

#include "../messages/uri.h"
#include "place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fetching_bring (const struct job_record *record, const char *folder, const char *name, char **where,
                    struct error *error)
{
    char from[PATH_MAX];
    if (strcmp (record->state, "done") != 0)
        return error_set (error, DMH_CONFLICT, "job %s is %s; only a job that is done has a result",
                          record->job, record->state);
    int rc = uri_to_path (record->result, from, sizeof from, error);
    if (rc == DMH_OK && access (from, X_OK) != 0)
        rc = error_set (error, DMH_IO, "the result of job %s is %s on host %s and cannot be read from here",
                        record->job, from, *record->host ? record->host : "(not known)");
    if (rc == DMH_OK)
        rc = place_make (folder, error);
    char *to = rc == DMH_OK ? place_join (folder, name) : NULL;
    if (rc == DMH_OK && !to)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = place_copy (from, record->outputs, record->outputs_count, to, error);
    if (rc == DMH_OK) {
        *where = to;
        to = NULL;
    }
    free (to);
    return rc;
}
