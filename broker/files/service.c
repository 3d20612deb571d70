//  service.c: see service.h.
#include "broker/files/service.h"

#include "broker/access/connections.h"
#include "broker/files/clearing.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/socket_wait.h"
#include "messages/sockets/unix_socket.h"

#include <errno.h>
#include <string.h>

struct files {
    actor_t *actor;
    _Atomic uint64_t bytes;    //  as the thread has told
};

//  What the thread is handed.
struct service {
    _Atomic uint64_t *bytes;    //  of whoever has started it
    zsock_t *socket;
    blob_store_t *blob_store;
    connections_t *connections;
    bool by_keys;
    struct ticket_secret secret;
    char *unbound;    //  where the socket is to be bound as soon as that is free; NULL: it is bound
};

enum { CONNECTIONS_PART = 4, UNBOUND_MS = 5 };

static zmsg_t *s_problem (const char *request, const struct error *why)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (why->code));
    snprintf (problem.message, sizeof problem.message, "%.*s", (int) sizeof problem.message - 1, why->text);
    return frame_new (&problem_shape, &problem, NULL);
}

//  Who has sent a message, and for which store.
struct sender {
    blob_store_t *blob_store;
    const struct ticket_secret *secret;    //  NULL: without keys
    const char *user;
};

//  For whom a ticket lets its bearer speak; false: it is none.
static bool s_read_ticket (const struct sender *sender, const char *ticket, enum ticket_use use,
                           const char *sha256, char owner[KEY_TEXT_BYTES])
{
    struct ticket_terms terms = {.use = use, .sha256 = sha256, .user = use == TICKET_GET ? sender->user : ""};
    return ticket_read (sender->secret, ticket, &terms, clock_wall_ms () / 1000, owner);
}

static zmsg_t *s_put (const struct sender *sender, const struct frame *frame, const void *message)
{
    struct error error = {.code = DMH_OK};
    const struct put *put = message;
    struct stored stored = {.request = ""};
    char owner[KEY_TEXT_BYTES] = "";
    struct blob_store_piece piece = {put->sha256,          put->bytes, put->offset, frame->payload,
                                     frame->payload_bytes, NULL,       NULL};
    memcpy (stored.request, put->request, sizeof stored.request);
    memcpy (stored.sha256, put->sha256, sizeof stored.sha256);
    int rc = DMH_OK;
    if (sender->secret) {
        piece.sender = sender->user;
        piece.owner = *put->ticket ? owner : NULL;
        if (*put->ticket && !s_read_ticket (sender, put->ticket, TICKET_PUT, NULL, owner))
            rc = error_set (&error, DMH_UNAUTHORIZED,
                            "this ticket does not let you leave files for anybody (any more)");
    }
    if (rc == DMH_OK)
        rc = blob_store_put (sender->blob_store, &piece, &stored.offset, &error);
    if (rc != DMH_OK) {
        metrics_add (METRIC_TRANSFER_ERRORS, METRIC_TRANSFER_IN, 1);
        return s_problem (put->request, &error);
    }
    stored.whole = stored.offset == put->bytes;
    metrics_add (METRIC_TRANSFER_BYTES, METRIC_TRANSFER_IN, frame->payload_bytes);
    //  Who asks how much of it is there sends nothing.
    metrics_add (METRIC_TRANSFERS, METRIC_TRANSFER_IN, stored.whole && (frame->payload_bytes || !put->bytes));
    return frame_new (&stored_shape, &stored, NULL);
}

static zmsg_t *s_get (const struct sender *sender, const struct frame *frame, const void *message)
{
    (void) frame;
    struct error error = {.code = DMH_OK};
    const struct get *get = message;
    zmsg_t *answer = NULL;
    struct chunk chunk = {.offset = get->offset};
    char owner[KEY_TEXT_BYTES];
    memcpy (chunk.request, get->request, sizeof chunk.request);
    memcpy (chunk.sha256, get->sha256, sizeof chunk.sha256);
    size_t n = get->bytes < CHUNK_BYTES ? (size_t) get->bytes : CHUNK_BYTES, got = 0;
    //  Without a ticket that holds it is asked for as the peer's own.
    const char *as = !sender->secret                                                       ? NULL
                     : s_read_ticket (sender, get->ticket, TICKET_GET, get->sha256, owner) ? owner
                                                                                           : sender->user;
    char *piece = malloc (CHUNK_BYTES);
    if (!piece)
        error_set (&error, DMH_INTERNAL, "out of memory for a piece of a file");
    else
        blob_store_get (sender->blob_store, get->sha256, as, get->offset, piece, n, &got, &chunk.bytes,
                        &error);
    if (error.code != DMH_OK) {
        metrics_add (METRIC_TRANSFER_ERRORS, METRIC_TRANSFER_OUT, 1);
        answer = s_problem (get->request, &error);
    } else if ((answer = frame_new (&chunk_shape, &chunk, NULL)) && zmsg_addmem (answer, piece, got) != 0)
        zmsg_destroy (&answer);
    if (answer && error.code == DMH_OK) {
        metrics_add (METRIC_TRANSFER_BYTES, METRIC_TRANSFER_OUT, got);
        metrics_add (METRIC_TRANSFERS, METRIC_TRANSFER_OUT,
                     (got || !chunk.bytes) && get->offset + got == chunk.bytes);
    }
    free (piece);
    return answer;
}

