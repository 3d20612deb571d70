//  service.c: see service.h.
#include "broker/files/service.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "messages/base/log.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "messages/sockets/actor.h"

struct files {
    actor_t *actor;
};

//  What the thread is handed.
struct desk {
    zsock_t *socket;
    blob_store_t *blob_store;
    char *unbound;    //  where the socket is to be bound as soon as that is free; NULL: it is bound
};

enum { UNBOUND_MS = 5, PART_SECONDS = 24 * 60 * 60 };

static zmsg_t *s_problem (const char *request, const struct error *why)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (why->code));
    snprintf (problem.message, sizeof problem.message, "%.*s", (int) sizeof problem.message - 1, why->text);
    return frame_new (&problem_shape, &problem, NULL);
}

static zmsg_t *s_put (blob_store_t *blob_store, const struct frame *frame)
{
    struct error error = {.code = DMH_OK};
    struct put put = {.request = ""};
    if (put_decode (frame->body, frame->body_bytes, &put, &error) != DMH_OK)
        return s_problem ("", &error);
    struct stored stored = {.request = ""};
    memcpy (stored.request, put.request, sizeof stored.request);
    memcpy (stored.sha256, put.sha256, sizeof stored.sha256);
    if (blob_store_put (blob_store, put.sha256, put.bytes, put.offset, frame->payload, frame->payload_bytes,
                        &stored.offset, &error) != DMH_OK)
        return s_problem (put.request, &error);
    stored.whole = stored.offset == put.bytes;
    return frame_new (&stored_shape, &stored, NULL);
}

static zmsg_t *s_get (blob_store_t *blob_store, const struct frame *frame)
{
    struct error error = {.code = DMH_OK};
    struct get get = {.request = ""};
    if (get_decode (frame->body, frame->body_bytes, &get, &error) != DMH_OK)
        return s_problem ("", &error);
    zmsg_t *answer = NULL;
    struct chunk chunk = {.offset = get.offset};
    memcpy (chunk.request, get.request, sizeof chunk.request);
    memcpy (chunk.sha256, get.sha256, sizeof chunk.sha256);
    size_t n = get.bytes < CHUNK_BYTES ? (size_t) get.bytes : CHUNK_BYTES, got = 0;
    char *piece = malloc (CHUNK_BYTES);
    if (!piece)
        error_set (&error, DMH_INTERNAL, "out of memory for a piece of a file");
    else
        blob_store_get (blob_store, get.sha256, get.offset, piece, n, &got, &chunk.bytes, &error);
    if (error.code != DMH_OK)
        answer = s_problem (get.request, &error);
    else if ((answer = frame_new (&chunk_shape, &chunk, NULL)) && zmsg_addmem (answer, piece, got) != 0)
        zmsg_destroy (&answer);
    free (piece);
    return answer;
}

zmsg_t *files_answer (blob_store_t *blob_store, zmsg_t *message)
{
    struct frame frame;
    struct error error = {.code = DMH_OK};
    if (frame_open (message, &frame, &error) != DMH_OK)
        return s_problem ("", &error);
    if (streq (frame.kind, put_shape.name))
        return s_put (blob_store, &frame);
    if (streq (frame.kind, get_shape.name))
        return s_get (blob_store, &frame);
    error_set (&error, DMH_UNSUPPORTED, "the files socket knows PUT and GET alone");
    return s_problem ("", &error);
}

static void s_serve (struct desk *desk)
{
    zmsg_t *message = zmsg_recv (desk->socket);
    zframe_t *identity = message ? zmsg_pop (message) : NULL;
    zmsg_t *answer = identity ? files_answer (desk->blob_store, message) : NULL;
    if (answer && zmsg_prepend (answer, &identity) == 0)
        zmsg_send (&answer, desk->socket);
    zframe_destroy (&identity);
    zmsg_destroy (&answer);
    zmsg_destroy (&message);
}

static void s_close (struct desk *desk)
{
    zsock_destroy (&desk->socket);
    blob_store_destroy (&desk->blob_store);
    zstr_free (&desk->unbound);
    free (desk);
}

