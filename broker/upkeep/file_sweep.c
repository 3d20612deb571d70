//  file_sweep.c: see file_sweep.h.
#include "broker/upkeep/file_sweep.h"

#include "messages/base/clock.h"
#include "messages/uri.h"

enum { SWEEP_MS = 60 * 60 * 1000, DAY_SECONDS = 24 * 60 * 60, JOBS_A_TURN = 64 };

//  The files that open jobs need.
struct need {
    store_t *store;
    zhashx_t *files;
    uint64_t next;      //  place of the next job that one follows
    uint64_t walked;    //  the sequence of the last job
    size_t seen;
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
    need->walked = job->sequence;
    need->seen++;
    bool noted = !uri_is_stored (job->input.uri) || s_note (files, job->input.sha256);
    for (size_t i = 0; i < job->options.tables_count; i++)
        noted = noted && s_note (files, job->options.tables[i].sha256);
    return noted ? s_need_followed (need, &job->record) : DMH_INTERNAL;
}

void file_sweep_close (struct file_walk *self)
{
    zhashx_destroy (&self->needed);
    zhashx_destroy (&self->reopened);
    self->walked = 0;
}

bool file_sweep_walks (const struct broker *self)
{
    return self->file_walk.needed && !self->recovery.stalled;
}

//  Without memory for it the walk is given up, as nothing that is needed may be missed.
void file_sweep_reopened (struct broker *self, const char *job)
{
    struct file_walk *walk = &self->file_walk;
    if (walk->needed && !s_note (walk->reopened, job))
        file_sweep_close (walk);
}

static bool s_begins (struct broker *self)
{
    struct file_walk *walk = &self->file_walk;
    bool is_due = walk->swept_at == 0 || self->clock_seen - walk->swept_at >= SWEEP_MS;
    if (!self->files || self->config->files_days == 0 || !is_due)
        return false;
    walk->swept_at = self->clock_seen;
    walk->needed = zhashx_new ();
    walk->reopened = zhashx_new ();
    if (!walk->needed || !walk->reopened)
        file_sweep_close (walk);
    return walk->needed;
}

//  Those that were opened again meanwhile.
static int s_need_reopened (struct broker *self, struct need *need, struct error *error)
{
    int rc = DMH_OK;
    zhashx_t *jobs = self->file_walk.reopened;
    for (void *item = zhashx_first (jobs); rc == DMH_OK && item; item = zhashx_next (jobs)) {
        struct store_job job;
        rc = store_find (self->store, zhashx_cursor (jobs), &job, error);
        if (rc == DMH_OK) {
            rc = s_need (need, &job);
            store_job_clear (&job);
        } else if (rc == DMH_NOT_FOUND)
            rc = DMH_OK;
    }
    return rc;
}

int file_sweep (struct broker *self, struct error *error)
{
    struct file_walk *walk = &self->file_walk;
    if (self->recovery.stalled || (!walk->needed && !s_begins (self)))
        return DMH_OK;
    struct need need = {.store = self->store, .files = walk->needed, .walked = walk->walked};
    int rc = store_open_jobs (self->store, walk->walked, JOBS_A_TURN, s_need, &need, error);
    walk->walked = need.walked;
    if (rc == DMH_OK && need.seen == JOBS_A_TURN)
        return rc;
    if (rc == DMH_OK)
        rc = s_need_reopened (self, &need, error);
    //  A result that nobody has fetched stays as long as its job does.
    uint64_t days = self->config->files_days > self->config->keep_days ? self->config->files_days
                                                                       : self->config->keep_days;
    if (rc == DMH_OK)
        files_sweep (self->files, &walk->needed,
                     (time_t) (clock_wall_ms () / 1000) - (time_t) days * DAY_SECONDS);
    file_sweep_close (walk);
    return rc;
}
