//  file_sweep.c: see file_sweep.h.
#include "broker/upkeep/file_sweep.h"

#include "messages/base/clock.h"
#include "messages/uri.h"

enum { SWEEP_MS = 60 * 60 * 1000, DAY_SECONDS = 24 * 60 * 60 };

//  The files that open jobs need.
struct need {
    store_t *store;
    zhashx_t *files;
    uint64_t next;    //  place of the next job that one follows
};

static bool s_note (zhashx_t *needed, const char *sha256)
{
    return zhashx_lookup (needed, sha256) || zhashx_insert (needed, sha256, needed) == 0;
}

//  The outputs of a job that an open one follows.
static int s_need_outputs (void *context, uint64_t place, const char *job, const struct job_record *record)
{
    struct need *need = context;
    (void) job;
    bool noted = true;
    for (size_t i = 0; record && i < record->outputs_count; i++)
        noted = noted && s_note (need->files, record->outputs[i].sha256);
    need->next = place + 1;
    return noted ? DMH_OK : DMH_INTERNAL;
}

static int s_need_followed (struct need *need, const struct job_record *record)
{
    int rc = DMH_OK;
    for (need->next = 0; rc == DMH_OK && need->next < record->follows;) {
        uint64_t before = need->next;
        rc = store_followed (need->store, record->job, need->next, FOLLOWED_AT_ONCE, s_need_outputs, need,
                             NULL);
        if (need->next == before)
            break;
    }
    return rc;
}

//  The input and the tables of an open job, and what it follows.
static int s_need (void *context, const struct store_job *job)
{
    struct need *need = context;
    zhashx_t *files = need->files;
    bool noted = !uri_is_stored (job->input.uri) || s_note (files, job->input.sha256);
    for (size_t i = 0; i < job->options.tables_count; i++)
        noted = noted && s_note (files, job->options.tables[i].sha256);
    return noted ? s_need_followed (need, &job->record) : DMH_INTERNAL;
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
    struct need need = {.store = self->store, .files = zhashx_new ()};
    if (need.files && store_open_jobs (self->store, s_need, &need, &error) == DMH_OK)
        files_sweep (self->files, &need.files,
                     (time_t) (clock_wall_ms () / 1000) - (time_t) days * DAY_SECONDS);
    zhashx_destroy (&need.files);
}