static const struct {
    const struct shape *shape;
    zmsg_t *(*answer) (const struct sender *sender, const struct frame *frame, const void *message);
} REQUESTS[] = {{&put_shape, s_put}, {&get_shape, s_get}};
enum { REQUEST_COUNT = sizeof REQUESTS / sizeof *REQUESTS };

zmsg_t *files_answer (blob_store_t *blob_store, const struct ticket_secret *secret, const char *user,
                      zmsg_t *frames)
{
    struct sender sender = {blob_store, secret, user};
    union {
        struct put put;
        struct get get;
    } message;
    struct frame frame;
    struct error error = {.code = DMH_OK};
    size_t i = 0;
    int rc = secret && (!user || !*user)
                 ? error_set (&error, DMH_UNAUTHORIZED, "the files service lets in keys alone")
                 : frame_open (frames, &frame, &error);
    while (rc == DMH_OK && i < REQUEST_COUNT && !streq (frame.kind, REQUESTS[i].shape->name))
        i++;
    if (rc == DMH_OK && i == REQUEST_COUNT)
        rc = error_set (&error, DMH_UNSUPPORTED, "the files socket knows PUT and GET alone");
    if (rc == DMH_OK)
        rc = shape_decode (REQUESTS[i].shape, frame.body, frame.body_bytes, &message, &error);
    if (rc != DMH_OK)
        return s_problem ("", &error);
    zmsg_t *answer = REQUESTS[i].answer (&sender, &frame, &message);
    shape_clear (REQUESTS[i].shape, &message);
    //  cppcheck-suppress returnDanglingLifetime ; an answer keeps copies
    return answer;
}

static void s_serve (struct service *service)
{
    zmsg_t *message = zmsg_recv (service->socket);
    zframe_t *identity = message ? zmsg_pop (message) : NULL;
    connections_heard (service->connections, identity);
    zframe_t *first = message ? zmsg_first (message) : NULL;
    zmsg_t *answer = identity ? files_answer (service->blob_store, service->by_keys ? &service->secret : NULL,
                                              first ? zframe_meta (first, "User-Id") : NULL, message)
                              : NULL;
    if (answer && zmsg_prepend (answer, &identity) == 0)
        zmsg_send (&answer, service->socket);
    zframe_destroy (&identity);
    zmsg_destroy (&answer);
    zmsg_destroy (&message);
}

static void s_close (struct service *service)
{
    connections_destroy (&service->connections);
    zsock_destroy (&service->socket);
    blob_store_destroy (&service->blob_store);
    zstr_free (&service->unbound);
    free (service);
}

//  Not one of this process alone.
static void s_watch (struct service *service, const char *endpoint)
{
    if ((strncmp (endpoint, "tcp://", 6) == 0 || unix_socket_path (endpoint)) &&
        connections_watch (service->connections, service->socket, CONNECTIONS_MESSAGES) != 0)
        log_event (LOG_LEVEL_WARNING, "peers.not_watched", NULL, NULL, "at", "files", "error",
                   zmq_strerror (zmq_errno ()), NULL);
}

//  The address of a closed socket is free a moment after it is gone.
static void s_bind (struct service *service)
{
    if (zmq_bind (zsock_resolve (service->socket), service->unbound) == 0)
        zstr_free (&service->unbound);
}

static void s_remove (struct service *service, zsock_t *pipe, zhashx_t *files)
{
    zsock_send (pipe, "i", clearing_remove (service->blob_store, service->by_keys, files) ? 1 : 0);
}

//  The owner's word; true: leave.
static bool s_take_word (struct service *service, zsock_t *pipe)
{
    char *word = NULL, *text = NULL;
    void *given = NULL;
    bool leave = zsock_recv (pipe, "sps", &word, &given, &text) != 0 || !word || streq (word, "$TERM");
    if (!leave && streq (word, "RENEW") && given && text) {
        connections_unwatch (service->connections, service->socket);
        zsock_destroy (&service->socket);
        service->socket = given;
        s_watch (service, text);
        zstr_free (&service->unbound);
        service->unbound = text;
        text = NULL;
        s_bind (service);
    } else if (!leave && streq (word, "SWEEP") && given && text) {
        zhashx_t *needed = given;
        clearing_sweep (service->blob_store, needed, (time_t) strtoll (text, NULL, 10));
        zhashx_destroy (&needed);
    } else if (!leave && streq (word, "REMOVE") && given) {
        zhashx_t *files = given;
        s_remove (service, pipe, files);
        zhashx_destroy (&files);
    }
    zstr_free (&word);
    zstr_free (&text);
    return leave;
}

