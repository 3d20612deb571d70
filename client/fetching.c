//  fetching.c: see fetching.h.
#include "fetching.h"

#include "../messages/base/folder.h"
#include "../messages/uri.h"
#include "place.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int s_bring (void *context, const struct output *output, const char *target, struct error *error)
{
    const struct carrying *const *carrying = context;
    return carrying_bring (*carrying, output, target, error);
}

//  From the broker.
static int s_carry (const struct carrying *carrying, const struct job_record *record, const char *to,
                    struct error *error)
{
    struct place_source source = {s_bring, &carrying, record->job};
    int rc = place_fill (&source, record->outputs, record->outputs_count, to, error);
    if (carrying->progress)
        progress_clear (carrying->progress);
    if (rc != DMH_UNAVAILABLE && rc != DMH_CANCELLED)
        return rc;
    struct error why = *error;
    return error_set (error, rc, "%.300s; the same command goes on where it stopped: dmh fetch %s", why.text,
                      record->job);
}

//  From the folder of the worker.
static int s_copy (enum transfer transfer, const struct job_record *record, const char *to,
                   struct error *error)
{
    char from[PATH_MAX];
    const char *host = *record->host ? record->host : "(not known)";
    int rc = uri_to_path (record->result, from, sizeof from, error);
    if (rc != DMH_OK)
        return rc;
    if (transfer == TRANSFER_ALWAYS)
        return error_set (error, DMH_CONFLICT,
                          "the result of job %s was left on host %s, as its input was not sent through the "
                          "broker either; submit it with --transfer always",
                          record->job, host);
    if (access (from, X_OK) != 0)
        return error_set (error, DMH_IO,
                          "the result of job %s is %s on host %s and cannot be read from here; what is "
                          "submitted with --transfer always comes back through the broker",
                          record->job, from, host);
    return place_copy (from, record->outputs, record->outputs_count, to, error);
}

int fetching_bring (const struct carrying *carrying, enum transfer transfer, const struct job_record *record,
                    const char *folder, const char *name, char **where, struct error *error)
{
    if (strcmp (record->state, "done") != 0)
        return error_set (error, DMH_CONFLICT, "job %s is %s; only a job that is done has a result",
                          record->job, record->state);
    bool stored = uri_is_stored (record->result);
    if (stored && transfer == TRANSFER_NEVER)
        return error_set (error, DMH_CONFLICT,
                          "the result of job %s is with the broker alone; fetch it without --transfer never",
                          record->job);
    int rc = folder_make (folder, error);
    char *to = rc == DMH_OK ? place_join (folder, name) : NULL;
    if (rc == DMH_OK && !to)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = stored ? s_carry (carrying, record, to, error) : s_copy (transfer, record, to, error);
    if (rc == DMH_OK) {
        *where = to;
        to = NULL;
    }
    free (to);
    return rc;
}

void fetching_tell (connection_t *connection, struct job_record *record)
{
    struct job_record now;
    struct error error;
    if (record->fetched_at || connection_fetched (connection, record->job, &now, &error) != DMH_OK)
        return;
    record->fetched_at = now.fetched_at;
    shape_clear (&job_record_shape, &now);
}
