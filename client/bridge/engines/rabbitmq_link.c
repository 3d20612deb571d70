//  rabbitmq_link.c: see rabbitmq_link.h.
#define _GNU_SOURCE
#include "client/bridge/engines/rabbitmq_link.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"

#if __has_include(<rabbitmq-c/ssl_socket.h>)
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    FRAME_BYTES = 128 * 1024,
    HEARTBEAT_S = 60,    //  so a bridge that stands still loses what it holds
    KEEP_IDLE_S = 30,
    KEEP_AGAIN_S = 10,
    KEEP_TIMES = 3,
    UNTAKEN_MS = 60000,      //  after which a server that takes nothing of what was written is gone
    SCRATCH_CHANNEL = 99,    //  where a question may be answered by closing the channel
    ACCESS_REFUSED = 403,
    NOT_FOUND = 404
};

struct rabbitmq_link {
    amqp_connection_state_t state;
    char shown[QUEUE_SHOWN_BYTES];
};

static struct timeval s_time (int ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000};
}

static int s_lost (const rabbitmq_link_t *self, const char *why, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "%s: %s", self->shown, why);
}

//  What the server closes a channel or the connection with.
static int s_closed (const rabbitmq_link_t *self, const amqp_method_t *method, struct error *error)
{
    const amqp_channel_close_t *channel = method->decoded;
    const amqp_connection_close_t *connection = method->decoded;
    bool is_channel = method->id == AMQP_CHANNEL_CLOSE_METHOD;
    if (!is_channel && method->id != AMQP_CONNECTION_CLOSE_METHOD)
        return s_lost (self, "it answers something else", error);
    int why = is_channel ? channel->reply_code : connection->reply_code;
    amqp_bytes_t text = is_channel ? channel->reply_text : connection->reply_text;
    int code = why == ACCESS_REFUSED ? DMH_UNAUTHORIZED : why == NOT_FOUND ? DMH_NOT_FOUND : DMH_CONFLICT;
    return error_set (error, code, "RabbitMQ says: %.*s", NARROW (int, text.len < 300 ? text.len : 300),
                      (const char *) text.bytes);
}

static int s_judge (const rabbitmq_link_t *self, const amqp_rpc_reply_t *reply, struct error *error)
{
    switch (reply->reply_type) {
    case AMQP_RESPONSE_NORMAL:
        return DMH_OK;
    case AMQP_RESPONSE_SERVER_EXCEPTION:
        return s_closed (self, &reply->reply, error);
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
        return s_lost (self, amqp_error_string2 (reply->library_error), error);
    case AMQP_RESPONSE_NONE:
        break;
    }
    return s_lost (self, "it does not answer", error);
}

amqp_connection_state_t rabbitmq_link_state (const rabbitmq_link_t *self)
{
    return self->state;
}

int rabbitmq_link_said (const rabbitmq_link_t *self, struct error *error)
{
    amqp_rpc_reply_t reply = amqp_get_rpc_reply (self->state);
    return s_judge (self, &reply, error);
}

//  The certificate has to be the host's, by one that is trusted.
static amqp_socket_t *s_tls_socket (rabbitmq_link_t *self, const struct queue_config *config,
                                    struct error *error)
{
    digest_ready ();
    amqp_socket_t *socket = amqp_ssl_socket_new (self->state);
    if (!socket) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    amqp_ssl_socket_set_verify_peer (socket, 1);
    amqp_ssl_socket_set_verify_hostname (socket, 1);
    amqp_ssl_socket_set_ssl_versions (socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    bool good = config->tls_ca ? amqp_ssl_socket_set_cacert (socket, config->tls_ca) == AMQP_STATUS_OK
                               : SSL_CTX_set_default_verify_paths (amqp_ssl_socket_get_context (socket)) == 1;
    if (good)
        return socket;
    error_set (error, DMH_USAGE, "--tls-ca %s holds no certificates that can be read",
               config->tls_ca ? config->tls_ca : "");
    return NULL;
}

//  Who went away without a word is noticed without heartbeats, which nobody would send while a file is on its
//  way.
static void s_keep_alive (int fd)
{
    const int on = 1, idle = KEEP_IDLE_S, again = KEEP_AGAIN_S, times = KEEP_TIMES, untaken = UNTAKEN_MS;
    setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &again, sizeof again);
    setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
    setsockopt (fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &untaken, sizeof untaken);
}

