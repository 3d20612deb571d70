//  job_files.c: which jobs name a file of the files service, found by the file, so that the files of a job
//  that leaves are looked up and not all jobs looked through. See store.h and driver.h.
#include "broker/access/ownership.h"
#include "broker/store/driver.h"
#include "messages/base/log.h"
#include "messages/uri.h"

#include <stdlib.h>
#include <string.h>

enum { JOBS_AT_ONCE = 256, USES_AT_ONCE = 32 };

//  The numbers of the files of a job.
struct numbers {
    int64_t *all;    //  owned
    size_t count;
};

//  FNV-1a; of an empty text 0. What was noted is found by it, so that it stays as it is.
static int64_t s_number (const char *text)
{
    uint64_t number = *text ? 0xcbf29ce484222325u : 0;
    for (; *text; text++)
        number = (number ^ (unsigned char) *text) * 0x100000001b3u;
    return (int64_t) number;
}

static int64_t s_key (const char *owner)
{
    char key[KEY_TEXT_BYTES];
    return s_number (ownership_key (owner, key));
}

int store_files_of (const struct store_job *job, store_each_file *each, void *context)
{
    const struct job_record *record = &job->record;
    bool is_part = *record->part_of != 0;
    int rc = !is_part && uri_is_stored (job->input.uri) ? each (context, job->input.sha256) : 0;
    for (size_t i = 0; rc == 0 && !is_part && i < job->options.tables_count; i++)
        rc = each (context, job->options.tables[i].sha256);
    for (size_t i = 0; rc == 0 && i < record->outputs_count; i++)
        rc = each (context, record->outputs[i].sha256);
    return rc;
}

static int s_take (void *context, const char *sha256)
{
    struct numbers *numbers = context;
    if (*sha256)
        numbers->all[numbers->count++] = s_number (sha256);
    return 0;
}

static int s_note (store_t *self, const struct store_job *job, struct error *error)
{
    const struct job_record *record = &job->record;
    size_t most = 1 + job->options.tables_count + record->outputs_count;
    struct numbers numbers = {.all = calloc (most, sizeof *numbers.all)};
    if (!numbers.all)
        return error_set (error, DMH_UNAVAILABLE, "out of memory for the files of a job");
    store_files_of (job, s_take, &numbers);
    int rc = numbers.count ? self->driver->note_files (self, record->job, s_key (record->owner), numbers.all,
                                                       numbers.count, error)
                           : DMH_OK;
    free (numbers.all);
    return rc;
}

int job_files_note (store_t *self, const struct job_record *record, const struct input *input,
                    const struct options *options, struct error *error)
{
    struct store_job job = {.record = *record};    //  borrowed
    if (input)
        job.input = *input;
    if (options)
        job.options = *options;
    if (!uri_is_stored (record->result))
        job.record.outputs_count = 0;
    return s_note (self, &job, error);
}

int store_note_brought (store_t *self, const struct job_record *record, struct error *error)
{
    return s_note (self, &(struct store_job){.record = *record}, error);
}

//  Those of an earlier version, one after the other, with all outputs, as nothing says which were brought.
struct bringing_up {
    store_t *store;
    uint64_t last;
    size_t count;
    struct error *error;
};

static int s_bring_up (void *context, const struct store_job *job)
{
    struct bringing_up *self = context;
    self->last = job->sequence;
    self->count++;
    return s_note (self->store, job, self->error);
}

int job_files_bring_up (store_t *self, struct error *error)
{
    struct bringing_up jobs = {.store = self, .last = self->noted_to, .error = error};
    bool noted = false;
    int rc = self->driver->files_noted (self, &noted, error);
    for (uint64_t before = UINT64_MAX; rc == DMH_OK && !noted && jobs.last != before;) {
        before = jobs.last;
        rc = store_begin (self, error);
        if (rc == DMH_OK)
            rc = store_each (self, before, JOBS_AT_ONCE, s_bring_up, &jobs, error);
        if (rc == DMH_OK && jobs.last == before)
            rc = self->driver->set_files_noted (self, error);
        if (rc == DMH_OK)
            rc = store_commit (self, error);
        if (rc == DMH_OK)
            self->noted_to = jobs.last;
    }
    self->unnoted = rc != DMH_OK;
    if (self->unnoted)
        store_abandon (self);
    else if (jobs.count)
        log_event (LOG_LEVEL_INFO, "store.files_noted", NULL, NULL, LOG_NUMBER ("jobs", jobs.count), NULL);
    return rc;
}

static int s_is_it (void *context, const char *sha256)
{
    return strcmp (context, sha256) == 0;
}

//  Whether the job itself says so, and not only the number of one of its files or what it was before it was
//  retried.
static int s_names (store_t *self, const char *id, const char *sha256, bool *out, struct error *error)
{
    struct store_job job;
    int rc = store_find (self, id, &job, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_OK : rc;
    *out = store_files_of (&job, s_is_it, (void *) (uintptr_t) sha256) != 0;
    store_job_clear (&job);
    return DMH_OK;
}

int store_names_file (store_t *self, const char *sha256, const char *key, store_is_passed *passed,
                      void *context, bool *out, struct error *error)
{
    struct store_file_use uses[USES_AT_ONCE],
        after = {.key = key ? s_number (key) : INT64_MIN, .sequence = 0};
    size_t count = USES_AT_ONCE;
    int rc = self->unnoted ? job_files_bring_up (self, error) : DMH_OK;
    for (*out = false; rc == DMH_OK && !*out && count == USES_AT_ONCE; after = uses[USES_AT_ONCE - 1]) {
        count = 0;
        rc = self->driver->file_uses (self, s_number (sha256), key != NULL, &after, USES_AT_ONCE, uses,
                                      &count, error);
        for (size_t i = 0; rc == DMH_OK && !*out && i < count; i++)
            if (!passed (context, uses[i].job))
                rc = s_names (self, uses[i].job, sha256, out, error);
    }
    return rc;
}
