//  calls.h: what each path does: a handler a call, by its subject in a file of that name. Handlers translate:
//  from a request into the broker's protocol and from its answer back; they hold no state between calls.
#ifndef DMH_CLIENT_GATEWAY_CALLS_CALLS_H
#define DMH_CLIENT_GATEWAY_CALLS_CALLS_H

#include "client/gateway/jobs/question.h"

//  Every path, as openapi.json has them.
extern const struct route CALL_ROUTES[];
size_t call_route_count (void);

//  health.c
void call_healthz (struct call *call);
void call_readyz (struct call *call);
void call_metrics (struct call *call);
//  pages.c
void call_show_page (struct call *call);
void call_show_page_part (struct call *call);
void call_show_drawing_style (struct call *call);
//  drawings.c
void call_draw_flow (struct call *call);
//  openapi.c
void call_show_openapi (struct call *call);
//  session.c
void call_open_session (struct call *call);
void call_end_session (struct call *call);
//  jobs.c
void call_list_jobs (struct call *call);
void call_show_job (struct call *call);
//  submit.c
void call_submit (struct call *call);
//  actions.c
void call_cancel_job (struct call *call);
void call_retry_job (struct call *call);
void call_remove_job (struct call *call);
//  results.c
void call_show_report (struct call *call);
void call_list_files (struct call *call);
void call_show_file (struct call *call);
void call_show_file_of_kind (struct call *call);
//  records.c
void call_list_records (struct call *call);
void call_list_rejects (struct call *call);
//  events.c
void call_follow_job (struct call *call);
void call_follow_all (struct call *call);
//  workers.c
void call_list_workers (struct call *call);
void call_show_stats (struct call *call);
//  schemas.c
void call_inspect (struct call *call);
void call_list_schemas (struct call *call);
void call_show_schema (struct call *call);

#endif
