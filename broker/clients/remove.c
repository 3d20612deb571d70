//  remove.c: see remove.h.
#include "broker/clients/remove.h"

#include "broker/jobs/job_end.h"
#include "broker/splits.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"

//  Whether it is this client's to remove, and at rest.
static int s_check (const struct client_request *request, const struct job_record *record,
                    struct error *error)
{
    const char *user = follow_user (request->broker->follow, record->job);
    if (!request->removes_all && !streq (record->owner, request->owner))
        return error_set (error, DMH_UNAUTHORIZED,
                          "job %s is another client's; that one removes it, or a key with the right admin",
                          record->job);
    if (job_state_is (record->state, JOB_RUNNING))
        return error_set (error, DMH_CONFLICT, "job %s is running; cancel it first: dmh cancel %s",
                          record->job, record->job);
    if (user)
        return error_set (error, DMH_CONFLICT,
                          "the result of job %s is needed by job %s; wait for that one, or cancel it first: "
                          "dmh cancel %s",
                          record->job, user, user);
    return DMH_OK;
}

//  One that waits for a worker waits no more.
static int s_end (struct broker *self, struct job_record *record, struct error *error)
{
    if (!job_state_is (record->state, JOB_QUEUED))
        return DMH_OK;
    //  One that this turn reopens is not the dispatcher's yet.
    if (!turn_reopens (self->turn, record->job) && !follow_drop (self->follow, record->job) &&
        !dispatcher_cancel (self->dispatcher, record->job, self->now))
        return error_set (error, DMH_CONFLICT, "job %s is about to run; cancel it first: dmh cancel %s",
                          record->job, record->job);
    job_state_set (record->state, JOB_CANCELLED);
    job_end (record);
    return DMH_OK;
}

static int s_ask (struct client_request *request, const char *job, struct job_record **out,
                  struct error *error)
{
    struct broker *self = request->broker;
    struct job_record *record = turn_change (self->turn, job, NULL, error);
    if (!record)
        return error->code;
    int rc = s_end (self, record, error);
    if (rc != DMH_OK)
        return rc;
    record->removal_at = clock_wall_ms ();
    request_who (request, record->removal_by);
    splits_ended (self, record);
    removal_wake (self->removal, self->clock_seen);
    log_event (LOG_LEVEL_INFO, "job.removal_asked", record->job, record->correlation, "by",
               record->removal_by, NULL);
    *out = record;
    return DMH_OK;
}

int remove_found (struct client_request *request, const struct job_record *found, struct job_record **out,
                  struct error *error)
{
    int rc = s_check (request, found, error);
    return rc == DMH_OK ? s_ask (request, found->job, out, error) : rc;
}

int remove_take (struct client_request *request, const void *message, struct error *error)
{
    const struct job_request *asked = message;
    struct store_job found;
    int rc = request_find (request, asked->job, &found, error);
    if (rc != DMH_OK)
        return rc;
    struct job_record *record = &found.record;
    rc = splits_check_whole (record, error);
    if (rc != DMH_OK) {
        store_job_clear (&found);
        return rc;
    }
    if (!found.record.removal_at)    //  said again, it changes nothing
        rc = remove_found (request, &found.record, &record, error);
    else
        rc = s_check (request, &found.record, error);
    if (rc == DMH_OK)
        rc = request_answer_state (request, record, error);
    store_job_clear (&found);
    return rc;
}
