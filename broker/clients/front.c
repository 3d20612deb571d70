//  front.c: see front.h.
#include "broker/clients/front.h"

#include "broker/clients/backup.h"
#include "broker/clients/batches.h"
#include "broker/clients/jobs.h"
#include "broker/clients/remove.h"
#include "broker/clients/request.h"
#include "broker/clients/stats.h"
#include "broker/clients/submit.h"
#include "broker/clients/workers.h"
#include "broker/reply.h"
#include "messages/version.h"

//  Whether a path of the client's is one that every worker may open, at least in the folders that they name.
//  A worker that comes later by a Unix socket opens what its user may; one of TCP does not.
static bool s_share (struct broker *self, const struct hello *hello, char roots[URI_BYTES])
{
    bool is_tcp = strncmp (self->endpoints.back, "tcp://", 6) == 0;
    if (!*hello->disk || !streq (hello->disk, self->disk) || (!peers_count (self->peers) && is_tcp))
        return false;
    if (!peers_count (self->peers))
        return true;
    const struct peer *all = peers_alike (self->peers);
    if (all)
        memcpy (roots, all->roots, URI_BYTES);
    return all && streq (all->disk, self->disk);
}

static int s_hello (struct client_request *request, const void *message, struct error *error)
{
    const struct hello *hello = message;
    struct broker *self = request->broker;
    struct welcome welcome = {.version = DMH_VERSION};
    memcpy (welcome.request, request->request, sizeof welcome.request);
    memcpy (welcome.broker_id, self->broker_id, sizeof welcome.broker_id);
    memcpy (welcome.feed, self->endpoints.feed, sizeof welcome.feed);
    memcpy (welcome.files, self->endpoints.files, sizeof welcome.files);
    memcpy (welcome.back, self->endpoints.back, sizeof welcome.back);
    welcome.shares_disk = s_share (self, hello, welcome.roots);
    return request_answer (request, &welcome_shape, &welcome, error);
}

enum {
    ABOUT_A_JOB = offsetof (struct job_request, on_behalf_of),
    BARE = offsetof (struct bare_request, on_behalf_of)
};

static const struct {
    const struct shape *shape;
    int (*take) (struct client_request *request, const void *message, struct error *error);
    size_t on_behalf_of;    //  where it says so; 0: it is about nobody's jobs
} REQUESTS[] = {{&hello_shape, s_hello, 0},
                {&submit_shape, submit_take, offsetof (struct submit, on_behalf_of)},
                {&list_shape, jobs_list, offsetof (struct list, on_behalf_of)},
                {&status_shape, jobs_status, ABOUT_A_JOB},
                {&cancel_shape, jobs_cancel, ABOUT_A_JOB},
                {&retry_shape, jobs_retry, ABOUT_A_JOB},
                {&fetched_shape, jobs_fetched, ABOUT_A_JOB},
                {&bring_shape, jobs_bring, ABOUT_A_JOB},
                {&remove_shape, remove_take, ABOUT_A_JOB},
                {&batch_request_shape, batches_take, offsetof (struct batch_request, on_behalf_of)},
                {&find_shape, batches_find, offsetof (struct find, on_behalf_of)},
                {&workers_shape, workers_list, BARE},
                {&drain_request_shape, workers_drain, 0},
                {&stats_shape, stats_counters, BARE},
                {&backup_shape, backup_take, 0}};
enum { REQUEST_COUNT = sizeof REQUESTS / sizeof *REQUESTS };

//  Any of them; each begins with its id.
union message {
    char request[ID_BYTES];
    struct hello hello;
    struct submit submit;
    struct list list;
    struct job_request job;
    struct batch_request batch;
    struct find find;
    struct bare_request bare;
    struct drain_request drain;
    struct backup backup;
};

static int s_take (struct client_request *request, const struct frame *frame, struct error *error)
{
    union message message;
    size_t i = 0;
    while (i < REQUEST_COUNT && !streq (frame->kind, REQUESTS[i].shape->name))
        i++;
    if (i == REQUEST_COUNT)
        return error_set (error, DMH_UNSUPPORTED, "a broker's front does not know “%s”", frame->kind);
    int rc = shape_decode (REQUESTS[i].shape, frame->body, frame->body_bytes, &message, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (request->request, message.request, sizeof request->request);
    size_t whom = REQUESTS[i].on_behalf_of;
    rc = request_speak_for (request, whom ? (const char *) &message + whom : "", error);
    if (rc == DMH_OK)
        rc = REQUESTS[i].take (request, &message, error);
    shape_clear (REQUESTS[i].shape, &message);
    return rc;
}

void front_take (struct broker *self, zframe_t *identity, zmsg_t *message)
{
    const char *user = self->authorization ? authorization_user (zmsg_first (message)) : NULL;
    char *hex = user ? NULL : zframe_strhex (identity);
    struct client_request request = {.broker = self,
                                     .identity = identity,
                                     .client = user  ? user
                                               : hex ? hex
                                                     : "",
                                     .user = user};
    struct error error = {.code = DMH_OK};
    struct frame frame;
    int rc = frame_open (message, &frame, &error);
    if (rc == DMH_OK)
        rc = quota_ask (self->quota, request.client, self->clock_seen, &error);
    if (rc == DMH_OK)
        rc = s_take (&request, &frame, &error);
    if (rc != DMH_OK)
        reply_refuse (self, self->front, identity, request.request, &error);
    zstr_free (&hex);
}
