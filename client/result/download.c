//  download.c: see download.h.
#include "client/result/download.h"

#include "client/result/claim_check.h"
#include "client/result/folder_tree.h"
#include "client/result/result_folder.h"
#include "messages/base/clock.h"
#include "messages/s3/name.h"
#include "messages/uri.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RETRY_FIRST_MS = 100,
    RETRY_MOST_MS = 1000,
    BRING_AGAIN_MS = 3000,
    PATIENCE_MS = 60000,
    ACKNOWLEDGED_AT_ONCE = 32
};

//  One result on its way here.
struct download {
    struct file_transfer *transfer;
    const struct job_record *record;
    struct staged_result *staged;
    bool on_demand;         //  its worker leaves it with the broker only when a BRING asks for it
    int64_t demanded_at;    //  when one last did
    int64_t moved_at;       //  when an output last came
};

static int s_demand (struct download *self, struct error *error)
{
    struct job_record now;
    int rc = connection_bring (self->transfer->connection, self->record->job, &now, error);
    self->demanded_at = clock_mono_ms ();
    if (rc == DMH_OK)
        shape_clear (&job_record_shape, &now);
    return rc;
}

//  One output; where its worker has yet to leave it with the broker, it is tried until it is there.
static int s_fetch (void *context, const struct output *output, const char *target, const char *said,
                    struct error *error)
{
    struct download *self = context;
    for (int wait = RETRY_FIRST_MS;; wait = wait * 2 < RETRY_MOST_MS ? wait * 2 : RETRY_MOST_MS) {
        int rc = file_transfer_fetch (self->transfer, self->record, output, target, said, error);
        if (rc == DMH_OK)
            self->moved_at = clock_mono_ms ();
        if (rc != DMH_NOT_FOUND || !self->on_demand)
            return rc;
        int64_t now = clock_mono_ms ();
        if (now - self->moved_at >= PATIENCE_MS)
            return error_set (error, DMH_UNAVAILABLE, "no worker of host %s brings the result; see its log",
                              *self->record->host ? self->record->host : "(not known)");
        if (connection_pause (self->transfer->connection, wait))
            return error_set (error, DMH_CANCELLED, "interrupted");
        //  Its worker may be gone for a while.
        if (now - self->demanded_at >= BRING_AGAIN_MS && (rc = s_demand (self, error)) != DMH_OK &&
            rc != DMH_UNAVAILABLE && rc != DMH_NOT_FOUND)
            return rc;
    }
}

//  From the broker.
static int s_from_broker (struct download *self, const struct result_folder_room *room, struct error *error)
{
    const struct job_record *record = self->record;
    const struct result_folder_check check = {claim_check, record};
    char keep[RESULT_FOLDER_KEEP_BYTES];
    result_folder_keep (record, keep);
    struct result_folder_source source = {s_fetch, self, keep, &check};
    self->moved_at = clock_mono_ms ();
    int rc = self->on_demand ? s_demand (self, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    rc = result_folder_stage (&source, record->outputs, record->outputs_count, room, self->staged, error);
    if (self->transfer->progress)
        progress_clear (self->transfer->progress);
    if (rc != DMH_UNAVAILABLE && rc != DMH_CANCELLED)
        return rc;
    struct error why = *error;
    return error_set (error, rc, "%.300s; the same command goes on where it stopped: dmh fetch %s", why.text,
                      record->job);
}

//  From the folder of the worker, where that can be read from here; else, as from an object store, through
//  the broker.
static int s_from_worker (struct download *self, enum transfer_mode mode,
                          const struct result_folder_room *room, struct error *error)
{
    char from[PATH_MAX];
    const struct job_record *record = self->record;
    const struct result_folder_check check = {claim_check, record};
    bool object = s3_name_is (record->result);    //  a worker has the credentials for it
    int rc = object ? DMH_OK : uri_to_path (record->result, from, sizeof from, error);
    if (rc != DMH_OK)
        return rc;
    if (object && !uri_to_place (record->result, from, sizeof from))
        *from = 0;
    if (!object && mode != TRANSFER_ALWAYS && access (from, X_OK) == 0)
        return result_folder_copy (from, record->outputs, record->outputs_count, &check, room, self->staged,
                                   error);
    if (mode == TRANSFER_NEVER)
        return error_set (
            error, DMH_IO,
            "the result of job %s is %s on host %s and cannot be read from here; fetch it without "
            "--transfer never",
            record->job, from, *record->host ? record->host : "(not known)");
    self->on_demand = true;
    return s_from_broker (self, room, error);
}

static int s_download (struct download *self, enum transfer_mode mode, const struct result_folder_room *room,
                       struct error *error)
{
    const struct job_record *record = self->record;
    bool stored = uri_is_stored (record->result);
    if (stored && mode == TRANSFER_NEVER)
        return error_set (error, DMH_CONFLICT,
                          "the result of job %s is with the broker alone; fetch it without --transfer never",
                          record->job);
    return stored ? s_from_broker (self, room, error) : s_from_worker (self, mode, room, error);
}

int download_result (struct file_transfer *transfer, enum transfer_mode mode,
                     const struct download_room *room, struct outcome *outcome)
{
    const struct job_record *record = &outcome->record;
    struct error why = {.code = DMH_OK}, *error = &why;    //  of a try that was followed by a better one, too
    if (!job_has_result (record))
        return error_set (&outcome->error, DMH_CONFLICT, "job %s is %s and has no result", record->job,
                          record->state);
    char *named = result_folder_name_of (record, outcome->place),
         *to = named ? folder_tree_join (room->folder, named) : NULL,
         *absolute = named ? folder_tree_join (room->root, named) : NULL;
    int rc = to && absolute ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)    //  before all of it has come
        rc = result_folder_check (absolute, error);
    const struct result_folder_room staging = {room->root, room->scratch, room->name, to};
    struct download download = {.transfer = transfer, .record = record, .staged = &outcome->staged};
    if (rc == DMH_OK)
        rc = s_download (&download, mode, &staging, error);
    free (named);
    free (absolute);
    free (to);
    if (rc != DMH_OK)
        outcome->error = why;
    return rc;
}

//  Of as many as one turn of the broker takes from a client, so that one commit may have them.
static void s_acknowledge (connection_t *connection, struct job_request *requests,
                           struct job_record *const *records, size_t count)
{
    struct job_state_reply replies[ACKNOWLEDGED_AT_ONCE];
    struct error ignored = {.code = DMH_OK};
    size_t answered = 0;
    connection_request_all (connection, &fetched_shape, requests, count, &job_state_reply_shape, replies,
                            &answered, &ignored);
    for (size_t i = 0; i < answered && i < count; i++) {
        records[i]->fetched_at = replies[i].job.fetched_at;
        job_state_reply_clear (&replies[i]);
    }
}

void download_acknowledge (connection_t *connection, struct outcome *const *outcomes, size_t count)
{
    struct job_request requests[ACKNOWLEDGED_AT_ONCE];
    struct job_record *records[ACKNOWLEDGED_AT_ONCE];
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        struct job_record *record = &outcomes[i]->record;
        if (!record->fetched_at) {
            requests[waiting] = (struct job_request){.request = ""};
            memcpy (requests[waiting].job, record->job, sizeof record->job);
            records[waiting++] = record;
        }
        if (waiting && (waiting == ACKNOWLEDGED_AT_ONCE || i + 1 == count)) {
            s_acknowledge (connection, requests, records, waiting);
            waiting = 0;
        }
    }
}
