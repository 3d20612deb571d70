//  event_stream_test.c: what becomes of events that a client has yet to read is counted.
#include "client/gateway/jobs/event_stream.h"

#include "client/gateway/context.h"
#include "messages/base/metrics.h"

#include <criterion/criterion.h>

static void s_expect (const char *what, const char *count)
{
    char *text = NULL, line[96];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("gateway", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "\ndmh_gateway_%s %s\n", what, count);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    free (text);
}

Test (event_stream, a_later_event_replaces_one_of_its_job_and_too_many_jobs_are_dropped, .timeout = 60)
{
    struct error error = {.code = DMH_OK};
    exchange_t *exchange = exchange_new ("inproc://nobody", NULL, &error);
    cr_assert_not_null (exchange, "%s", error.text);
    struct gateway gateway = {.exchange = exchange};
    const struct call call = {.gateway = &gateway};
    event_stream_t *stream = event_stream_new (&call, "");
    cr_assert_not_null (stream);
    s_expect ("event_streams", "1");
    struct event event = {.state = "running"};
    for (int i = 0; i < EVENT_STREAM_JOBS_MAX; i++) {
        snprintf (event.job, sizeof event.job, "%d", i);
        event_stream_begin (stream, &event);
    }
    s_expect ("events_total{became=\"replaced\"}", "0");
    s_expect ("events_total{became=\"dropped\"}", "0");
    event_stream_begin (stream, &event);
    s_expect ("events_total{became=\"replaced\"}", "1");
    snprintf (event.job, sizeof event.job, "another");
    event_stream_begin (stream, &event);
    s_expect ("events_total{became=\"dropped\"}", "1");
    event_stream_destroy (&stream);
    s_expect ("event_streams", "0");
    exchange_destroy (&exchange);
}
