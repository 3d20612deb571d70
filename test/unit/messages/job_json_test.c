//  job_json_test.c: jobs, events, workers and counters as --json and REST have them, member by member.
#include "messages/job_json.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  1700000000000 is 2023-11-14T22:13:20Z.
static const int64_t NOON = 1700000000000;
#define NOON_TEXT "\"2023-11-14T22:13:20.000Z\""

static json_writer_t *s_open (void)
{
    json_writer_t *json = json_writer_new (false);
    cr_assert_not_null (json);
    json_writer_object (json, NULL);
    return json;
}

static void s_expect (json_writer_t *json, const char *wanted)
{
    size_t n = 0;
    json_writer_close (json);
    const char *text = json_writer_text (json, &n);
    cr_assert_not_null (text);
    char *copy = strndup (text, n);
    cr_expect_str_eq (copy, wanted);
    free (copy);
    json_writer_destroy (&json);
}

#define ZEROS "{\"read\":0,\"written\":0,\"duplicates\":0,\"conflicts\":0,\"rejected\":0}"

Test (job_json, a_job_has_every_member_and_null_where_nothing_is_known)
{
    struct output outputs[] = {{"records.csv", 10, "ab", 3}, {"report.json", 20, "cd", 0}};
    struct job_record record = {.job = "j1",
                                .correlation = "c1",
                                .name = "labs.csv",
                                .place = "a/labs.csv",
                                .state = "done",
                                .kind = "lab_result",
                                .worker = "w1",
                                .host = "h1",
                                .attempt = 2,
                                .bytes_done = 5,
                                .bytes_total = 6,
                                .counts = {5, 1, 2, 1, 1},
                                .code = "io",
                                .message = "why",
                                .result = "file:///r",
                                .outputs = outputs,
                                .outputs_count = 2,
                                .submitted_at = NOON,
                                .started_at = NOON + 1000,
                                .finished_at = NOON + 2000,
                                .fetched_at = NOON + 3000,
                                .deaths = 1,
                                .owner = "anna",
                                .removal_at = NOON + 4000,
                                .removal_by = "root",
                                .removal_waits = true,
                                .batch = "b-1",
                                .position = 7,
                                .follows = 3,
                                .waits_for = 2,
                                .parts = 4,
                                .waiting = "nobody can"};
    json_writer_t *json = s_open ();
    job_json_record (json, &record);
    s_expect (
        json,
        "{\"job\":\"j1\",\"correlation_id\":\"c1\",\"name\":\"labs.csv\",\"place\":\"a/labs.csv\","
        "\"state\":\"done\",\"kind\":\"lab_result\",\"attempt\":2,\"deaths\":1,\"worker\":\"w1\","
        "\"host\":\"h1\",\"bytes_done\":5,\"bytes_total\":6,\"counts\":{\"read\":5,\"written\":1,"
        "\"duplicates\":2,\"conflicts\":1,\"rejected\":1},\"code\":\"io\",\"message\":\"why\","
        "\"result\":\"file:///r\",\"outputs\":[{\"name\":\"records.csv\",\"bytes\":10,\"sha256\":\"ab\","
        "\"records\":3},{\"name\":\"report.json\",\"bytes\":20,\"sha256\":\"cd\",\"records\":0}],"
        "\"submitted_at\":" NOON_TEXT ",\"started_at\":\"2023-11-14T22:13:21.000Z\","
        "\"finished_at\":\"2023-11-14T22:13:22.000Z\",\"fetched_at\":\"2023-11-14T22:13:23.000Z\","
        "\"owner\":\"anna\",\"removal_at\":\"2023-11-14T22:13:24.000Z\",\"removal_by\":\"root\","
        "\"removal_waits\":true,\"batch\":\"b-1\",\"position\":7,\"follows\":3,\"waits_for\":2,\"parts\":4,"
        "\"waiting\":"
        "\"nobody can\"}");
    record = (struct job_record){.job = "j2"};
    json = s_open ();
    job_json_record (json, &record);
    s_expect (
        json,
        "{\"job\":\"j2\",\"correlation_id\":null,\"name\":null,\"place\":null,\"state\":null,\"kind\":null,"
        "\"attempt\":0,\"deaths\":0,\"worker\":null,\"host\":null,\"bytes_done\":0,\"bytes_total\":0,"
        "\"counts\":" ZEROS ",\"code\":null,\"message\":null,\"result\":null,\"outputs\":[],"
        "\"submitted_at\":null,\"started_at\":null,\"finished_at\":null,\"fetched_at\":null,"
        "\"owner\":null,\"removal_at\":null,\"removal_by\":null,\"removal_waits\":false,\"batch\":null,"
        "\"position\":null,\"follows\":0,\"waits_for\":0,\"parts\":0,\"waiting\":null}");
}

