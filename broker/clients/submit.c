//  submit.c: see submit.h.
#include "broker/clients/submit.h"

#include "messages/base/clock.h"
#include "messages/base/random.h"
#include "messages/uri.h"

enum {
    THREADS_MAX = 1024,
    BLOCK_BYTES_LEAST = 4096,
    BLOCK_BYTES_MOST = 4 * 1024 * 1024,
    RECORD_BYTES_MOST = 256 * 1024 * 1024
};

static bool s_is_hex (const char *text, size_t digits)
{
    return strlen (text) == digits && strspn (text, "0123456789abcdef") == digits;
}

static bool s_is_word (const char *text)
{
    return strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen (text);
}

//  A name is data for reports and folders, never a path; controls, also U+0080 to U+009F, would forge lines
//  on a terminal.
static bool s_is_name (const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char) *at < 0x20 || *at == 0x7f || *at == '/' ||
            ((unsigned char) *at == 0xc2 && (unsigned char) at[1] >= 0x80 && (unsigned char) at[1] < 0xa0))
            return false;
    return *text && strcmp (text, ".") != 0 && strcmp (text, "..") != 0;
}

static int s_check_input (const struct input *input, size_t place, struct error *error)
{
    char path[URI_BYTES];
    struct error why = {.code = DMH_OK};
    bool stored = uri_is_stored (input->uri);
    if (!stored && strncmp (input->uri, "file:///", 8) != 0)
        return error_set (error, DMH_MALFORMED, "the uri of input %zu is neither file:///… nor sha256:…",
                          place);
    if (stored && (!s_is_hex (input->uri + strlen ("sha256:"), HEX_BYTES - 1) ||
                   !streq (input->uri + strlen ("sha256:"), input->sha256)))
        return error_set (
            error, DMH_MALFORMED,
            "input %zu lies with the broker, so its uri and its sha256 say the same 64 hex digits", place);
    if (!stored && uri_to_path (input->uri, path, sizeof path, &why) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "the uri of input %zu is not right: %s", place, why.text);
    if (!s_is_name (input->name))
        return error_set (error, DMH_MALFORMED,
                          "the name of input %zu is empty, . or .., or holds / or a control character",
                          place);
    if (*input->origin && !streq (input->origin, ORIGIN_STDIN) &&
        uri_to_path (input->origin, path, sizeof path, &why) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "the origin of input %zu is neither file:///… nor -", place);
    if (*input->sha256 && !s_is_hex (input->sha256, HEX_BYTES - 1))
        return error_set (error, DMH_MALFORMED, "the sha256 of input %zu is not 64 hex digits in lower case",
                          place);
    return DMH_OK;
}

static int s_check_options (const struct options *options, struct error *error)
{
    if (!s_is_word (options->kind) || !s_is_word (options->format) || !s_is_word (options->date_order) ||
        !s_is_word (options->decimal) || !s_is_word (options->audit))
        return error_set (
            error, DMH_MALFORMED,
            "kind, format, date_order, decimal and audit are words of the letters a to z, digits, _ and -");
    if (*options->mapping_name && !s_is_name (options->mapping_name))
        return error_set (error, DMH_MALFORMED, "mapping_name is a path, or holds a control character");
    if (*options->schema_name && !s_is_name (options->schema_name))
        return error_set (error, DMH_MALFORMED, "schema_name is a path, or holds a control character");
    if (options->mapping_folder && options->mapping_folder[0] != '/')
        return error_set (error, DMH_MALFORMED, "mapping_folder is no absolute path");
    for (size_t i = 0; i < options->tables_count; i++)
        if (!s_is_hex (options->tables[i].sha256, HEX_BYTES - 1))
            return error_set (error, DMH_MALFORMED, "a table's sha256 is not 64 hex digits in lower case");
    if (options->threads > THREADS_MAX)
        return error_set (error, DMH_MALFORMED, "threads has to be 0 to %d", THREADS_MAX);
    if (options->block_bytes &&
        (options->block_bytes < BLOCK_BYTES_LEAST || options->block_bytes > BLOCK_BYTES_MOST))
        return error_set (error, DMH_MALFORMED, "block_bytes has to be 0 or %d to %d", BLOCK_BYTES_LEAST,
                          BLOCK_BYTES_MOST);
    if (options->record_bytes &&
        (options->record_bytes < BLOCK_BYTES_LEAST || options->record_bytes > RECORD_BYTES_MOST))
        return error_set (error, DMH_MALFORMED, "record_bytes has to be 0 or %d to %d", BLOCK_BYTES_LEAST,
                          RECORD_BYTES_MOST);
    if (options->time_limit > LIMIT_SECONDS_MOST || options->stall_seconds > LIMIT_SECONDS_MOST)
        return error_set (error, DMH_MALFORMED, "time_limit and stall_seconds have to be 0 to %d",
                          LIMIT_SECONDS_MOST);
    return DMH_OK;
}

static int s_check (const struct submit *submit, struct error *error)
{
    if (!*submit->submit_key)
        return error_set (error, DMH_MALFORMED, "a submission needs a submit_key");
    if (submit->inputs_count == 0)
        return error_set (error, DMH_MALFORMED, "a submission needs at least one input");
    if (*submit->correlation && !s_is_hex (submit->correlation, CORRELATION_BYTES - 1))
        return error_set (error, DMH_MALFORMED, "a correlation is 32 hex digits in lower case");
    int rc = s_check_options (&submit->options, error);
    for (size_t i = 0; rc == DMH_OK && i < submit->inputs_count; i++)
        rc = s_check_input (&submit->inputs[i], i + 1, error);
    return rc;
}

