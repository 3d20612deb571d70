//  event_text.c: see event_text.h.
#include "client/bridge/event_text.h"

#include "messages/job_json.h"

static json_writer_t *s_open (const char *id, const char *type)
{
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "id", id);
        json_writer_string (json, "type", type);
    }
    return json;
}

static char *s_close (json_writer_t *json, size_t *n)
{
    if (json)
        json_writer_close (json);
    const char *text = json ? json_writer_text (json, n) : NULL;
    char *copy = text ? strndup (text, *n) : NULL;
    json_writer_destroy (&json);
    return copy;
}

char *event_text_change (const char *id, const struct event *event, size_t *n)
{
    json_writer_t *json = s_open (id, "change");
    if (json)
        job_json_event (json, event);
    return s_close (json, n);
}

//  What is said of all: the sums, and the state of the one that is worst off.
static struct event s_whole (const struct delivery *self)
{
    static const enum job_state ORDER[] = {JOB_FAILED, JOB_CANCELLED, JOB_DONE};
    struct event event = event_of (&self->jobs[0].record);
    int64_t finished_at = self->jobs[0].record.finished_at;
    for (size_t i = 1; i < self->count; i++) {
        const struct job_record *record = &self->jobs[i].record;
        finished_at = record->finished_at > finished_at ? record->finished_at : finished_at;
        counts_add (&event.counts, &record->counts);
        event.bytes_done += record->bytes_done;
        event.bytes_total += record->bytes_total;
        for (size_t k = 0; k < 2; k++)
            if (job_state_is (record->state, ORDER[k]) && !job_state_is (event.state, ORDER[k]) &&
                (k == 0 || !job_state_is (event.state, JOB_FAILED))) {
                memcpy (event.state, record->state, sizeof event.state);
                memcpy (event.code, record->code, sizeof event.code);
                memcpy (event.message, record->message, sizeof event.message);
            }
    }
    if (self->count > 1) {
        memcpy (event.job, self->batch, sizeof event.job);
        memcpy (event.name, self->batch_name, sizeof event.name);
        memset (event.worker, 0, sizeof event.worker);
        event.attempt = 0;
    }
    event.at = finished_at ? finished_at : event.at;
    return event;
}

int event_text_end (struct delivery *delivery, struct error *error)
{
    struct event event = s_whole (delivery);
    enum job_state state = JOB_FAILED;
    json_writer_t *json = s_open (delivery->id, "end");
    if (json) {
        job_json_event (json, &event);
        json_writer_array (json, "jobs");
        for (size_t i = 0; i < delivery->count; i++) {
            json_writer_object (json, NULL);
            job_json_record (json, &delivery->jobs[i].record);
            json_writer_close (json);
        }
        json_writer_close (json);
    }
    job_state_of (event.state, &state);
    delivery->state = job_state_word (state);
    delivery->line = s_close (json, &delivery->n);
    return delivery->line ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}
