//  job_change.c: see job_change.h.
#include "broker/clients/job_change.h"

#include "broker/follows.h"
#include "broker/jobs/job_end.h"
#include "broker/jobs/split.h"
#include "broker/splits.h"
#include "broker/workers/result_host.h"
#include "messages/base/log.h"
#include "messages/uri.h"

int job_change_cancel (struct client_request *request, const struct job_record *found,
                       struct job_record **out, struct error *error)
{
    struct broker *self = request->broker;
    const char *job = found->job;
    struct job_record *record = NULL;
    if (job_state_is (found->state, JOB_QUEUED) || job_state_is (found->state, JOB_RUNNING)) {
        record = turn_change (self->turn, job, NULL, error);
        if (!record)
            return error->code;
    }
    //  One that this turn reopens is not the dispatcher's yet.
    if (!record || (!turn_reopens (self->turn, job) && !follow_drop (self->follow, job) &&
                    !dispatcher_cancel (self->dispatcher, job, self->now)))
        return error_set (error, DMH_CONFLICT, "job %s is %s already", job, found->state);
    job_state_set (record->state, JOB_CANCELLED);
    job_end (record);
    splits_ended (self, record);
    *out = record;
    return DMH_OK;
}

//  What a job that failed by a check has left is void with the next attempt. Where no worker of its host is
//  here to remove it, or the word is lost, the next attempt there does.
static void s_remove_result (struct broker *self, struct job_record *record)
{
    struct remove_result removal = {.attempt = record->attempt};
    memcpy (removal.job, record->job, sizeof removal.job);
    memcpy (removal.uri, record->result, sizeof removal.uri);
    const struct peer *peer = uri_is_stored (record->result) ? NULL : result_host_peer (self, record);
    *record->result = 0;
    record->outputs_count = 0;    //  the list is not the record's alone, see turn_reopen
    record->fetched_at = 0;
    if (peer)
        turn_send (self->turn, self->back, peer->identity, &remove_result_shape, &removal, NULL);
}

//  Back to the queue, as if it had never been tried, but under the next attempt's number; with the commit, as
//  a new one.
static int s_reopen (void *context, const struct store_job *found, struct error *error)
{
    struct client_request *request = context;
    struct broker *self = request->broker;
    bool is_part = split_is_part (&found->record);    //  the queue has room for it, and it counts for nobody
    if (!is_part && follows_open_count (self) + turn_opens (self->turn) >= self->queue_max)
        return error_set (error, DMH_UNAVAILABLE, "the queue is full (%zu jobs); try again later",
                          self->queue_max);
    int rc = is_part ? DMH_OK : quota_check (self->quota, request->client, 1, found->input.bytes, error);
    if (rc != DMH_OK)
        return rc;
    unsigned *tries = NULL;
    struct job_record *record = turn_reopen (self->turn, found, &tries, error);
    if (!record)
        return error->code;
    job_state_set (record->state, JOB_QUEUED);
    record->finished_at = record->started_at = 0;
    record->bytes_done = record->deaths = 0;
    record->counts = (struct counts){.read = 0};
    if (job_has_result (&found->record))
        s_remove_result (self, record);
    *record->code = *record->message = *record->worker = *record->host = 0;
    *tries = 0;
    if (!is_part)
        quota_take (self->quota, request->client, record->job, found->input.bytes);
    return DMH_OK;
}

//  With the jobs that it is made of; where those are not all there any more it is one worker's.
static int s_reopen_split (struct client_request *request, const struct store_job *found, struct error *error)
{
    struct broker *self = request->broker;
    bool alone = false;
    size_t open = follows_open_count (self) + turn_opens (self->turn);
    size_t room = open < self->queue_max ? self->queue_max - open : 0;
    int rc = quota_check (self->quota, request->client, 1, found->input.bytes, error);
    if (rc == DMH_OK)
        rc = splits_reopen (self, found, room, s_reopen, request, &alone, error);
    if (rc != DMH_OK)
        return rc;
    struct store_job again = *found;
    again.record.parts = alone ? 0 : found->record.parts;
    rc = s_reopen (request, &again, error);
    if (rc != DMH_OK)
        splits_ended (self, &found->record);    //  its parts end again
    struct job_record *record =
        rc == DMH_OK ? turn_change (self->turn, found->record.job, NULL, error) : NULL;
    if (record && alone)
        record->parts = record->follows = 0;
    return rc == DMH_OK && !record ? error->code : rc;
}

int job_change_retry (struct client_request *request, const struct store_job *found, struct job_record **out,
                      struct error *error)
{
    struct broker *self = request->broker;
    struct error why = {.code = DMH_OK};
    const char *job = found->record.job;
    if (!job_state_is (found->record.state, JOB_FAILED) && !job_state_is (found->record.state, JOB_CANCELLED))
        return error_set (error, DMH_CONFLICT,
                          "job %s is %s; only a failed or cancelled job can be tried again", job,
                          found->record.state);
    bool is_split = split_is_whole (&found->record);
    int rc = found->record.follows && !is_split ? follows_check (self, job, &why) : DMH_OK;
    if (rc == DMH_CONFLICT)
        return error_set (error, rc, "job %s cannot be tried again: %.300s; retry that one, and both begin",
                          job, why.text);
    if (rc != DMH_OK)
        return error_set (error, rc, "%s", why.text);
    rc = is_split ? s_reopen_split (request, found, error) : s_reopen (request, found, error);
    //  Whom the queue has no room for stays failed, and can be tried again by itself.
    if (rc == DMH_OK && follows_each_held_up (self, job, s_reopen, request, &why) != DMH_OK)
        log_event (LOG_LEVEL_WARNING, "follower.not_queued", job, found->record.correlation, "error",
                   why.text, NULL);
    return rc == DMH_OK && !(*out = turn_change (self->turn, job, NULL, error)) ? error->code : rc;
}
