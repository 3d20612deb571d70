//  routes.c: see calls.h.
#include "client/gateway/calls/calls.h"

const struct route CALL_ROUTES[] = {
    {"GET", "/healthz", call_healthz, CALL_OPEN, false},
    {"GET", "/readyz", call_readyz, CALL_OPEN, false},
    {"GET", "/metrics", call_metrics, CALL_LOCAL, false},
    {"GET", "/", call_show_page, CALL_OPEN, false},
    {"GET", "/web/{name}", call_show_page_part, CALL_OPEN, false},
    {"GET", "/web/{folder}/{name}", call_show_page_part, CALL_OPEN, false},
    {"GET", "/drawings/style.css", call_show_drawing_style, CALL_OPEN, false},
    {"GET", "/drawings/flow.svg", call_draw_flow, CALL_OPEN, false},
    {"POST", "/api/v1/session", call_open_session, CALL_READ, false},
    {"DELETE", "/api/v1/session", call_end_session, CALL_OPEN, false},
    {"GET", "/api/v1/openapi.json", call_show_openapi, CALL_OPEN, false},
    {"GET", "/api/v1/jobs", call_list_jobs, CALL_READ, false},
    {"POST", "/api/v1/jobs", call_submit, CALL_SUBMIT, true},
    {"GET", "/api/v1/jobs/{job}", call_show_job, CALL_READ, false},
    {"DELETE", "/api/v1/jobs/{job}", call_remove_job, CALL_SUBMIT, false},
    {"POST", "/api/v1/jobs/{job}/cancel", call_cancel_job, CALL_SUBMIT, false},
    {"POST", "/api/v1/jobs/{job}/retry", call_retry_job, CALL_SUBMIT, false},
    {"GET", "/api/v1/jobs/{job}/report", call_show_report, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/files", call_list_files, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/files/{name}", call_show_file, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/files/{kind}/{name}", call_show_file_of_kind, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/records", call_list_records, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/rejects", call_list_rejects, CALL_READ, false},
    {"GET", "/api/v1/jobs/{job}/events", call_follow_job, CALL_READ, false},
    {"GET", "/api/v1/events", call_follow_all, CALL_READ, false},
    {"GET", "/api/v1/workers", call_list_workers, CALL_READ, false},
    {"GET", "/api/v1/stats", call_show_stats, CALL_READ, false},
    {"POST", "/api/v1/inspect", call_inspect, CALL_SUBMIT, true},
    {"GET", "/api/v1/schemas", call_list_schemas, CALL_READ, false},
    {"GET", "/api/v1/schemas/{kind}", call_show_schema, CALL_READ, false},
};

size_t call_route_count (void)
{
    return sizeof CALL_ROUTES / sizeof *CALL_ROUTES;
}
