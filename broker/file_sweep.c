//  file_sweep.c: see file_sweep.h.
#include "broker/file_sweep.h"

#include "messages/base/clock.h"
#include "messages/uri.h"

enum { SWEEP_MS = 60 * 60 * 1000, DAY_SECONDS = 24 * 60 * 60 };

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

void file_sweep (struct broker *self)
{
    struct error error = {.code = DMH_OK};
    bool is_due = self->swept_at == 0 || self->clock_seen - self->swept_at >= SWEEP_MS;
    if (!self->files || self->config->files_days == 0 || !is_due)
        return;
    self->swept_at = self->clock_seen;
    //  A result that nobody has fetched stays as long as its job does.
    uint64_t days = self->config->files_days > self->config->keep_days ? self->config->files_days
                                                                       : self->config->keep_days;
    zhashx_t *needed = zhashx_new ();
    if (needed && store_open_jobs (self->store, s_need, needed, &error) == DMH_OK)
        files_sweep (self->files, &needed, (time_t) (clock_wall_ms () / 1000) - (time_t) days * DAY_SECONDS);
    zhashx_destroy (&needed);
}