static int s_login (rabbitmq_link_t *self, const struct queue_url *url, struct error *error)
{
    const char *vhost = *url->path ? url->path : "/";
    const char *user = *url->user ? url->user : "guest", *password = *url->user ? url->password : "guest";
    amqp_rpc_reply_t reply =
        amqp_login (self->state, vhost, 0, FRAME_BYTES, HEARTBEAT_S, AMQP_SASL_METHOD_PLAIN, user, password);
    return s_judge (self, &reply, error);
}

static int s_open (rabbitmq_link_t *self, const struct queue_config *config, unsigned channels,
                   struct error *error)
{
    struct timeval patience = s_time (QUEUE_ANSWER_MS);
    if (!(self->state = amqp_new_connection ()))
        return error_set (error, DMH_INTERNAL, "out of memory");
    amqp_socket_t *socket =
        config->url.tls ? s_tls_socket (self, config, error) : amqp_tcp_socket_new (self->state);
    if (!socket)
        return config->url.tls ? error->code : error_set (error, DMH_INTERNAL, "out of memory");
    amqp_set_handshake_timeout (self->state, &patience);
    amqp_set_rpc_timeout (self->state, &patience);
    char host[QUEUE_HOST_BYTES];
    snprintf (host, sizeof host, "%s", config->url.host);
    int why = amqp_socket_open_noblock (socket, host, (int) config->url.port, &patience);
    if (why != AMQP_STATUS_OK)
        return s_lost (self, amqp_error_string2 (why), error);
    s_keep_alive (amqp_get_sockfd (self->state));
    int rc = s_login (self, &config->url, error);
    for (unsigned i = 1; rc == DMH_OK && i <= channels; i++) {
        amqp_channel_open (self->state, (amqp_channel_t) i);
        rc = rabbitmq_link_said (self, error);
    }
    return rc;
}

rabbitmq_link_t *rabbitmq_link_new (const struct queue_config *config, unsigned channels, struct error *error)
{
    rabbitmq_link_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    queue_url_show (&config->url, self->shown);
    if (s_open (self, config, channels, error) != DMH_OK)
        rabbitmq_link_destroy (&self);
    return self;
}

//  Without a word of farewell, which would wait for an answer: the server takes back what is held either way.
void rabbitmq_link_destroy (rabbitmq_link_t **self_p)
{
    rabbitmq_link_t *self = *self_p;
    if (!self)
        return;
    if (self->state)
        amqp_destroy_connection (self->state);
    free (self);
    *self_p = NULL;
}

int rabbitmq_link_descriptor (const rabbitmq_link_t *self)
{
    return amqp_get_sockfd (self->state);
}

int rabbitmq_link_open_again (rabbitmq_link_t *self, unsigned channel, struct error *error)
{
    amqp_channel_close_ok_t closed = {.dummy = 0};
    amqp_send_method (self->state, (amqp_channel_t) channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &closed);
    amqp_channel_open (self->state, (amqp_channel_t) channel);
    return rabbitmq_link_said (self, error);
}

static int s_open_scratch (rabbitmq_link_t *self, struct error *error)
{
    amqp_channel_open (self->state, SCRATCH_CHANNEL);
    return rabbitmq_link_said (self, error);
}

static int s_close_scratch (rabbitmq_link_t *self, struct error *error)
{
    amqp_rpc_reply_t reply = amqp_channel_close (self->state, SCRATCH_CHANNEL, AMQP_REPLY_SUCCESS);
    return s_judge (self, &reply, error);
}

//  An answer has closed it.
static void s_forget_scratch (rabbitmq_link_t *self)
{
    amqp_channel_close_ok_t closed = {.dummy = 0};
    amqp_send_method (self->state, SCRATCH_CHANNEL, AMQP_CHANNEL_CLOSE_OK_METHOD, &closed);
}

//  Asks, and makes what is not there: once each.
static int s_need (rabbitmq_link_t *self,
                   void (*declare) (rabbitmq_link_t *self, const char *name, bool passive,
                                    const amqp_table_t *arguments),
                   const char *name, const amqp_table_t *arguments, struct error *error)
{
    struct error why = {.code = DMH_OK};
    int rc = s_open_scratch (self, error);
    if (rc != DMH_OK)
        return rc;
    declare (self, name, true, NULL);
    rc = rabbitmq_link_said (self, &why);
    if (rc == DMH_OK)
        return s_close_scratch (self, error);
    if (rc != DMH_NOT_FOUND)
        return error_set (error, rc, "%s", why.text);
    rc = rabbitmq_link_open_again (self, SCRATCH_CHANNEL, error);    //  the answer closed it
    if (rc == DMH_OK) {
        declare (self, name, false, arguments);
        rc = rabbitmq_link_said (self, error);
    }
    if (rc == DMH_OK)
        return s_close_scratch (self, error);
    s_forget_scratch (self);
    return rc;
}

