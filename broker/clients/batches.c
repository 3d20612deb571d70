//  batches.c: see batches.h.
#include "broker/clients/batches.h"

#include "broker/clients/job_change.h"
#include "broker/clients/remove.h"
#include "messages/text/quantity.h"

enum { RUNNING_MAX = 256 };    //  whose progress is added; more run in no batch at once

//  A batch as it stands with everything that this turn has changed; of one that is another's the answer is
//  that of one that is not there.
static int s_find (struct client_request *request, const char *batch, struct store_batch *out,
                   struct error *error)
{
    int rc = turn_flush (request->broker->turn, error);
    if (rc == DMH_OK)
        rc = store_find_batch (request->broker->store, batch, out, error);
    if (rc != DMH_OK || request->all || streq (out->record.owner, request->owner))
        return rc;
    return error_set (error, DMH_NOT_FOUND, "there is no batch %s", batch);
}

//  What its running jobs have done so far.
static int s_add_progress (struct client_request *request, struct batch_record *batch, struct error *error)
{
    struct store_part part = {batch->batch, job_state_word (JOB_RUNNING), 0};
    struct job_record *records = NULL;
    size_t count = 0;
    int rc = batch->running
                 ? store_batch_jobs (request->broker->store, &part, RUNNING_MAX, &records, &count, error)
                 : DMH_OK;
    for (size_t i = 0; i < count; i++) {
        request_add_progress (request, &records[i]);
        batch->bytes_done += records[i].bytes_done;
        counts_add (&batch->counts, &records[i].counts);
    }
    free (records);
    return rc;
}

static bool s_is_for (const struct job_record *record, enum batch_action action)
{
    enum job_state state;
    if (job_state_of (record->state, &state) != DMH_OK || record->removal_at)
        return false;
    switch (action) {
    case BATCH_CANCEL:
        return !job_state_ended (state);
    case BATCH_RETRY:
        return state == JOB_FAILED || state == JOB_CANCELLED;
    case BATCH_RETRY_FAILED:
        return state == JOB_FAILED;
    case BATCH_REMOVE:
        return true;
    default:
        return false;
    }
}

//  One job of the batch as it is now. What it is not in the state for any more is passed over.
static int s_do (struct client_request *request, const char *job, enum batch_action action, bool *done,
                 struct error *error)
{
    struct store_job found;
    struct job_record *record;
    struct error why = {.code = DMH_OK};
    int rc = request_find (request, job, &found, error);
    if (rc != DMH_OK)
        return rc;
    if (s_is_for (&found.record, action)) {
        rc = action == BATCH_CANCEL   ? job_change_cancel (request, &found.record, &record, &why)
             : action == BATCH_REMOVE ? remove_found (request, &found.record, &record, &why)
                                      : job_change_retry (request, &found, &record, &why);
        *done = rc == DMH_OK;
        if (rc == DMH_CONFLICT)
            rc = DMH_OK;
        else if (rc != DMH_OK)
            error_set (error, rc, "%s", why.text);
    }
    store_job_clear (&found);
    return rc;
}

//  The next jobs from `from` on. What was done when one is refused stays done: the answer says how many.
static int s_do_all (struct client_request *request, const struct batch_request *asked,
                     enum batch_action action, struct batch_reply *reply, struct error *error)
{
    struct store_part part = {asked->batch, "", asked->from};
    struct job_record *records = NULL;
    size_t count = 0;
    int rc = store_batch_jobs (request->broker->store, &part, BATCH_CHANGES_MAX + 1, &records, &count, error);
    reply->more = count > BATCH_CHANGES_MAX;
    for (size_t i = 0; rc == DMH_OK && i < count && i < BATCH_CHANGES_MAX; i++) {
        bool done = false;
        if (s_is_for (&records[i], action))
            rc = s_do (request, records[i].job, action, &done, error);
        if (rc != DMH_OK && reply->changed) {    //  it is asked again for this one, and refused
            rc = DMH_OK;
            reply->more = true;
            break;
        }
        reply->changed += done;
        reply->next = records[i].position + 1;
    }
    free (records);
    return rc;
}