Test (job_json, an_event_has_every_member)
{
    struct event event = {.job = "j1",
                          .correlation = "c1",
                          .name = "n",
                          .state = "failed",
                          .kind = "patient",
                          .worker = "w1",
                          .attempt = 3,
                          .bytes_done = 1,
                          .bytes_total = 2,
                          .counts = {5, 4, 3, 2, 1},
                          .records_per_second = 1.5,
                          .eta_ms = 0,
                          .at = NOON,
                          .code = "io",
                          .message = "why"};
    json_writer_t *json = s_open ();
    job_json_event (json, &event);
    s_expect (json,
              "{\"job\":\"j1\",\"correlation_id\":\"c1\",\"name\":\"n\",\"state\":\"failed\","
              "\"kind\":\"patient\",\"attempt\":3,\"worker\":\"w1\",\"bytes_done\":1,\"bytes_total\":2,"
              "\"counts\":{\"read\":5,\"written\":4,\"duplicates\":3,\"conflicts\":2,\"rejected\":1},"
              "\"records_per_second\":1.5,\"eta_ms\":0,\"code\":\"io\",\"message\":\"why\",\"at\":" NOON_TEXT
              "}");
    event = (struct event){.job = "j2", .eta_ms = -1};
    json = s_open ();
    job_json_event (json, &event);
    s_expect (json, "{\"job\":\"j2\",\"correlation_id\":null,\"name\":null,\"state\":null,\"kind\":null,"
                    "\"attempt\":0,\"worker\":null,\"bytes_done\":0,\"bytes_total\":0,\"counts\":" ZEROS
                    ",\"records_per_second\":0,\"eta_ms\":null,\"code\":null,\"message\":null,\"at\":null}");
}

Test (job_json, a_worker_has_every_member)
{
    const struct worker_info worker = {.worker = "w1",
                                       .host = "h1",
                                       .version = "1.2",
                                       .pid = 1,
                                       .slots = 2,
                                       .busy = 3,
                                       .threads = 4,
                                       .since = NOON,
                                       .last_heard = NOON + 1000,
                                       .draining = true};
    json_writer_t *json = s_open ();
    job_json_worker (json, &worker);
    s_expect (json, "{\"worker\":\"w1\",\"host\":\"h1\",\"pid\":1,\"slots\":2,\"busy\":3,\"threads\":4,"
                    "\"version\":\"1.2\",\"since\":" NOON_TEXT
                    ",\"last_heard\":\"2023-11-14T22:13:21.000Z\",\"draining\":true}");
}

Test (job_json, counters_have_every_member_and_no_disk_where_none_is_known)
{
    struct counters counters = {.queued = 1,
                                .running = 2,
                                .done = 3,
                                .failed = 4,
                                .cancelled = 5,
                                .workers = 6,
                                .slots = 7,
                                .busy = 8,
                                .started_at = NOON + 1000,
                                .done_hour = 9,
                                .failed_hour = 10,
                                .oldest_at = NOON,
                                .kept_bytes = 11,
                                .disk_free = 12};
    json_writer_t *json = s_open ();
    job_json_counters (json, &counters);
    s_expect (json, "{\"queued\":1,\"running\":2,\"done\":3,\"failed\":4,\"cancelled\":5,"
                    "\"done_last_hour\":9,\"failed_last_hour\":10,\"workers\":6,\"slots\":7,\"busy\":8,"
                    "\"oldest_queued_at\":" NOON_TEXT ",\"kept_bytes\":11,\"disk_free_bytes\":12,"
                    "\"broker_started_at\":\"2023-11-14T22:13:21.000Z\"}");
    counters = (struct counters){.kept_bytes = 11};
    json = s_open ();
    job_json_counters (json, &counters);
    s_expect (json, "{\"queued\":0,\"running\":0,\"done\":0,\"failed\":0,\"cancelled\":0,"
                    "\"done_last_hour\":0,\"failed_last_hour\":0,\"workers\":0,\"slots\":0,\"busy\":0,"
                    "\"oldest_queued_at\":null,\"kept_bytes\":null,\"disk_free_bytes\":null,"
                    "\"broker_started_at\":null}");
}