static void s_declare_queue (rabbitmq_link_t *self, const char *name, bool passive,
                             const amqp_table_t *arguments)
{
    amqp_queue_declare (self->state, SCRATCH_CHANNEL, amqp_cstring_bytes (name), passive, 1, 0, 0,
                        arguments ? *arguments : amqp_empty_table);
}

static void s_declare_exchange (rabbitmq_link_t *self, const char *name, bool passive,
                                const amqp_table_t *arguments)
{
    amqp_exchange_declare (self->state, SCRATCH_CHANNEL, amqp_cstring_bytes (name),
                           amqp_cstring_bytes ("topic"), passive, 1, 0, 0,
                           arguments ? *arguments : amqp_empty_table);
}

int rabbitmq_link_need_queue (rabbitmq_link_t *self, const char *name, const amqp_table_t *arguments,
                              struct error *error)
{
    return s_need (self, s_declare_queue, name, arguments, error);
}

int rabbitmq_link_remove_queue (rabbitmq_link_t *self, const char *name, struct error *error)
{
    int rc = s_open_scratch (self, error);
    if (rc != DMH_OK)
        return rc;
    amqp_queue_delete (self->state, SCRATCH_CHANNEL, amqp_cstring_bytes (name), 0, 0);
    rc = rabbitmq_link_said (self, error);
    if (rc == DMH_OK)
        return s_close_scratch (self, error);
    s_forget_scratch (self);
    return rc;
}

amqp_table_entry_t rabbitmq_link_text (const char *key, const char *value)
{
    return (amqp_table_entry_t){
        .key = amqp_cstring_bytes (key),
        .value = {.kind = AMQP_FIELD_KIND_UTF8, .value = {.bytes = amqp_cstring_bytes (value)}}};
}

int rabbitmq_link_need_exchange (rabbitmq_link_t *self, const char *name, struct error *error)
{
    return s_need (self, s_declare_exchange, name, NULL, error);
}

//  A frame that is no delivery's.
static int s_take_frame (rabbitmq_link_t *self, struct rabbitmq_news *out, struct error *error)
{
    amqp_frame_t frame;
    struct timeval now = s_time (0);
    int why = amqp_simple_wait_frame_noblock (self->state, &frame, &now);
    if (why == AMQP_STATUS_TIMEOUT || (why == AMQP_STATUS_OK && frame.frame_type != AMQP_FRAME_METHOD))
        return DMH_NOT_FOUND;
    if (why != AMQP_STATUS_OK)
        return s_lost (self, amqp_error_string2 (why), error);
    const amqp_method_t *method = &frame.payload.method;
    const amqp_basic_ack_t *ack = method->decoded;
    switch (method->id) {
    case AMQP_BASIC_ACK_METHOD:
        out->is_delivery = false;
        out->channel = frame.channel;
        out->tag = ack->delivery_tag;
        out->multiple = ack->multiple;
        return DMH_OK;
    case AMQP_BASIC_NACK_METHOD:
        return s_lost (self, "it refuses a message that was published", error);
    case AMQP_BASIC_CANCEL_METHOD:
        return s_lost (self, "the queue that is taken from was removed", error);
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
        s_closed (self, method, error);
        return error ? (error->code = DMH_UNAVAILABLE) : DMH_UNAVAILABLE;
    default:
        return DMH_NOT_FOUND;    //  connection.blocked and its like
    }
}

int rabbitmq_link_take (rabbitmq_link_t *self, int wait_ms, struct rabbitmq_news *out, struct error *error)
{
    int64_t until = clock_mono_ms () + wait_ms;
    for (;;) {
        int64_t left = until - clock_mono_ms ();
        struct timeval wait = s_time (left > 0 ? NARROW (int, left) : 0);
        amqp_maybe_release_buffers (self->state);
        amqp_rpc_reply_t reply = amqp_consume_message (self->state, &out->envelope, &wait, 0);
        out->is_delivery = reply.reply_type == AMQP_RESPONSE_NORMAL;
        if (out->is_delivery)
            return DMH_OK;
        bool is_library = reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION;
        if (is_library && reply.library_error == AMQP_STATUS_TIMEOUT)
            return DMH_NOT_FOUND;
        if (!is_library || reply.library_error != AMQP_STATUS_UNEXPECTED_STATE)
            return s_judge (self, &reply, error);
        int rc = s_take_frame (self, out, error);
        if (rc != DMH_NOT_FOUND)
            return rc;
    }
}
