//  broker_link.c: see broker_link.h.
#include "worker/session/broker_link.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"
#include "messages/request.h"
#include "messages/sockets/metrics_server.h"
#include "messages/sockets/socket.h"
#include "messages/uri.h"

enum {
    FRAME_BYTES_MAX = 2 * 1024 * 1024,
    QUEUE_MESSAGES = 1000    //  high-water mark; a full queue means that the broker is away
};

int broker_link_open (struct broker_link *self, const char *list, const struct credential *credential,
                      struct error *error)
{
    *self = (struct broker_link){.credential = credential, .back_off = BACK_OFF_FIRST_MS};
    self->broker_count = uri_list (list, self->brokers, BROKERS_MAX);
    return self->broker_count
               ? DMH_OK
               : error_set (error, DMH_USAGE, "%s is no list of at most %d endpoints; write tcp://HOST:PORT",
                            list, BROKERS_MAX);
}

void broker_link_close (struct broker_link *self)
{
    zsock_destroy (&self->socket);
    zsock_destroy (&self->feed);
}

//  A fresh socket: what an old one still holds for a broker that is gone must not arrive late.
int broker_link_connect (struct broker_link *self, struct error *error)
{
    int64_t most = FRAME_BYTES_MAX;
    self->registered = false;
    metrics_server_ready (false);
    self->heard_at = clock_mono_ms ();
    zsock_t *fresh = socket_new (ZMQ_DEALER);
    if (!fresh)
        return error_set (error, DMH_INTERNAL, "a socket to the broker cannot be made: %s", strerror (errno));
    zsock_destroy (&self->socket);
    self->socket = fresh;
    zsock_set_linger (self->socket, GOODBYE_MS);
    zsock_set_sndhwm (self->socket, QUEUE_MESSAGES);
    zsock_set_rcvhwm (self->socket, QUEUE_MESSAGES);
    zmq_setsockopt (zsock_resolve (self->socket), ZMQ_MAXMSGSIZE, &most, sizeof most);
    size_t last =
        self->broker ? (size_t) (self->broker - self->brokers[0]) / URI_BYTES : self->broker_count - 1;
    self->broker = self->brokers[(last + 1) % self->broker_count];
    if (credential_show (self->credential, self->socket) != 0 ||
        zsock_connect (self->socket, "%s", self->broker) != 0)
        return error_set (error, DMH_USAGE, "%s is no endpoint; write tcp://HOST:PORT", self->broker);
    return DMH_OK;
}

void broker_link_register (struct broker_link *self, const struct registered *registered)
{
    if (!self->registered)
        log_event (LOG_LEVEL_INFO, "worker.registered", NULL, NULL, "broker", self->broker, NULL);
    self->registered = true;
    metrics_server_ready (true);
    self->unheard = false;
    self->back_off = BACK_OFF_FIRST_MS;
    char endpoint[URI_BYTES];
    uri_seen_from (registered->feed, self->broker, endpoint);
    uri_seen_from (registered->files, self->broker, self->files);
    zsock_destroy (&self->feed);
    self->feed = socket_new (ZMQ_PUB);
    if (!self->feed)
        return;
    zsock_set_sndhwm (self->feed, QUEUE_MESSAGES);
    zsock_set_linger (self->feed, 0);
    if (credential_show (self->credential, self->feed) != 0 ||
        zsock_connect (self->feed, "%s", endpoint) != 0)
        zsock_destroy (&self->feed);
}

void broker_link_send (struct broker_link *self, const struct shape *shape, const void *message)
{
    struct error error;
    if (frame_send (self->socket, NULL, shape, message, &error) == DMH_OK)
        return;
    self->unheard = true;    //  said again with the next heartbeat
    log_event (LOG_LEVEL_DEBUG, "link.full", NULL, NULL, "error", error.text, NULL);
}

zmsg_t *broker_link_receive (struct broker_link *self, struct frame *frame)
{
    struct error error = {.code = DMH_OK};
    zmsg_t *message = zmsg_recv (self->socket);
    if (message && frame_open (message, frame, &error) != DMH_OK) {
        log_event (LOG_LEVEL_WARNING, "frame.refused", NULL, NULL, "error", error.text, NULL);
        zmsg_destroy (&message);
    }
    if (message)
        self->heard_at = clock_mono_ms ();
    return message;
}

void broker_link_publish (struct broker_link *self, const char *topic, const void *body, size_t n)
{
    if (self->feed && frame_put (self->feed, topic, strlen (topic), true))
        frame_put (self->feed, body, n, false);
}

bool broker_link_beats (const struct broker_link *self, int64_t now)
{
    return self->registered && now - self->beat_at >= HEARTBEAT_MS;
}

bool broker_link_is_silent (struct broker_link *self, int64_t now)
{
    if (now - self->heard_at < (self->registered ? WORKER_SILENT_MS : self->back_off))
        return false;
    if (self->registered) {
        log_event (LOG_LEVEL_WARNING, "broker.silent", NULL, NULL, "broker", self->broker, NULL);
        self->back_off = BACK_OFF_FIRST_MS;
    } else if (self->broker == self->brokers[self->broker_count - 1])    //  all were tried
        self->back_off = self->back_off * 2 < BACK_OFF_MOST_MS ? self->back_off * 2 : BACK_OFF_MOST_MS;
    return true;
}

int broker_link_wait_ms (const struct broker_link *self, int64_t now)
{
    int64_t due = self->heard_at + (self->registered ? WORKER_SILENT_MS : self->back_off);
    if (self->registered && self->beat_at + HEARTBEAT_MS < due)
        due = self->beat_at + HEARTBEAT_MS;
    return due <= now ? 0 : NARROW (int, due - now);
}
