//  message_samples.c: see message_samples.h.
#include "test/support/peers/message_samples.h"

#include <stdlib.h>
#include <string.h>

const struct shape *const MESSAGES[] = {
    &hello_shape,         &welcome_shape,
    &submit_shape,        &accepted_shape,
    &status_shape,        &job_state_reply_shape,
    &list_shape,          &jobs_shape,
    &cancel_shape,        &retry_shape,
    &workers_shape,       &worker_list_shape,
    &stats_shape,         &counters_shape,
    &problem_shape,       &ready_shape,
    &registered_shape,    &heartbeat_shape,
    &job_order_shape,     &result_shape,
    &result_ack_shape,    &fail_shape,
    &stop_job_shape,      &drain_shape,
    &bye_shape,           &event_shape,
    &put_shape,           &stored_shape,
    &get_shape,           &chunk_shape,
    &fetched_shape,       &remove_shape,
    &remove_result_shape, &removed_shape,
    &bring_shape,         &hand_over_shape,
    &followed_shape,      &followed_results_shape,
    &batch_request_shape, &batch_reply_shape,
    &find_shape,          &found_shape,
    &backup_shape,        &backup_piece_shape,
    &drain_request_shape,
};
const size_t MESSAGE_COUNT = sizeof MESSAGES / sizeof *MESSAGES;

static void s_fill_field (const struct shape_field *field, char *message)
{
    static uint64_t count;
    char *at = message + field->offset;
    double real = (double) ++count + 0.25;
    size_t two = 2;
    char *owned;
    switch (field->type) {
    case SHAPE_U64:
    case SHAPE_SAID:
    case SHAPE_I64:
        memcpy (at, &count, sizeof count);
        break;
    case SHAPE_F64:
        memcpy (at, &real, sizeof real);
        break;
    case SHAPE_BOOL:
        *(bool *) (void *) at = true;
        break;
    case SHAPE_TEXT:
        strncpy (at, field->key, field->max - 1);
        break;
    case SHAPE_STRING:
        owned = strdup (field->key);
        memcpy (at, &owned, sizeof owned);
        break;
    case SHAPE_STRUCT:
        message_samples_fill (field->of, at);
        break;
    case SHAPE_LIST:
        owned = calloc (two, field->of->size);
        memcpy (at, &owned, sizeof owned);
        memcpy (message + field->count_offset, &two, sizeof two);
        for (size_t i = 0; owned && i < two; i++)
            message_samples_fill (field->of, owned + i * field->of->size);
        break;
    }
}

void message_samples_fill (const struct shape *shape, void *message)
{
    for (size_t f = 0; f < shape->field_count; f++)
        s_fill_field (&shape->fields[f], message);
}
