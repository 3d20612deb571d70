//  actions.c: what is done to a job: cancel, try again, remove.
#include "client/gateway/calls/calls.h"
#include "client/gateway/jobs/job_document.h"
#include "client/gateway/jobs/open_jobs.h"

#include <czmq.h>

static void s_done (struct call *call, unsigned status, int rc, void *answer, const struct error *error)
{
    const struct job_state_reply *reply = answer;
    if (rc != DMH_OK)
        call_fail (call, error);
    else {
        json_writer_t *json = json_writer_new (false);
        if (json)
            job_document_open (json, NULL, &reply->job);
        call_reply_json (call, status, &json);
    }
    call_finish (call);
}

static void s_changed (void *context, int rc, void *answer, const struct error *error)
{
    s_done (context, MHD_HTTP_OK, rc, answer, error);
}

//  It is gone when it is not found any more.
static void s_removed (void *context, int rc, void *answer, const struct error *error)
{
    s_done (context, MHD_HTTP_ACCEPTED, rc, answer, error);
}

static void s_ask (struct call *call, const struct shape *shape, exchange_answer_fn *answer)
{
    struct job_request request = {.request = ""};
    memcpy (request.correlation, call->correlation, sizeof request.correlation);
    memcpy (request.on_behalf_of, call->caller, sizeof request.on_behalf_of);
    if (snprintf (request.job, sizeof request.job, "%s", call->parts[0]) < (int) sizeof request.job) {
        call_ask (call, shape, &request, &job_state_reply_shape, answer);
        return;
    }
    call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND), "there is no job with so long an id");
    call_finish (call);
}

void call_cancel_job (struct call *call)
{
    s_ask (call, &cancel_shape, s_changed);
}

static void s_retry (struct call *call)
{
    s_ask (call, &retry_shape, s_changed);
}

void call_retry_job (struct call *call)
{
    open_jobs_check (call, 1, s_retry);
}

void call_remove_job (struct call *call)
{
    s_ask (call, &remove_shape, s_removed);
}
