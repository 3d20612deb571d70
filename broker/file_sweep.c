//  file_sweep.c: the broker's side of the files service: begun with its folder and socket, renewed when a
//  key was revoked, and swept of what nobody uses. See broker/context.h and files/service.h.
#include "broker/context.h"
#include "messages/base/disk.h"
#include "messages/base/folder.h"
#include "messages/base/log.h"
#include "messages/files/file.h"
#include "messages/uri.h"

enum {
    //  A peer has no more than its credit under way; what waits here is memory that strangers fill.
    FILES_OUT = CREDIT_CHUNKS,
    FILES_IN = 2,
    SWEEP_MS = 60 * 60 * 1000,
    DAY_SECONDS = 24 * 60 * 60
};

int broker_open_files (struct broker *self, struct error *error)
{
    const struct broker_config *config = self->config;
    if (!config->files)
        return DMH_OK;
    int rc = folder_make (config->files_dir, error);
    blob_store_t *blob_store =
        rc == DMH_OK ? blob_store_new (config->files_dir,
                                       config->files_bytes ? config->files_bytes : UINT64_MAX, error)
                     : NULL;
    zsock_t *socket = blob_store
                          ? broker_bind (self, ZMQ_ROUTER, "files", config->files, FILES_OUT, FILES_IN, error)
                          : NULL;
    if (!socket) {
        blob_store_destroy (&blob_store);
        return error->code;
    }
    size_t n = sizeof self->files_bound;
    zmq_getsockopt (zsock_resolve (socket), ZMQ_LAST_ENDPOINT, self->files_bound, &n);
    broker_endpoint (socket, self->files_endpoint);
    self->files = files_new (&socket, &blob_store, error);
    self->swept_at = self->clock_seen - SWEEP_MS;
    return self->files ? DMH_OK : error->code;
}

void broker_renew_files (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (!self->files)
        return;
    zsock_t *fresh =
        broker_socket (self, ZMQ_ROUTER, "files", self->files_bound, FILES_OUT, FILES_IN, &error);
    if (fresh)
        files_renew (self->files, &fresh, self->files_bound);
    else
        log_event (LOG_LEVEL_ERROR, "files.not_renewed", NULL, NULL, "error", error.text, NULL);
}

static bool s_note (zhashx_t *needed, const char *sha256)
{
    return zhashx_lookup (needed, sha256) || zhashx_insert (needed, sha256, needed) == 0;
}

//  The input and the tables of an open job.
static int s_need (void *context, const struct store_job *job)
{
    bool noted = !uri_is_stored (job->input.uri) || s_note (context, job->input.sha256);
    for (size_t i = 0; i < job->options.tables_count; i++)
        noted = noted && s_note (context, job->options.tables[i].sha256);
    return noted ? DMH_OK : DMH_INTERNAL;
}

void broker_sweep_files (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    if (!self->files || self->config->files_days == 0 || self->clock_seen - self->swept_at < SWEEP_MS)
        return;
    self->swept_at = self->clock_seen;
    //  A result that nobody has fetched stays as long as its job does.
    uint64_t days = self->config->files_days > self->config->keep_days ? self->config->files_days
                                                                       : self->config->keep_days;
    zhashx_t *needed = zhashx_new ();
    if (needed && store_open_jobs (self->store, s_need, needed, &error) == DMH_OK)
        files_sweep (self->files, &needed, time (NULL) - (time_t) days * DAY_SECONDS);
    zhashx_destroy (&needed);
}
