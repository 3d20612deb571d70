//  workers.c: the workers of the broker, and what it counts.
#include "client/gateway/calls/calls.h"
#include "messages/job_json.h"

#include <stdio.h>
#include <string.h>

static void s_ask (struct call *call, const struct shape *request, const char *after,
                   const struct shape *shape, exchange_answer_fn *answer)
{
    struct bare_request bare = {.request = ""};
    memcpy (bare.correlation, call->correlation, sizeof bare.correlation);
    memcpy (bare.on_behalf_of, call->caller, sizeof bare.on_behalf_of);
    snprintf (bare.after, sizeof bare.after, "%s", after);
    call_ask (call, request, &bare, shape, answer);
}

static void s_destroy (void *work)
{
    json_writer_t *json = work;
    json_writer_destroy (&json);
}

//  The document begins with the first page and is the call's until the last one has come.
static json_writer_t *s_document (struct call *call)
{
    json_writer_t *json = call->work;
    if (!json && (json = json_writer_new (false))) {
        json_writer_object (json, NULL);
        json_writer_array (json, "workers");
        call->work = json;
        call->work_destroy = s_destroy;
    }
    return json;
}

static void s_workers (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    const struct worker_list *list = answer;
    json_writer_t *json = rc == DMH_OK ? s_document (call) : NULL;
    for (size_t i = 0; json && i < list->workers_count; i++) {
        json_writer_object (json, NULL);
        job_json_worker (json, &list->workers[i]);
        json_writer_close (json);
    }
    if (json && list->more && list->workers_count) {
        s_ask (call, &workers_shape, list->workers[list->workers_count - 1].worker, &worker_list_shape,
               s_workers);
        return;
    }
    if (rc != DMH_OK)
        call_fail (call, error);
    else {
        call->work = NULL;
        if (json)
            json_writer_close (json);
        call_reply_json (call, MHD_HTTP_OK, &json);
    }
    call_finish (call);
}

void call_list_workers (struct call *call)
{
    s_ask (call, &workers_shape, "", &worker_list_shape, s_workers);
}

static void s_counters (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    if (rc != DMH_OK)
        call_fail (call, error);
    else {
        json_writer_t *json = json_writer_new (false);
        if (json) {
            json_writer_object (json, NULL);
            job_json_counters (json, answer);
        }
        call_reply_json (call, MHD_HTTP_OK, &json);
    }
    call_finish (call);
}

void call_show_stats (struct call *call)
{
    s_ask (call, &stats_shape, "", &counters_shape, s_counters);
}