//  A batch leaves as a whole, or not at all.
static int s_check_removal (const struct batch_record *batch, struct error *error)
{
    if (batch->running)
        return error_set (error, DMH_CONFLICT, "%s of batch %s %s running; cancel it first: dmh cancel %s",
                          QUANTITY (batch->running, "job"), batch->batch, batch->running == 1 ? "is" : "are",
                          batch->batch);
    return DMH_OK;
}

static int s_answer (struct client_request *request, const struct shape *shape, const void *message,
                     struct error *error)
{
    bool opens = turn_opens (request->broker->turn) > 0;
    return (opens ? request_answer_opened : request_answer) (request, shape, message, error);
}

int batches_take (struct client_request *request, const void *message, struct error *error)
{
    const struct batch_request *asked = message;
    enum batch_action action;
    struct store_batch batch;
    struct batch_reply reply = {.next = asked->from};
    if (batch_action_of (asked->action, &action) != DMH_OK)
        return error_set (error, DMH_MALFORMED,
                          "a batch takes the action cancel, retry, retry_failed or remove, not “%s”",
                          asked->action);
    int rc = s_find (request, asked->batch, &batch, error);
    if (rc == DMH_OK && action == BATCH_REMOVE)
        rc = s_check_removal (&batch.record, error);
    if (rc == DMH_OK && action != BATCH_STATE)
        rc = s_do_all (request, asked, action, &reply, error);
    if (rc == DMH_OK && reply.changed)
        rc = s_find (request, asked->batch, &batch, error);
    if (rc == DMH_OK)
        rc = s_add_progress (request, &batch.record, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (reply.request, request->request, sizeof reply.request);
    reply.batch = batch.record;
    return s_answer (request, &batch_reply_shape, &reply, error);
}

//  An id itself is nothing else's beginning; a name goes before beginnings.
static size_t s_settle (const char *word, struct found_thing *things, size_t count)
{
    size_t named = 0, unique = 0;
    for (size_t i = 0; i < count; i++) {
        if (streq (things[i].id, word)) {
            things[0] = things[i];
            return 1;
        }
        named += i == named && streq (things[i].name, word) && batch_is_id (things[i].id);
    }
    for (size_t i = 0; i < (named ? named : count); i++) {
        bool twice = false;
        for (size_t k = 0; k < unique; k++)
            twice = twice || streq (things[k].id, things[i].id);
        if (!twice)
            things[unique++] = things[i];
    }
    return unique;
}

int batches_find (struct client_request *request, const void *message, struct error *error)
{
    const struct find *asked = message;
    struct broker *self = request->broker;
    struct found_thing things[3 * (FOUND_MAX + 1)];
    size_t count = 0;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK)
        rc = store_search (self->store, request->all ? NULL : request->owner, asked->word, FOUND_MAX + 1,
                           things, &count, error);
    if (rc != DMH_OK)
        return rc;
    struct found found = {.things = things, .things_count = s_settle (asked->word, things, count)};
    bool is_name = found.things_count && batch_is_id (things[0].id) && streq (things[0].name, asked->word);
    if (strlen (asked->word) < WORD_LEAST && found.things_count && !is_name)
        return error_set (error, DMH_MALFORMED, "“%s” is too short; give %d letters of an id at least",
                          asked->word, WORD_LEAST);
    memcpy (found.request, request->request, sizeof found.request);
    found.more = found.things_count > FOUND_MAX;
    if (found.more)
        found.things_count = FOUND_MAX;
    return s_answer (request, &found_shape, &found, error);
}

int batches_list (struct client_request *request, const struct list *list, size_t limit,
                  struct job_record **out, size_t *count, struct error *error)
{
    struct store_batch batch;
    struct store_part part = {list->batch, list->state, 0};
    int rc = s_find (request, list->batch, &batch, error);
    if (rc == DMH_OK && *list->after) {
        struct store_job after;
        rc = request_find (request, list->after, &after, error);
        if (rc == DMH_OK) {
            part.from = after.record.position + 1;
            store_job_clear (&after);
        }
    }
    return rc == DMH_OK ? store_batch_jobs (request->broker->store, &part, limit, out, count, error) : rc;
}
