//  job_json.c: see job_json.h.
#include "messages/job_json.h"

#include "messages/base/clock.h"

#include <math.h>
#include <stdio.h>

void job_json_text (json_writer_t *self, const char *key, const char *value)
{
    json_writer_string (self, key, value && *value ? value : NULL);
}

void job_json_real (json_writer_t *self, const char *key, double value)
{
    char digits[64];
    snprintf (digits, sizeof digits, "%.6g", isfinite (value) ? value : 0);
    json_writer_digits (self, key, digits);
}

void job_json_time (json_writer_t *self, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_BYTES] = "";
    if (wall_ms)
        clock_text (wall_ms, text);
    job_json_text (self, key, text);
}

void job_json_counts (json_writer_t *self, const struct counts *counts)
{
    json_writer_object (self, "counts");
    json_writer_number (self, "read", counts->read);
    json_writer_number (self, "written", counts->written);
    json_writer_number (self, "duplicates", counts->duplicates);
    json_writer_number (self, "conflicts", counts->conflicts);
    json_writer_number (self, "rejected", counts->rejected);
    json_writer_close (self);
}

void job_json_record (json_writer_t *self, const struct job_record *record)
{
    job_json_text (self, "job", record->job);
    job_json_text (self, "correlation_id", record->correlation);
    job_json_text (self, "name", record->name);
    job_json_text (self, "place", record->place);
    job_json_text (self, "state", record->state);
    job_json_text (self, "kind", record->kind);
    json_writer_number (self, "attempt", record->attempt);
    json_writer_number (self, "deaths", record->deaths);
    job_json_text (self, "worker", record->worker);
    job_json_text (self, "host", record->host);
    json_writer_number (self, "bytes_done", record->bytes_done);
    json_writer_number (self, "bytes_total", record->bytes_total);
    job_json_counts (self, &record->counts);
    job_json_text (self, "code", record->code);
    job_json_text (self, "message", record->message);
    job_json_text (self, "result", record->result);
    json_writer_array (self, "outputs");
    for (size_t i = 0; i < record->outputs_count; i++) {
        json_writer_object (self, NULL);
        job_json_text (self, "name", record->outputs[i].name);
        json_writer_number (self, "bytes", record->outputs[i].bytes);
        job_json_text (self, "sha256", record->outputs[i].sha256);
        json_writer_number (self, "records", record->outputs[i].records);
        json_writer_close (self);
    }
    json_writer_close (self);
    job_json_time (self, "submitted_at", record->submitted_at);
    job_json_time (self, "started_at", record->started_at);
    job_json_time (self, "finished_at", record->finished_at);
    job_json_time (self, "fetched_at", record->fetched_at);
    job_json_text (self, "owner", record->owner);
    job_json_time (self, "removal_at", record->removal_at);
    job_json_text (self, "removal_by", record->removal_by);
    json_writer_boolean (self, "removal_waits", record->removal_waits);
    job_json_text (self, "batch", record->batch);
    if (*record->batch)
        json_writer_number (self, "position", record->position);
    else
        job_json_text (self, "position", NULL);
    json_writer_number (self, "follows", record->follows);
    json_writer_number (self, "waits_for", record->waits_for);
    json_writer_number (self, "parts", record->parts);
    job_json_text (self, "waiting", record->waiting);
}

void job_json_event (json_writer_t *self, const struct event *event)
{
    job_json_text (self, "job", event->job);
    job_json_text (self, "correlation_id", event->correlation);
    job_json_text (self, "name", event->name);
    job_json_text (self, "state", event->state);
    job_json_text (self, "kind", event->kind);
    json_writer_number (self, "attempt", event->attempt);
    job_json_text (self, "worker", event->worker);
    json_writer_number (self, "bytes_done", event->bytes_done);
    json_writer_number (self, "bytes_total", event->bytes_total);
    job_json_counts (self, &event->counts);
    job_json_real (self, "records_per_second", event->records_per_second);
    if (event->eta_ms >= 0)
        json_writer_number (self, "eta_ms", (uint64_t) event->eta_ms);
    else
        job_json_text (self, "eta_ms", NULL);
    job_json_text (self, "code", event->code);
    job_json_text (self, "message", event->message);
    job_json_time (self, "at", event->at);
}

void job_json_worker (json_writer_t *self, const struct worker_info *worker)
{
    job_json_text (self, "worker", worker->worker);
    job_json_text (self, "host", worker->host);
    json_writer_number (self, "pid", worker->pid);
    json_writer_number (self, "slots", worker->slots);
    json_writer_number (self, "busy", worker->busy);
    json_writer_number (self, "threads", worker->threads);
    job_json_text (self, "version", worker->version);
    job_json_time (self, "since", worker->since);
    job_json_time (self, "last_heard", worker->last_heard);
    json_writer_boolean (self, "draining", worker->draining);
}

void job_json_counters (json_writer_t *self, const struct counters *counters)
{
    const struct {
        const char *key;
        uint64_t number;
    } numbers[] = {{"queued", counters->queued},
                   {"running", counters->running},
                   {"done", counters->done},
                   {"failed", counters->failed},
                   {"cancelled", counters->cancelled},
                   {"done_last_hour", counters->done_hour},
                   {"failed_last_hour", counters->failed_hour},
                   {"workers", counters->workers},
                   {"slots", counters->slots},
                   {"busy", counters->busy}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_writer_number (self, numbers[i].key, numbers[i].number);
    job_json_time (self, "oldest_queued_at", counters->oldest_at);
    if (counters->disk_free) {
        json_writer_number (self, "kept_bytes", counters->kept_bytes);
        json_writer_number (self, "disk_free_bytes", counters->disk_free);
    } else {
        job_json_text (self, "kept_bytes", NULL);
        job_json_text (self, "disk_free_bytes", NULL);
    }
    job_json_time (self, "broker_started_at", counters->started_at);
}