//  The correlation that a submission's jobs were given.
static int s_correlation (struct broker *self, const char *job, bool here, char out[CORRELATION_BYTES],
                          struct error *error)
{
    size_t count;
    const struct store_job *jobs = turn_opened (self->turn, &count);
    for (size_t i = 0; here && i < count; i++)
        if (streq (jobs[i].record.job, job))
            memcpy (out, jobs[i].record.correlation, CORRELATION_BYTES);
    if (here)
        return DMH_OK;
    struct store_job found;
    int rc = store_find (self->store, job, &found, error);
    if (rc == DMH_OK) {
        memcpy (out, found.record.correlation, CORRELATION_BYTES);
        store_job_clear (&found);
    }
    return rc;
}

//  The jobs of a submission that was made before, in an earlier turn or in this one: DMH_OK when answered,
//  DMH_NOT_FOUND when the key is new.
static int s_answer_again (struct client_request *request, const struct submit *submit, struct error *error)
{
    struct broker *self = request->broker;
    struct store_job_id *ids = NULL;
    size_t count = 0;
    int rc = turn_find_key (self->turn, request->owner, submit->submit_key, &ids, &count);
    bool here = rc == DMH_OK;
    if (!here)
        rc = store_find_key (self->store, request->owner, submit->submit_key, &ids, &count, error);
    if (rc != DMH_OK)
        return rc;
    struct job_id jobs[INPUTS_MAX];
    struct accepted accepted = {.jobs = jobs, .jobs_count = count};
    memcpy (accepted.request, submit->request, sizeof accepted.request);
    for (size_t i = 0; i < count; i++)
        memcpy (jobs[i].job, ids[i].job, sizeof jobs[i].job);
    free (ids);
    rc = s_correlation (self, jobs[0].job, here, accepted.correlation, error);
    if (rc != DMH_OK)
        return rc == DMH_NOT_FOUND ? DMH_INTERNAL : rc;
    return here ? turn_send_opened (self->turn, self->front, request->identity, &accepted_shape, &accepted,
                                    submit->request, error)
                : turn_send (self->turn, self->front, request->identity, &accepted_shape, &accepted, error);
}

static int s_add_job (struct client_request *request, const struct submit *submit, size_t place,
                      const char *correlation, struct job_id *id, struct error *error)
{
    struct store_job job = {.place = place};
    bool copied = options_copy (&submit->options, &job.options);
    job.input = submit->inputs[place];
    memcpy (job.submit_key, submit->submit_key, sizeof job.submit_key);
    random_job_id (job.record.job);
    memcpy (id->job, job.record.job, sizeof id->job);
    memcpy (job.record.correlation, correlation, CORRELATION_BYTES);
    memcpy (job.record.name, job.input.name, sizeof job.record.name);
    memcpy (job.record.owner, request->owner, sizeof job.record.owner);
    job_state_set (job.record.state, JOB_QUEUED);
    job.record.bytes_total = job.input.bytes;
    job.record.submitted_at = clock_wall_ms ();
    if (copied && turn_add (request->broker->turn, &job) == 0)
        return DMH_OK;
    store_job_clear (&job);
    return error_set (error, DMH_UNAVAILABLE, "the broker is out of memory; try again later");
}

static int s_add_jobs (struct client_request *request, const struct submit *submit, struct error *error)
{
    struct broker *self = request->broker;
    size_t open = dispatcher_open_count (self->dispatcher) + turn_opens (self->turn);
    if (open + submit->inputs_count > self->queue_max)
        return error_set (error, DMH_UNAVAILABLE, "the queue is full (%zu of %zu jobs); try again later",
                          open, self->queue_max);
    uint64_t bytes = 0;
    for (size_t i = 0; i < submit->inputs_count; i++)
        bytes += submit->inputs[i].bytes < UINT64_MAX - bytes ? submit->inputs[i].bytes : UINT64_MAX - bytes;
    int rc = quota_check (self->quota, request->client, submit->inputs_count, bytes, error);
    if (rc != DMH_OK)
        return rc;
    struct job_id jobs[INPUTS_MAX];
    struct accepted accepted = {.jobs = jobs, .jobs_count = submit->inputs_count};
    memcpy (accepted.request, submit->request, sizeof accepted.request);
    if (*submit->correlation)
        memcpy (accepted.correlation, submit->correlation, sizeof accepted.correlation);
    else
        random_hex (accepted.correlation, CORRELATION_BYTES - 1);
    size_t added = 0;
    for (; rc == DMH_OK && added < submit->inputs_count; added += rc == DMH_OK)
        rc = s_add_job (request, submit, added, accepted.correlation, &jobs[added], error);
    if (rc == DMH_OK)
        rc = turn_send_opened (self->turn, self->front, request->identity, &accepted_shape, &accepted,
                               submit->request, error);
    if (rc != DMH_OK)
        turn_take_back (self->turn, added);
    for (size_t i = 0; rc == DMH_OK && i < added; i++)
        quota_take (self->quota, request->client, jobs[i].job, submit->inputs[i].bytes);
    return rc;
}

int submit_take (struct client_request *request, const void *message, struct error *error)
{
    const struct submit *submit = message;
    struct error before = {.code = DMH_OK};
    int rc = s_check (submit, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_answer_again (request, submit, &before);
    if (rc == DMH_NOT_FOUND)
        return s_add_jobs (request, submit, error);
    return rc == DMH_OK ? rc : error_set (error, rc, "%s", before.text);
}
