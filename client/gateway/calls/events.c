//  events.c: the events of a job until it has ended, and of all jobs that who asks may see.
#include "client/gateway/calls/calls.h"
#include "client/gateway/jobs/event_stream.h"

#include <czmq.h>

static void s_destroy (void *argument)
{
    event_stream_t *stream = argument;
    event_stream_destroy (&stream);
}

static void s_too_many (struct call *call)
{
    call_problem (call, MHD_HTTP_SERVICE_UNAVAILABLE, error_word (DMH_UNAVAILABLE),
                  "too many listen to events; try again later");
    call_finish (call);
}

//  From here on the response owns the stream.
static void s_send (struct call *call)
{
    event_stream_t *stream = call->work;
    struct MHD_Response *response = event_stream_response (&stream);
    call->work = stream;
    call_reply_with (call, MHD_HTTP_OK, response);
    if (response) {
        call_header (call, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
        call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
        call_header (call, MHD_HTTP_HEADER_CONNECTION, "close");    //  with the stream
        call_header (call, "X-Accel-Buffering", "no");              //  nginx passes on each event at once
    }
    call_finish (call);
}

static void s_state (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    const struct job_state_reply *reply = answer;
    char id[EVENT_ID_BYTES];
    enum job_state state;
    if (rc != DMH_OK) {
        call_fail (call, error);
        call_finish (call);
        return;
    }
    struct event event = event_of (&reply->job);
    const char *known = call_request_header (call, "Last-Event-ID");
    if (known && streq (known, event_stream_id (&event, false, id)) &&
        job_state_of (event.state, &state) == DMH_OK && job_state_ended (state)) {
        call_reply (call, MHD_HTTP_NO_CONTENT, NULL, "", 0);
        call_finish (call);
        return;
    }
    event_stream_go_on (call->work, known);
    event_stream_begin (call->work, &event);
    s_send (call);
}

//  It listens before it asks, so that nothing is missed in between.
void call_follow_job (struct call *call)
{
    struct job_request status = {.request = ""};
    memcpy (status.correlation, call->correlation, sizeof status.correlation);
    memcpy (status.on_behalf_of, call->caller, sizeof status.on_behalf_of);
    if (snprintf (status.job, sizeof status.job, "%s", call->parts[0]) >= (int) sizeof status.job) {
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND),
                      "there is no job with so long an id");
        call_finish (call);
        return;
    }
    call->work = event_stream_new (call, status.job);
    call->work_destroy = s_destroy;
    if (call->work)
        call_ask (call, &status_shape, &status, &job_state_reply_shape, s_state);
    else
        s_too_many (call);
}

void call_follow_all (struct call *call)
{
    call->work = event_stream_new (call, "");
    call->work_destroy = s_destroy;
    if (!call->work) {
        s_too_many (call);
        return;
    }
    event_stream_go_on (call->work, call_request_header (call, "Last-Event-ID"));
    s_send (call);
}
