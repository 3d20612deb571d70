//  jobs.c: the list of jobs, and one of them.
#include "client/gateway/calls/calls.h"
#include "client/gateway/http/byte_range.h"
#include "client/gateway/jobs/job_document.h"
#include "messages/request.h"

#include <czmq.h>

enum { LIMIT_MOST = 64, LIMIT_USUAL = 32 };

//  A text of the query into out [size]; where it is longer, no job can have it.
static bool s_text (const struct call *call, const char *name, char *out, size_t size)
{
    const char *text = call_query (call, name);
    if (text && strlen (text) >= size)
        return false;
    if (text)
        snprintf (out, size, "%s", text);
    return true;
}

//  Those of another kind are passed over here, as the broker asks for states alone.
static void s_listed (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    const struct jobs *jobs = answer;
    const char *kind = call_query (call, "kind");
    json_writer_t *json = rc == DMH_OK ? json_writer_new (false) : NULL;
    if (rc != DMH_OK) {
        call_fail (call, error);
        call_finish (call);
        return;
    }
    if (json) {
        json_writer_object (json, NULL);
        json_writer_array (json, "jobs");
        for (size_t i = 0; i < jobs->jobs_count; i++)
            if (!kind || streq (kind, jobs->jobs[i].kind)) {
                job_document_open (json, NULL, &jobs->jobs[i]);
                json_writer_close (json);
            }
        json_writer_close (json);
        json_writer_string (json, "next",
                            jobs->more && jobs->jobs_count ? jobs->jobs[jobs->jobs_count - 1].job : NULL);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
    call_finish (call);
}

void call_list_jobs (struct call *call)
{
    struct list list = {.request = ""};
    struct error error = {.code = DMH_OK};
    enum job_state state;
    memcpy (list.correlation, call->correlation, sizeof list.correlation);
    memcpy (list.on_behalf_of, call->caller, sizeof list.on_behalf_of);
    int rc = call_query_number (call, "limit", 1, LIMIT_MOST, LIMIT_USUAL, &list.limit, &error);
    if (rc == DMH_OK && (!s_text (call, "state", list.state, sizeof list.state) ||
                         (*list.state && job_state_of (list.state, &state) != DMH_OK)))
        rc = error_set (&error, DMH_MALFORMED, "state takes queued, running, done, failed or cancelled");
    if (rc == DMH_OK && (!s_text (call, "after", list.after, sizeof list.after) ||
                         !s_text (call, "batch", list.batch, sizeof list.batch)))
        rc = error_set (&error, DMH_NOT_FOUND, "there is no job or batch with so long a name");
    if (rc == DMH_OK) {
        call_ask (call, &list_shape, &list, &jobs_shape, s_listed);
        return;
    }
    call_fail (call, &error);
    call_finish (call);
}

static void s_shown (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    const struct job_state_reply *reply = answer;
    char tag[JOB_TAG_BYTES];
    if (rc != DMH_OK)
        call_fail (call, error);
    else {
        const char *known = call_request_header (call, MHD_HTTP_HEADER_IF_NONE_MATCH);
        job_document_tag (&reply->job, tag);
        if (known && (byte_range_has_tag (known, tag) || streq (known, "*")))
            call_reply (call, MHD_HTTP_NOT_MODIFIED, NULL, "", 0);
        else {
            json_writer_t *json = json_writer_new (false);
            if (json)
                job_document_open (json, NULL, &reply->job);
            call_reply_json (call, MHD_HTTP_OK, &json);
        }
        call_header (call, MHD_HTTP_HEADER_ETAG, tag);
        call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
    }
    call_finish (call);
}

void call_show_job (struct call *call)
{
    struct job_request status = {.request = ""};
    memcpy (status.correlation, call->correlation, sizeof status.correlation);
    memcpy (status.on_behalf_of, call->caller, sizeof status.on_behalf_of);
    if (snprintf (status.job, sizeof status.job, "%s", call->parts[0]) < (int) sizeof status.job) {
        call_ask (call, &status_shape, &status, &job_state_reply_shape, s_shown);
        return;
    }
    call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND), "there is no job with so long an id");
    call_finish (call);
}