static long s_wait_ms (const struct service *service)
{
    return service->unbound                               ? UNBOUND_MS
           : connections_count (service->connections) > 0 ? CONNECTIONS_CHECK_MS
                                                          : -1;
}

static void s_run (zsock_t *pipe, void *args)
{
    struct service *service = args;
    zsock_signal (pipe, 0);
    for (bool ended = false; !ended;) {
        zmq_pollitem_t items[2 + CONNECTIONS_SOCKETS_MAX] = {
            {zsock_resolve (pipe), 0, ZMQ_POLLIN, 0}, {zsock_resolve (service->socket), 0, ZMQ_POLLIN, 0}};
        int count = 2;
        for (size_t i = 0; i < CONNECTIONS_SOCKETS_MAX; i++)
            if (connections_events (service->connections, i))
                items[count++] = (zmq_pollitem_t){
                    zsock_resolve (connections_events (service->connections, i)), 0, ZMQ_POLLIN, 0};
        if (socket_wait (items, count, s_wait_ms (service)) < 0 && zmq_errno () != EINTR)
            break;
        connections_check (service->connections, clock_mono_ms ());
        if (service->unbound)
            s_bind (service);
        if (items[1].revents & ZMQ_POLLIN)
            s_serve (service);
        if (items[0].revents & ZMQ_POLLIN)
            ended = s_take_word (service, pipe);
        *service->bytes = blob_store_used (service->blob_store);
    }
    s_close (service);
}

size_t files_connections (void)
{
    return connections_room () / CONNECTIONS_PART;
}

files_t *files_new (zsock_t **socket, blob_store_t **blob_store, const struct ticket_secret *secret,
                    struct error *error)
{
    files_t *self = calloc (1, sizeof *self);
    struct service *service = calloc (1, sizeof *service);
    if (self && service) {
        self->bytes = blob_store_used (*blob_store);
        *service = (struct service){.bytes = &self->bytes,
                                    .socket = *socket,
                                    .blob_store = *blob_store,
                                    .connections = connections_new (files_connections ()),
                                    .by_keys = secret != NULL};
        if (secret)
            service->secret = *secret;
        *socket = NULL;
        *blob_store = NULL;
        if (service->connections) {
            char *endpoint = zsock_last_endpoint (service->socket);
            s_watch (service, endpoint ? endpoint : "");
            zstr_free (&endpoint);
            self->actor = actor_new (s_run, service);
        }
    }
    if (self && self->actor)
        return self;
    int why = errno;
    if (service)
        s_close (service);
    free (self);
    zsock_destroy (socket);
    blob_store_destroy (blob_store);
    error_set (error, DMH_INTERNAL, "the files service cannot be started: %s", strerror (why));
    return NULL;
}

void files_renew (files_t *self, zsock_t **socket, const char *endpoint)
{
    if (zsock_send (actor_pipe (self->actor), "sps", "RENEW", *socket, endpoint) != 0)
        zsock_destroy (socket);
    *socket = NULL;
}

void files_sweep (files_t *self, zhashx_t **needed, time_t before)
{
    char text[24];
    snprintf (text, sizeof text, "%lld", (long long) before);
    if (zsock_send (actor_pipe (self->actor), "sps", "SWEEP", *needed, text) != 0)
        zhashx_destroy (needed);
    *needed = NULL;
}

void files_remove (files_t *self, zhashx_t **files)
{
    if (zsock_send (actor_pipe (self->actor), "sps", "REMOVE", *files, "") != 0)
        zhashx_destroy (files);
    *files = NULL;
}

zsock_t *files_word (const files_t *self)
{
    return actor_pipe (self->actor);
}

bool files_told (files_t *self, bool *removed)
{
    int good = 0;
    if (!(zsock_events (actor_pipe (self->actor)) & ZMQ_POLLIN) ||
        zsock_recv (actor_pipe (self->actor), "i", &good) != 0)
        return false;
    *removed = good != 0;
    return true;
}

uint64_t files_bytes (const files_t *self)
{
    return self->bytes;
}

void files_destroy (files_t **self_p)
{
    files_t *self = *self_p;
    if (!self)
        return;
    actor_destroy (&self->actor);
    free (self);
    *self_p = NULL;
}
