//  submit.c: POST /jobs: when the files are here and may become jobs, a task leaves them with the broker's
//  files service, then the exchange submits; where jobs were there before, it is looked at whether they are
//  of the same request.
#include "client/gateway/calls/calls.h"
#include "client/gateway/jobs/open_jobs.h"
#include "client/gateway/jobs/submission.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"

#include <czmq.h>

//  What goes on from one answer of the broker to the next.
struct work {
    submission_t *submission;
    size_t asked;    //  jobs whose state is known
};

static void s_destroy (void *argument)
{
    struct work *work = argument;
    submission_destroy (&work->submission);
    free (work);
}

static void s_fail (struct call *call, const struct error *error)
{
    call_fail (call, error);
    call_finish (call);
}

static void s_answer (struct call *call)
{
    struct work *work = call->work;
    submission_t *submission = work->submission;
    char location[64];
    const char *batch = *submission_batch (submission) ? submission_batch (submission) : NULL;
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "batch", batch);
        json_writer_string (json, "correlation_id", submission_correlation (submission));
        json_writer_array (json, "jobs");
        for (size_t i = 0; i < submission_count (submission); i++) {
            const struct submission_job *job = submission_job (submission, i);
            const struct upload_file *file = upload_file (call->upload, job->file);
            json_writer_object (json, NULL);
            json_writer_string (json, "id", job->id);
            json_writer_string (json, "job", job->id);
            json_writer_string (json, "name", file->name);
            json_writer_string (json, "state", job->state);
            json_writer_string (json, "kind", *job->kind ? job->kind : NULL);
            json_writer_number (json, "bytes_total", file->bytes);
            json_writer_string (json, "sha256", file->sha256);
            json_writer_close (json);
        }
        json_writer_close (json);
    }
    metrics_observe (METRIC_GATEWAY_SUBMIT_SECONDS, (uint64_t) (clock_mono_us () - call->whole_at));
    call_reply_json (call, MHD_HTTP_ACCEPTED, &json);
    snprintf (location, sizeof location,
              submission_count (submission) > 1 ? "/api/v1/jobs?batch=%s" : "/api/v1/jobs/%s",
              submission_count (submission) > 1 ? batch : submission_job (submission, 0)->id);
    call_header (call, MHD_HTTP_HEADER_LOCATION, location);
    call_finish (call);
}

static void s_another (struct call *call)
{
    call_problem (
        call, MHD_HTTP_UNPROCESSABLE_CONTENT, error_word (DMH_CONFLICT),
        "this Idempotency-Key came with other files or options before; another request needs another key");
    call_finish (call);
}

static void s_ask_state (struct call *call);

static void s_state (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    struct work *work = call->work;
    const struct job_record *record = &((struct job_state_reply *) answer)->job;
    if (rc == DMH_OK && !submission_has_job (work->submission, work->asked, record)) {
        s_another (call);
        return;
    }
    if (rc == DMH_OK)
        memcpy (submission_job (work->submission, work->asked)->state, record->state, sizeof record->state);
    if (rc == DMH_UNAVAILABLE) {
        s_fail (call, error);
        return;
    }
    work->asked++;    //  one that has left meanwhile is as it was
    s_ask_state (call);
}

//  Of jobs that were there before.
static void s_ask_state (struct call *call)
{
    struct work *work = call->work;
    struct job_request status = {.request = ""};
    if (work->asked == submission_count (work->submission)) {
        s_answer (call);
        return;
    }
    memcpy (status.job, submission_job (work->submission, work->asked)->id, sizeof status.job);
    memcpy (status.correlation, call->correlation, sizeof status.correlation);
    memcpy (status.on_behalf_of, call->caller, sizeof status.on_behalf_of);
    call_ask (call, &status_shape, &status, &job_state_reply_shape, s_state);
}

static void s_batch (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    struct work *work = call->work;
    const struct batch_reply *reply = answer;
    if (rc != DMH_OK)
        s_fail (call, error);
    else if (!submission_has_batch (work->submission, &reply->batch))
        s_another (call);
    else
        s_ask_state (call);
}

