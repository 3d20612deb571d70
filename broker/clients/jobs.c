//  jobs.c: see jobs.h.
#include "broker/clients/jobs.h"

#include "broker/clients/batches.h"
#include "broker/clients/job_change.h"

#include "broker/file_tickets.h"
#include "broker/follows.h"
#include "broker/splits.h"
#include "broker/workers/result_host.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/uri.h"

enum {
    LIST_DEFAULT = 32,
    LIST_MAX = 64,
    RECORD_BYTES = 1200    //  of a job_record without its longest texts
};

int jobs_status (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    int rc = request_find (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = request_answer_state (request, &found.record, error);
    store_job_clear (&found);
    return rc;
}

//  As many records as a body holds, all of them but `limit` at most; the client asks on after the last.
static int s_answer_list (struct client_request *request, struct job_record *records, size_t found,
                          size_t limit, int64_t since, struct error *error)
{
    struct jobs jobs = {.jobs = records};
    memcpy (jobs.request, request->request, sizeof jobs.request);
    for (size_t bytes = 0; jobs.jobs_count < found && jobs.jobs_count < limit; jobs.jobs_count++) {
        struct job_record *record = &records[jobs.jobs_count];
        if (record->submitted_at < since)    //  and so are those behind it
            found = jobs.jobs_count;
        if (jobs.jobs_count == found)
            break;
        request_add_progress (request, record);
        bytes += RECORD_BYTES + strlen (record->name) + strlen (record->place) + strlen (record->result) +
                 strlen (record->message) + strlen (record->waiting) + strlen (record->owner) +
                 strlen (record->removal_by);
        if (bytes > BODY_BYTES_USED)
            break;
    }
    jobs.more = jobs.jobs_count < found;
    bool opened = turn_opens (request->broker->turn) > 0;
    return (opened ? request_answer_opened : request_answer) (request, &jobs_shape, &jobs, error);
}

int jobs_list (struct client_request *request, const void *message, struct error *error)
{
    const struct list *list = message;
    struct broker *self = request->broker;
    enum job_state state;
    if (*list->state && job_state_of (list->state, &state) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "there is no state “%s”", list->state);
    size_t limit = list->limit == 0 ? LIST_DEFAULT : list->limit > LIST_MAX ? LIST_MAX : (size_t) list->limit;
    struct store_selection selection = {request->all ? NULL : request->owner, list->state, list->after};
    struct job_record *records = NULL;
    size_t found = 0;
    int rc = turn_flush (self->turn, error);
    if (rc == DMH_OK && *list->batch)
        rc = batches_list (request, list, limit + 1, &records, &found, error);
    else if (rc == DMH_OK)    //  one more than asked for tells whether there is more
        rc = store_list (self->store, &selection, limit + 1, &records, &found, error);
    if (rc == DMH_OK)
        rc = s_answer_list (request, records, found, limit, *list->batch ? 0 : list->since, error);
    free (records);
    return rc;
}

int jobs_cancel (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    struct job_record *record;
    int rc = request_find (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = splits_check_whole (&found.record, error);
    if (rc == DMH_OK)
        rc = job_change_cancel (request, &found.record, &record, error);
    if (rc == DMH_OK)
        rc = request_answer_state (request, record, error);
    store_job_clear (&found);
    return rc;
}

int jobs_retry (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    struct job_record *record;
    int rc = request_find_kept (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = job_change_retry (request, &found, &record, error);
    if (rc == DMH_OK)
        rc = request_answer_state (request, record, error);
    store_job_clear (&found);
    return rc;
}

//  Noted once, and told to nobody else: the job stays what it is.
static int s_note_fetched (struct client_request *request, const struct store_job *found, struct error *error)
{
    struct broker *self = request->broker;
    if (!job_has_result (&found->record))
        return error_set (error, DMH_CONFLICT, "job %s is %s and has no result", found->record.job,
                          found->record.state);
    if (found->record.fetched_at)
        return request_answer_state (request, &found->record, error);
    struct job_record *record = turn_change (self->turn, found->record.job, NULL, error);
    if (!record)
        return error->code;
    record->fetched_at = clock_wall_ms ();
    retention_wake (self->retention, self->clock_seen);
    log_event (LOG_LEVEL_INFO, "job.fetched", record->job, record->correlation, NULL);
    return request_answer_state (request, record, error);
}

int jobs_fetched (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    int rc = request_find_kept (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_note_fetched (request, &found, error);
    store_job_clear (&found);
    return rc;
}

int jobs_bring (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    int rc = request_find_kept (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    rc = result_host_bring (request->broker, &found.record, error);
    if (rc == DMH_OK)
        rc = request_answer_state (request, &found.record, error);
    store_job_clear (&found);
    return rc;
}
