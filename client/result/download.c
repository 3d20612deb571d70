//  download.c: see download.h.
#include "client/result/download.h"

#include "client/result/result_folder.h"
#include "messages/base/clock.h"
#include "messages/base/folder.h"
#include "messages/uri.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INSPECTION_FIRST_MS = 100, INSPECTION_MOST_MS = 1000, AGAIN_MS = 3000, PATIENCE_MS = 60000 };

//  A result on its way.
struct bringing {
    const struct file_transfer *file_transfer;
    const struct job_record *record;
    bool arguments_for;    //  its worker leaves it with the broker only now
    int64_t asked_at;      //  when that was last asked for
    int64_t moved_at;      //  when an output was last brought
};

static int s_ask_for (struct bringing *self, struct error *error)
{
    struct job_record now;
    int rc = connection_bring (self->file_transfer->connection, self->record->job, &now, error);
    self->asked_at = clock_mono_ms ();
    if (rc == DMH_OK)
        shape_clear (&job_record_shape, &now);
    return rc;
}

//  One output; where its worker has yet to leave it there, it is looked for until it has.
static int s_bring (void *context, const struct output *output, const char *target, struct error *error)
{
    struct bringing *self = context;
    for (int wait = INSPECTION_FIRST_MS;;
         wait = wait * 2 < INSPECTION_MOST_MS ? wait * 2 : INSPECTION_MOST_MS) {
        int rc = file_transfer_bring (self->file_transfer, output, target, error);
        if (rc == DMH_OK)
            self->moved_at = clock_mono_ms ();
        if (rc != DMH_NOT_FOUND || !self->arguments_for)
            return rc;
        int64_t now = clock_mono_ms ();
        if (now - self->moved_at >= PATIENCE_MS)
            return error_set (error, DMH_UNAVAILABLE, "no worker of host %s brings the result; see its log",
                              *self->record->host ? self->record->host : "(not known)");
        if (connection_pause (self->file_transfer->connection, wait))
            return error_set (error, DMH_CANCELLED, "interrupted");
        //  Its worker may be gone for a while.
        if (now - self->asked_at >= AGAIN_MS && (rc = s_ask_for (self, error)) != DMH_OK &&
            rc != DMH_UNAVAILABLE && rc != DMH_NOT_FOUND)
            return rc;
    }
}

//  From the broker.
static int s_carry (struct bringing *self, const char *to, struct error *error)
{
    const struct job_record *record = self->record;
    struct result_folder_source source = {s_bring, self, record->job};
    self->moved_at = clock_mono_ms ();
    int rc = self->arguments_for ? s_ask_for (self, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    rc = result_folder_fill (&source, record->outputs, record->outputs_count, to, error);
    if (self->file_transfer->progress)
        progress_clear (self->file_transfer->progress);
    if (rc != DMH_UNAVAILABLE && rc != DMH_CANCELLED)
        return rc;
    struct error why = *error;
    return error_set (error, rc, "%.300s; the same command goes on where it stopped: dmh fetch %s", why.text,
                      record->job);
}

//  From the folder of the worker, where that can be read from here; else through the broker.
static int s_reach (struct bringing *self, enum transfer_mode transfer, const char *to, struct error *error)
{
    char from[PATH_MAX];
    const struct job_record *record = self->record;
    int rc = uri_to_path (record->result, from, sizeof from, error);
    if (rc != DMH_OK)
        return rc;
    if (transfer != TRANSFER_ALWAYS && access (from, X_OK) == 0)
        return result_folder_copy (from, record->outputs, record->outputs_count, to, error);
    if (transfer == TRANSFER_NEVER)
        return error_set (
            error, DMH_IO,
            "the result of job %s is %s on host %s and cannot be read from here; fetch it without "
            "--transfer never",
            record->job, from, *record->host ? record->host : "(not known)");
    self->arguments_for = true;
    return s_carry (self, to, error);
}

int download_bring (const struct file_transfer *file_transfer, enum transfer_mode transfer,
                    const struct job_record *record, const char *folder, const char *name, char **where,
                    struct error *error)
{
    if (!job_state_is (record->state, JOB_DONE))
        return error_set (error, DMH_CONFLICT, "job %s is %s; only a job that is done has a result",
                          record->job, record->state);
    bool stored = uri_is_stored (record->result);
    if (stored && transfer == TRANSFER_NEVER)
        return error_set (error, DMH_CONFLICT,
                          "the result of job %s is with the broker alone; fetch it without --transfer never",
                          record->job);
    int rc = folder_make (folder, error);
    char *to = rc == DMH_OK ? result_folder_join (folder, name) : NULL;
    if (rc == DMH_OK && !to)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    struct bringing bringing = {.file_transfer = file_transfer, .record = record};
    if (rc == DMH_OK)
        rc = stored ? s_carry (&bringing, to, error) : s_reach (&bringing, transfer, to, error);
    if (rc == DMH_OK) {
        *where = to;
        to = NULL;
    }
    free (to);
    return rc;
}

void download_tell (connection_t *connection, struct job_record *record)
{
    struct job_record now;
    struct error error;
    if (record->fetched_at || connection_fetched (connection, record->job, &now, &error) != DMH_OK)
        return;
    record->fetched_at = now.fetched_at;
    shape_clear (&job_record_shape, &now);
}
