//  result_host.c: see result_host.h.
#include "broker/workers/result_host.h"

#include "broker/file_tickets.h"
#include "messages/base/log.h"
#include "messages/uri.h"

//  A question to the workers of a host.
struct host_order {
    struct broker *broker;
    const char *host;
    const struct shape *shape;
    const void *message;
    size_t sent;
};

static bool s_send_to_host (void *context, const struct peer *peer)
{
    struct host_order *order = context;
    if (streq (peer->host, order->host))
        order->sent +=
            frame_send (order->broker->back, peer->identity, order->shape, order->message, NULL) == DMH_OK;
    return false;
}

static bool s_is_of_host (void *context, const struct peer *peer)
{
    return streq (peer->host, context);
}

const struct peer *result_host_peer (const struct broker *self, const struct job_record *record)
{
    char host[NAME_BYTES];
    memcpy (host, record->host, sizeof host);
    const struct peer *peer = peers_of_worker (self->peers, record->worker);
    return peer || !*host ? peer : peers_any (self->peers, s_is_of_host, host);
}

bool result_host_ask (struct broker *self, const struct job_record *record, const struct shape *shape,
                      const void *message)
{
    struct host_order order = {self, record->host, shape, message, 0};
    const struct peer *peer = peers_of_worker (self->peers, record->worker);
    if (peer)
        s_send_to_host (&order, peer);
    else
        peers_any (self->peers, s_send_to_host, &order);
    return order.sent > 0;
}

int result_host_bring (struct broker *self, const struct job_record *record, struct error *error)
{
    struct hand_over order = {
        .attempt = record->attempt, .outputs = record->outputs, .outputs_count = record->outputs_count};
    if (!job_has_result (record))
        return error_set (error, DMH_CONFLICT, "the job is %s and has no result", record->state);
    if (!self->files)
        return error_set (error, DMH_UNAVAILABLE, "the broker keeps no files; its --files is off");
    memcpy (order.job, record->job, sizeof order.job);
    memcpy (order.uri, record->result, sizeof order.uri);
    file_tickets_deposit (self, record->owner, order.deposit);
    if (uri_is_stored (record->result))
        return DMH_OK;
    if (result_host_ask (self, record, &hand_over_shape, &order)) {
        int rc = store_begin (self->store, error);    //  committed with the answer
        if (rc == DMH_OK)
            rc = store_note_brought (self->store, record, error);
        if (rc != DMH_OK) {
            turn_unwrite (self->turn);
            return rc;
        }
        log_event (LOG_LEVEL_INFO, "result.wanted", record->job, record->correlation, "host", record->host,
                   NULL);
        return DMH_OK;
    }
    return error_set (error, DMH_NOT_FOUND,
                      "the result is on host %s, of which no worker is connected; try again later",
                      *record->host ? record->host : "(not known)");
}