//  The address of a closed socket is free a moment after it is gone.
static void s_bind (struct desk *desk)
{
    if (zmq_bind (zsock_resolve (desk->socket), desk->unbound) == 0)
        zstr_free (&desk->unbound);
}

struct sweep {
    struct desk *desk;
    zhashx_t *needed;
    time_t before, parts_before;
    size_t removed;
};

static int s_sweep_one (void *context, const struct blob_store_file *file)
{
    struct sweep *self = context;
    struct error error = {.code = DMH_OK};
    //  Half a file is nobody's need; its sender has given up.
    if (file->used_at >= (file->whole ? self->before : self->parts_before) ||
        zhashx_lookup (self->needed, file->sha256))
        return DMH_OK;
    if (blob_store_remove (self->desk->blob_store, file->sha256, &error) == DMH_OK)
        self->removed++;
    else
        log_event (LOG_LEVEL_ERROR, "files.not_removed", NULL, NULL, "error", error.text, NULL);
    return DMH_OK;
}

static void s_sweep (struct desk *desk, zhashx_t *needed, const char *before)
{
    struct sweep sweep = {desk, needed, (time_t) strtoll (before, NULL, 10), time (NULL) - PART_SECONDS, 0};
    struct error error = {.code = DMH_OK};
    if (blob_store_list (desk->blob_store, s_sweep_one, &sweep, &error) != DMH_OK)
        log_event (LOG_LEVEL_ERROR, "files.not_swept", NULL, NULL, "error", error.text, NULL);
    char removed[24], used[24];
    snprintf (removed, sizeof removed, "%zu", sweep.removed);
    snprintf (used, sizeof used, "%" PRIu64, blob_store_used (desk->blob_store));
    if (sweep.removed)
        log_event (LOG_LEVEL_INFO, "files.swept", NULL, NULL, "removed", removed, "bytes_left", used, NULL);
}

//  The owner's word; true: leave.
static bool s_take_word (struct desk *desk, zsock_t *pipe)
{
    char *word = NULL, *text = NULL;
    void *given = NULL;
    bool leave = zsock_recv (pipe, "sps", &word, &given, &text) != 0 || !word || streq (word, "$TERM");
    if (!leave && streq (word, "RENEW") && given && text) {
        zsock_destroy (&desk->socket);
        desk->socket = given;
        zstr_free (&desk->unbound);
        desk->unbound = text;
        text = NULL;
        s_bind (desk);
    } else if (!leave && streq (word, "SWEEP") && given && text) {
        zhashx_t *needed = given;
        s_sweep (desk, needed, text);
        zhashx_destroy (&needed);
    }
    zstr_free (&word);
    zstr_free (&text);
    return leave;
}

static void s_run (zsock_t *pipe, void *args)
{
    struct desk *desk = args;
    zsock_signal (pipe, 0);
    for (bool ended = false; !ended;) {
        zmq_pollitem_t items[] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0},
                                  {zsock_resolve (desk->socket), 0, ZMQ_POLLIN, 0}};
        if (zmq_poll (items, 2, desk->unbound ? UNBOUND_MS : -1) < 0 && zmq_errno () != EINTR)
            break;
        if (desk->unbound)
            s_bind (desk);
        if (items[1].revents & ZMQ_POLLIN)
            s_serve (desk);
        if (items[0].revents & ZMQ_POLLIN)
            ended = s_take_word (desk, pipe);
    }
    s_close (desk);
}

files_t *files_new (zsock_t **socket, blob_store_t **blob_store, struct error *error)
{
    files_t *self = calloc (1, sizeof *self);
    struct desk *desk = calloc (1, sizeof *desk);
    if (self && desk) {
        *desk = (struct desk){*socket, *blob_store, NULL};
        *socket = NULL;
        *blob_store = NULL;
        self->actor = actor_new (s_run, desk);
    }
    if (self && self->actor)
        return self;
    int why = errno;
    if (desk)
        s_close (desk);
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

void files_destroy (files_t **self_p)
{
    files_t *self = *self_p;
    if (!self)
        return;
    actor_destroy (&self->actor);
    free (self);
    *self_p = NULL;
}
