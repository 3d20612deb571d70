//  routes.c: see calls.h.
#include "client/gateway/calls/calls.h"

const struct route CALL_ROUTES[] = {
    {"GET", "/healthz", call_healthz, CALL_OPEN, false},
    {"GET", "/readyz", call_readyz, CALL_OPEN, false},
    {"GET", "/metrics", call_metrics, CALL_ADMIN, false},
    {"GET", "/api/v1/jobs", call_list_jobs, CALL_READ, false},
    {"POST", "/api/v1/jobs", call_submit, CALL_SUBMIT, true},
    {"GET", "/api/v1/jobs/{job}", call_show_job, CALL_READ, false},
    {"DELETE", "/api/v1/jobs/{job}", call_remove_job, CALL_SUBMIT, false},
    {"POST", "/api/v1/jobs/{job}/cancel", call_cancel_job, CALL_SUBMIT, false},
    {"POST", "/api/v1/jobs/{job}/retry", call_retry_job, CALL_SUBMIT, false},
    {"GET", "/api/v1/jobs/{job}/report", call_show_report, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/files", call_list_files, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/files/{name}", call_show_file, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/records", call_list_records, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/rejects", call_list_rejects, CALL_READ, false},
};

size_t call_route_count (void)
{
    return sizeof CALL_ROUTES / sizeof *CALL_ROUTES;
}

void call_ask (struct call *call, const struct shape *request, void *message, const struct shape *shape,
               exchange_answer_fn *answer)
{
    struct error error = {.code = DMH_OK};
    if (exchange_ask (call->gateway->exchange, request, message, shape, answer, call, &error) == DMH_OK)
        return;
    call_fail (call, &error);
    call_finish (call);
}
