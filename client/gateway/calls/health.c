//  health.c: whether the gateway lives and its broker answers, and what it has counted of itself.
#include "client/gateway/calls/calls.h"

#include "messages/base/metrics.h"
#include "messages/version.h"

#include <stdlib.h>
#include <string.h>

static void s_say (struct call *call, const char *status)
{
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "status", status);
        json_writer_string (json, "version", DMH_VERSION);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
    call_finish (call);
}

void call_healthz (struct call *call)
{
    s_say (call, "alive");
}

void call_readyz (struct call *call)
{
    if (exchange_is_ready (call->gateway->exchange)) {
        s_say (call, "ready");
        return;
    }
    call_problem (call, MHD_HTTP_SERVICE_UNAVAILABLE, error_word (DMH_UNAVAILABLE), "no broker answers");
    call_finish (call);
}

void call_metrics (struct call *call)
{
    static const char OPENMETRICS[] = "application/openmetrics-text";
    const char *accept = call_request_header (call, MHD_HTTP_HEADER_ACCEPT);
    bool open = accept && strstr (accept, OPENMETRICS);
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    if (to) {
        metrics_write ("gateway", DMH_VERSION, open ? METRICS_OPENMETRICS : METRICS_PROMETHEUS, to);
        fclose (to);
    }
    call_reply (call, MHD_HTTP_OK,
                open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                     : "text/plain; version=0.0.4; charset=utf-8",
                text ? text : "", n);
    free (text);
    call_finish (call);
}
