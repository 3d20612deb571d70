//  workers.c: the workers of the broker, and what it counts.
#include "client/gateway/calls/calls.h"
#include "messages/job_json.h"

#include <string.h>

static void s_ask (struct call *call, const struct shape *request, const struct shape *shape,
                   exchange_answer_fn *answer)
{
    struct bare_request bare = {.request = ""};
    memcpy (bare.correlation, call->correlation, sizeof bare.correlation);
    memcpy (bare.on_behalf_of, call->caller, sizeof bare.on_behalf_of);
    call_ask (call, request, &bare, shape, answer);
}

static void s_workers (void *context, int rc, void *answer, const struct error *error)
{
    struct call *call = context;
    const struct worker_list *list = answer;
    if (rc != DMH_OK)
        call_fail (call, error);
    else {
        json_writer_t *json = json_writer_new (false);
        if (json) {
            json_writer_object (json, NULL);
            json_writer_array (json, "workers");
            for (size_t i = 0; i < list->workers_count; i++) {
                json_writer_object (json, NULL);
                job_json_worker (json, &list->workers[i]);
                json_writer_close (json);
            }
            json_writer_close (json);
        }
        call_reply_json (call, MHD_HTTP_OK, &json);
    }
    call_finish (call);
}

void call_list_workers (struct call *call)
{
    s_ask (call, &workers_shape, &worker_list_shape, s_workers);
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
    s_ask (call, &stats_shape, &counters_shape, s_counters);
}
