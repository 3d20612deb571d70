//  event.c: the feed's event as a table. See event.h.
#include "messages/event.h"

#include "messages/base/clock.h"

#include <stdio.h>
#include <string.h>

static const struct shape_field s_event[] = {
    SHAPE_FIELD_TEXT (struct event, job, true),
    SHAPE_FIELD_TEXT (struct event, correlation, false),
    SHAPE_FIELD_TEXT (struct event, name, false),
    SHAPE_FIELD_TEXT (struct event, state, true),
    SHAPE_FIELD_TEXT (struct event, kind, false),
    SHAPE_FIELD_TEXT (struct event, worker, false),
    SHAPE_FIELD_U64 (struct event, attempt, false),
    SHAPE_FIELD_U64 (struct event, bytes_done, false),
    SHAPE_FIELD_U64 (struct event, bytes_total, false),
    COUNTS_FIELDS (struct event, counts),
    SHAPE_FIELD_F64 (struct event, records_per_second, false),
    SHAPE_FIELD_I64 (struct event, eta_ms, false),
    SHAPE_FIELD_I64 (struct event, at, false),
    SHAPE_FIELD_TEXT (struct event, code, false),
    SHAPE_FIELD_TEXT (struct event, message, false),
    SHAPE_FIELD_U64 (struct event, revision, false),
};
const struct shape event_shape = SHAPE_OF ("EVENT", struct event, s_event);
MESSAGE_DEFINE (event);

struct event event_of (const struct job_record *record)
{
    struct event event = {.attempt = record->attempt,
                          .bytes_done = record->bytes_done,
                          .bytes_total = record->bytes_total,
                          .counts = record->counts,
                          .eta_ms = -1,
                          .revision = record->revision,
                          .at = clock_wall_ms ()};
    memcpy (event.job, record->job, sizeof event.job);
    memcpy (event.correlation, record->correlation, sizeof event.correlation);
    memcpy (event.name, record->name, sizeof event.name);
    memcpy (event.state, record->state, sizeof event.state);
    memcpy (event.kind, record->kind, sizeof event.kind);
    memcpy (event.worker, record->worker, sizeof event.worker);
    memcpy (event.code, record->code, sizeof event.code);
    memcpy (event.message, record->message, sizeof event.message);
    return event;
}

char *event_topic (const char *job, char out[EVENT_TOPIC_BYTES])
{
    snprintf (out, EVENT_TOPIC_BYTES, EVENT_TOPIC "%.*s", ID_BYTES - 1, job);
    return out;
}

char *event_owner_topic (const char *owner, const char *job, char out[EVENT_OWNER_TOPIC_BYTES])
{
    snprintf (out, EVENT_OWNER_TOPIC_BYTES, EVENT_OWNER_TOPIC "%.*s %.*s", OWNER_BYTES - 1, owner,
              ID_BYTES - 1, job);
    return out;
}
