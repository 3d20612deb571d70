//  submission.c: see submission.h. A request with an Idempotency-Key is a batch whatever its size, whose
//  submit_key is made of the key alone and whose name of all that is asked for: so any gateway sees that the
//  same key came with something else.
#include "client/gateway/jobs/submission.h"

#include "client/gateway/jobs/job_options.h"
#include "messages/base/digest.h"
#include "messages/base/random.h"
#include "messages/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SUBMIT_BYTES = BODY_BYTES_MAX - 2048,    //  of the inputs of one
    INPUT_OVERHEAD = 96
};

struct submission {
    const upload_t *upload;
    struct arguments arguments;
    struct submission_job *jobs;
    size_t count, sent, accepted;
    struct input inputs[INPUTS_MAX];    //  of the last SUBMIT
    char key[ID_BYTES], correlation[CORRELATION_BYTES], caller[OWNER_NAME_BYTES], name[NAME_BYTES],
        batch[ID_BYTES];
    bool in_batch, with_key, known;
};

static int s_plan (submission_t *self, struct error *error)
{
    size_t files = upload_file_count (self->upload);
    size_t kinds = self->arguments.kind_count > 1 ? self->arguments.kind_count : 1;
    if (!files)
        return error_set (error, DMH_MALFORMED, "there is no part called file with a filename");
    self->jobs = calloc (files * kinds, sizeof *self->jobs);
    if (!self->jobs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t k = 0; k < kinds; k++)
        for (size_t i = 0; i < files; i++) {
            struct submission_job *job = &self->jobs[self->count++];
            job->file = i;
            job->kind =
                self->arguments.kind_count > 1 ? self->arguments.kinds[k] : self->arguments.options.kind;
            job_state_set (job->state, JOB_QUEUED);
        }
    return DMH_OK;
}

//  Of all that is asked for. DMH_INTERNAL: out of memory.
static int s_digest (const submission_t *self, char out[DIGEST_HEX_BYTES], struct error *error)
{
    void *body = NULL;
    size_t n = 0;
    digest_t *digest = digest_new ();
    int rc = digest ? shape_encode (&options_shape, &self->arguments.options, &body, &n, error)
                    : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        digest_update (digest, body, n);
        digest_update (digest, self->name, strlen (self->name) + 1);
        for (size_t i = 0; i < self->count; i++) {
            const struct upload_file *file = upload_file (self->upload, self->jobs[i].file);
            digest_update (digest, file->name, strlen (file->name) + 1);
            digest_update (digest, file->sha256, strlen (file->sha256) + 1);
            digest_update (digest, self->jobs[i].kind, strlen (self->jobs[i].kind) + 1);
        }
        digest_hex (digest, out);
    }
    free (body);
    digest_destroy (&digest);
    return rc;
}

//  The submit_key, and the batch's name where its key gives it one.
static int s_name (submission_t *self, const char *key, struct error *error)
{
    char hex[DIGEST_HEX_BYTES], text[OWNER_NAME_BYTES + 512];
    int rc = s_digest (self, hex, error);
    self->with_key = key != NULL;
    self->in_batch = key || *self->name || self->count > 1;
    if (rc == DMH_OK && key && (!*key || strlen (key) > 255))
        rc = error_set (error, DMH_MALFORMED, "Idempotency-Key is 1 to 255 characters");
    if (rc != DMH_OK)
        return rc;
    if (key) {
        if (!*self->name)
            snprintf (self->name, sizeof self->name, "http-%.32s", hex);
        int n = snprintf (text, sizeof text, "%s\n%s", self->caller, key);
        snprintf (self->key, sizeof self->key, "http-%.32s", digest_of (text, (size_t) n, hex));
    } else if (*self->name)
        snprintf (self->key, sizeof self->key, "http-%.32s", hex);
    else
        random_hex (self->key, 32);
    return DMH_OK;
}