//  All jobs were accepted.
static void s_accepted_all (struct call *call)
{
    struct work *work = call->work;
    struct batch_request batch = {.request = ""};
    if (!submission_is_known (work->submission)) {
        s_answer (call);
        return;
    }
    if (!*submission_batch (work->submission)) {
        s_ask_state (call);
        return;
    }
    snprintf (batch.batch, sizeof batch.batch, "%s", submission_batch (work->submission));
    memcpy (batch.correlation, call->correlation, sizeof batch.correlation);
    memcpy (batch.on_behalf_of, call->caller, sizeof batch.on_behalf_of);
    call_ask (call, &batch_request_shape, &batch, &batch_reply_shape, s_batch);
}

static void s_accepted (void *context, int rc, void *answer, const struct error *error);

static void s_submit (struct call *call)
{
    struct work *work = call->work;
    struct submit *submit = malloc (sizeof *submit);
    struct error error = {.code = DMH_OK};
    if (!submit) {
        error_set (&error, DMH_INTERNAL, "out of memory");
        s_fail (call, &error);
    } else if (submission_next (work->submission, submit))
        call_ask (call, &submit_shape, submit, &accepted_shape, s_accepted);
    else
        s_accepted_all (call);
    free (submit);
}

static void s_accepted (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    struct work *work = call->work;
    struct error why = {.code = DMH_OK};
    if (rc == DMH_CONFLICT && call_request_header (call, "Idempotency-Key")) {
        s_another (call);
        return;
    }
    if (rc == DMH_OK && submission_accept (work->submission, answer, &why) != DMH_OK)
        error = &why;
    if (rc != DMH_OK || why.code != DMH_OK)
        s_fail (call, error);
    else
        s_submit (call);
}

//  In a task: the files go to the broker.
static void s_leave_files (void *context, bool stopping)
{
    struct call *call = context;
    const struct gateway *gateway = call->gateway;
    struct error error = {.code = DMH_OK};
    int rc = stopping ? error_set (&error, DMH_UNAVAILABLE, "the gateway ends; try again later") : DMH_OK;
    transfer_t *transfer = rc == DMH_OK ? transfer_pool_take (gateway->transfers, &error) : NULL;
    for (size_t i = 0; transfer && rc == DMH_OK && i < upload_file_count (call->upload); i++) {
        const struct upload_file *file = upload_file (call->upload, i);
        rc = transfer_put (transfer, file->fd, file->sha256, file->bytes, &error);
        metrics_add (rc == DMH_OK ? METRIC_GATEWAY_UPLOADS : METRIC_GATEWAY_UPLOAD_ERRORS, 0, 1);
        metrics_add (METRIC_GATEWAY_UPLOAD_BYTES, 0, rc == DMH_OK ? file->bytes : 0);
    }
    transfer_pool_give (gateway->transfers, &transfer, rc == DMH_OK);
    if (error.code != DMH_OK)
        s_fail (call, &error);
    else
        s_submit (call);
}

static void s_add_task (struct call *call)
{
    struct error error = {.code = DMH_OK};
    if (tasks_add (call->gateway->sending, s_leave_files, call, call->caller, &error) != DMH_OK)
        s_fail (call, &error);
}

void call_submit (struct call *call)
{
    struct error error = {.code = DMH_OK};
    struct work *work = calloc (1, sizeof *work);
    call->work = work;
    call->work_destroy = work ? s_destroy : NULL;
    if (work)
        work->submission =
            submission_new (call->upload, &call->target, call_request_header (call, "Idempotency-Key"),
                            call->caller, call->correlation, &error);
    else
        error_set (&error, DMH_INTERNAL, "out of memory");
    if (!work || error.code != DMH_OK)
        s_fail (call, &error);
    else
        open_jobs_check (call, submission_count (work->submission), s_add_task);
}
