//  submission.h: the jobs that a request asks for: its files and options as the broker's SUBMITs, one behind
//  the other. Pure: sends nothing.
#ifndef DMH_CLIENT_GATEWAY_JOBS_SUBMISSION_H
#define DMH_CLIENT_GATEWAY_JOBS_SUBMISSION_H

#include "client/arguments/arguments.h"
#include "client/gateway/http/target.h"
#include "client/gateway/http/upload.h"
#include "messages/batch.h"
#include "messages/request.h"

//  A job of it, in the order of the inputs.
struct submission_job {
    size_t file;         //  of the upload
    const char *kind;    //  empty: found
    char id[ID_BYTES];
    char state[WORD_BYTES];
};

typedef struct submission submission_t;

//  Reads the options that the fields of the body and the query give (those of the body win), and plans the
//  jobs. `upload` is borrowed. `key`: the header Idempotency-Key, or NULL; `caller`: on whose behalf. NULL
//  with `error` set: DMH_USAGE, DMH_MALFORMED (no file; a name that cannot be), DMH_TOO_LARGE, DMH_INTERNAL.
submission_t *submission_new (const upload_t *upload, const struct target *query, const char *key,
                              const char *caller, const char *correlation, struct error *error);
void submission_destroy (submission_t **self_p);    //  takes NULL

size_t submission_count (const submission_t *self);
struct submission_job *submission_job (submission_t *self, size_t at);

//  The next SUBMIT; false: all were taken. What it points to is borrowed until the next call.
bool submission_next (submission_t *self, struct submit *out);
//  The jobs of the last one were accepted. DMH_OK; DMH_MALFORMED: they are of another number.
int submission_accept (submission_t *self, const struct accepted *accepted, struct error *error);

//  The batch's id; empty: there is none (yet). Its correlation. Whether some of the jobs were there before.
const char *submission_batch (const submission_t *self);
const char *submission_correlation (const submission_t *self);
bool submission_is_known (const submission_t *self);

//  Whether a batch, or a job of it that was there before, is what this request asks for.
bool submission_has_batch (const submission_t *self, const struct batch_record *batch);
bool submission_has_job (const submission_t *self, size_t at, const struct job_record *record);

#endif