submission_t *submission_new (const upload_t *upload, const struct target *query, const char *key,
                              const char *caller, const char *correlation, struct error *error)
{
    submission_t *self = calloc (1, sizeof *self);
    int rc = self ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        self->upload = upload;
        snprintf (self->caller, sizeof self->caller, "%s", caller);
        snprintf (self->correlation, sizeof self->correlation, "%s", correlation);
        rc = job_options_read (&self->arguments, upload, query, self->name, error);
    }
    if (rc == DMH_OK)
        rc = s_plan (self, error);
    if (rc == DMH_OK)
        rc = s_name (self, key, error);
    if (rc != DMH_OK)
        submission_destroy (&self);
    return self;
}

void submission_destroy (submission_t **self_p)
{
    submission_t *self = *self_p;
    if (!self)
        return;
    arguments_clear (&self->arguments);
    free (self->jobs);
    free (self);
    *self_p = NULL;
}

size_t submission_count (const submission_t *self)
{
    return self->count;
}

struct submission_job *submission_job (submission_t *self, size_t at)
{
    return &self->jobs[at];
}

static void s_input (const struct upload_file *file, struct input *out)
{
    *out = (struct input){.bytes = file->bytes};
    uri_from_sha256 (file->sha256, out->uri);
    memcpy (out->name, file->name, sizeof out->name);
    memcpy (out->sha256, file->sha256, sizeof out->sha256);
}

bool submission_next (submission_t *self, struct submit *out)
{
    const struct options *options = &self->arguments.options;
    size_t bytes = (options->mapping ? strlen (options->mapping) : 0) +
                   (options->schema ? strlen (options->schema) : 0) + strlen (self->name);
    if (self->accepted == self->count)
        return false;
    self->sent = self->accepted;
    *out = (struct submit){.inputs = self->inputs, .options = *options};
    const char *kind = self->jobs[self->sent].kind;
    while (self->sent < self->count && out->inputs_count < INPUTS_MAX &&
           self->jobs[self->sent].kind == kind) {
        struct input *input = &self->inputs[out->inputs_count];
        s_input (upload_file (self->upload, self->jobs[self->sent].file), input);
        bytes += strlen (input->uri) + strlen (input->name) + HEX_BYTES + INPUT_OVERHEAD;
        if (out->inputs_count && bytes > SUBMIT_BYTES)
            break;
        out->inputs_count++;
        self->sent++;
    }
    snprintf (out->options.kind, sizeof out->options.kind, "%s", kind);
    memcpy (out->correlation, self->correlation, sizeof out->correlation);
    memcpy (out->submit_key, self->key, sizeof out->submit_key);
    memcpy (out->on_behalf_of, self->caller, sizeof out->on_behalf_of);
    if (self->in_batch) {
        out->total = self->count;
        out->at = self->accepted;
        memcpy (out->batch, self->name, sizeof out->batch);
    }
    return true;
}

int submission_accept (submission_t *self, const struct accepted *accepted, struct error *error)
{
    if (accepted->jobs_count != self->sent - self->accepted)
        return error_set (error, DMH_MALFORMED,
                          "the broker answered with another number of jobs than inputs");
    for (size_t i = 0; i < accepted->jobs_count; i++)
        memcpy (self->jobs[self->accepted + i].id, accepted->jobs[i].job, ID_BYTES);
    self->accepted = self->sent;
    self->known = self->known || accepted->known;
    memcpy (self->batch, accepted->batch, sizeof self->batch);
    if (*accepted->correlation)
        memcpy (self->correlation, accepted->correlation, sizeof self->correlation);
    return DMH_OK;
}

const char *submission_batch (const submission_t *self)
{
    return self->batch;
}

const char *submission_correlation (const submission_t *self)
{
    return self->correlation;
}

bool submission_is_known (const submission_t *self)
{
    return self->known;
}

bool submission_has_batch (const submission_t *self, const struct batch_record *batch)
{
    return !self->with_key || (strcmp (batch->name, self->name) == 0 && batch->total == self->count);
}

bool submission_has_job (const submission_t *self, size_t at, const struct job_record *record)
{
    const struct upload_file *file = upload_file (self->upload, self->jobs[at].file);
    return !self->with_key || (strcmp (record->name, file->name) == 0 && record->bytes_total == file->bytes);
}
