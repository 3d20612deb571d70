//  request.c: see request.h.
#include "broker/clients/request.h"

#include "broker/access/ownership.h"
#include "broker/file_tickets.h"
#include "broker/splits.h"
#include "broker/workers/result_host.h"
#include "messages/uri.h"

int request_speak_for (struct client_request *self, const char *name, struct error *error)
{
    const authorization_t *keys = self->broker->authorization;
    unsigned rights = keys ? authorization_rights (keys, self->user) : KEY_ADMIN | KEY_GATEWAY;
    if (*name && !(rights & KEY_GATEWAY))
        return error_set (error, DMH_UNAUTHORIZED,
                          "this key speaks for itself alone; on_behalf_of needs the right gateway");
    if (*name && !ownership_is_name (name))
        return error_set (error, DMH_MALFORMED,
                          "on_behalf_of is no name: 1 to %d visible characters of ASCII, without spaces",
                          OWNER_NAME_BYTES - 1);
    ownership_of (self->user, name, self->owner);
    self->all = !*name && rights & (KEY_ADMIN | KEY_CLIENT_ALL);
    self->removes_all = !*name && rights & KEY_ADMIN;
    return DMH_OK;
}

int request_find (struct client_request *self, const char *job, struct store_job *out, struct error *error)
{
    int rc = turn_flush (self->broker->turn, error);
    if (rc == DMH_OK)
        rc = store_find (self->broker->store, job, out, error);
    if (rc != DMH_OK || self->all || streq (out->record.owner, self->owner))
        return rc;
    store_job_clear (out);
    return store_no_job (job, error);
}

int request_find_kept (struct client_request *self, const char *job, struct store_job *out,
                       struct error *error)
{
    int rc = request_find (self, job, out, error);
    if (rc != DMH_OK)
        return rc;
    rc = splits_check_whole (&out->record, error);
    if (rc == DMH_OK && !out->record.removal_at)
        return rc;
    store_job_clear (out);
    if (rc != DMH_OK)
        return rc;
    return error_set (error, DMH_CONFLICT, "job %s is being removed", job);
}

void request_who (const struct client_request *self, char out[OWNER_BYTES])
{
    const char *key = self->user ? authorization_name (self->broker->authorization, self->user) : "";
    const char *name = strchr (self->owner + (self->user ? strlen (self->user) : 0), '/');
    snprintf (out, OWNER_BYTES, "%.31s%.*s", key, OWNER_NAME_BYTES, name ? name : "");
    if (!*out)
        snprintf (out, OWNER_BYTES, "a client without a key");
}

int request_answer (struct client_request *self, const struct shape *shape, const void *message,
                    struct error *error)
{
    return turn_send (self->broker->turn, self->broker->front, self->identity, shape, message, error);
}

int request_answer_opened (struct client_request *self, const struct shape *shape, const void *message,
                           struct error *error)
{
    return turn_send_opened (self->broker->turn, self->broker->front, self->identity, shape, message,
                             self->request, error);
}

//  A running job's progress is known to the feed alone.
static void s_add_running (const feed_t *feed, struct job_record *record)
{
    struct event event;
    if (feed_last (feed, record->job, &event) != DMH_OK)
        return;
    if (event.attempt == record->attempt) {
        record->bytes_done = event.bytes_done;
        record->bytes_total = event.bytes_total;
        record->counts = event.counts;
        memcpy (record->kind, event.kind, sizeof record->kind);
    }
    event_clear (&event);
}

void request_add_progress (const struct client_request *self, struct job_record *record)
{
    if (job_state_is (record->state, JOB_RUNNING))
        s_add_running (self->broker->publisher.feed, record);
    record->waits_for =
        job_state_is (record->state, JOB_QUEUED) ? follow_waits_for (self->broker->follow, record->job) : 0;
    *record->waiting = 0;
    if (job_state_is (record->state, JOB_QUEUED) && record->waits_for == 0)
        dispatcher_why (self->broker->dispatcher, record->job, record->waiting);
    splits_add_progress (self->broker, record);
    record->removal_waits = record->removal_at && job_has_result (record) &&
                            !uri_is_stored (record->result) && !result_host_peer (self->broker, record);
}

int request_answer_state (struct client_request *self, const struct job_record *record, struct error *error)
{
    struct job_state_reply reply = {.job = *record};
    struct file_ticket tickets[OUTPUTS_MAX];
    file_tickets_record (self->broker, self->user, &reply.job, tickets);
    memcpy (reply.request, self->request, sizeof reply.request);
    request_add_progress (self, &reply.job);
    bool opened = turn_reopens (self->broker->turn, record->job);
    return (opened ? request_answer_opened : request_answer) (self, &job_state_reply_shape, &reply, error);
}
