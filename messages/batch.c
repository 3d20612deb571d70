//  batch.c: the messages about batches as tables. See batch.h.
#include "messages/batch.h"

#include "messages/base/random.h"

#include <string.h>

static const struct shape_field s_batch_record[] = {
    SHAPE_FIELD_TEXT (struct batch_record, batch, true),
    SHAPE_FIELD_TEXT (struct batch_record, name, false),
    SHAPE_FIELD_TEXT (struct batch_record, owner, false),
    SHAPE_FIELD_U64 (struct batch_record, total, true),
    SHAPE_FIELD_I64 (struct batch_record, submitted_at, false),
    SHAPE_FIELD_U64 (struct batch_record, queued, false),
    SHAPE_FIELD_U64 (struct batch_record, running, false),
    SHAPE_FIELD_U64 (struct batch_record, done, false),
    SHAPE_FIELD_U64 (struct batch_record, failed, false),
    SHAPE_FIELD_U64 (struct batch_record, cancelled, false),
    SHAPE_FIELD_U64 (struct batch_record, bytes_done, false),
    SHAPE_FIELD_U64 (struct batch_record, bytes_total, false),
    COUNTS_FIELDS (struct batch_record, counts),
};
static const struct shape s_batch_record_shape =
    SHAPE_OF ("batch_record", struct batch_record, s_batch_record);

static const struct shape_field s_batch_request[] = {
    SHAPE_FIELD_TEXT (struct batch_request, request, true),
    SHAPE_FIELD_TEXT (struct batch_request, correlation, false),
    SHAPE_FIELD_TEXT (struct batch_request, batch, true),
    SHAPE_FIELD_TEXT (struct batch_request, on_behalf_of, false),
    SHAPE_FIELD_TEXT (struct batch_request, action, false),
    SHAPE_FIELD_U64 (struct batch_request, from, false),
};
const struct shape batch_request_shape = SHAPE_OF ("BATCH", struct batch_request, s_batch_request);
MESSAGE_DEFINE (batch_request);

static const struct shape_field s_batch_reply[] = {
    SHAPE_FIELD_TEXT (struct batch_reply, request, true),
    SHAPE_FIELD_STRUCT (struct batch_reply, batch, true, &s_batch_record_shape),
    SHAPE_FIELD_U64 (struct batch_reply, changed, false),
    SHAPE_FIELD_U64 (struct batch_reply, next, false),
    SHAPE_FIELD_BOOL (struct batch_reply, more, false),
};
const struct shape batch_reply_shape = SHAPE_OF ("BATCH_STATE", struct batch_reply, s_batch_reply);
MESSAGE_DEFINE (batch_reply);

static const struct shape_field s_find[] = {
    SHAPE_FIELD_TEXT (struct find, request, true),
    SHAPE_FIELD_TEXT (struct find, correlation, false),
    SHAPE_FIELD_TEXT (struct find, word, true),
    SHAPE_FIELD_TEXT (struct find, on_behalf_of, false),
};
const struct shape find_shape = SHAPE_OF ("FIND", struct find, s_find);
MESSAGE_DEFINE (find);

static const struct shape_field s_found_thing[] = {
    SHAPE_FIELD_TEXT (struct found_thing, id, true),
    SHAPE_FIELD_TEXT (struct found_thing, name, false),
};
static const struct shape s_found_thing_shape = SHAPE_OF ("thing", struct found_thing, s_found_thing);

static const struct shape_field s_found[] = {
    SHAPE_FIELD_TEXT (struct found, request, true),
    SHAPE_FIELD_LIST (struct found, things, true, FOUND_MAX, &s_found_thing_shape),
    SHAPE_FIELD_BOOL (struct found, more, false),
};
const struct shape found_shape = SHAPE_OF ("FOUND", struct found, s_found);
MESSAGE_DEFINE (found);

static const char *const ACTIONS[BATCH_ACTIONS] = {"", "cancel", "retry", "retry_failed", "remove"};

const char *batch_action_word (enum batch_action action)
{
    return ACTIONS[action];
}

int batch_action_of (const char *word, enum batch_action *out)
{
    for (int action = 0; action < BATCH_ACTIONS; action++)
        if (strcmp (word, ACTIONS[action]) == 0) {
            *out = (enum batch_action) action;
            return DMH_OK;
        }
    return DMH_MALFORMED;
}

uint64_t batch_ended (const struct batch_record *batch)
{
    return batch->done + batch->failed + batch->cancelled;
}

uint64_t batch_jobs (const struct batch_record *batch)
{
    return batch->queued + batch->running + batch_ended (batch);
}

bool batch_is_id (const char *id)
{
    size_t n = strlen (BATCH_ID_BEGINS);
    return strncmp (id, BATCH_ID_BEGINS, n) == 0 && strlen (id) == n + BATCH_ID_DIGITS &&
           strspn (id + n, "0123456789abcdef") == BATCH_ID_DIGITS;
}

bool batch_names_an_id (const char *name)
{
    bool is_job = strlen (name) == JOB_ID_DIGITS && strspn (name, "0123456789abcdef") == JOB_ID_DIGITS;
    return is_job || batch_is_id (name);
}
