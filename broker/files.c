//  files.c: see files.h.
#include "files.h"

#include <string.h>

#include "../messages/file.h"
#include "../messages/frame.h"
#include "../messages/request.h"

struct files {
    zactor_t *actor;
};

//  What the thread is handed.
struct desk {
    zsock_t *socket;
    vault_t *vault;
};

static zmsg_t *s_problem (const char *request, const struct error *why)
{
    struct problem problem = {.code = ""};
    snprintf (problem.request, sizeof problem.request, "%s", request);
    snprintf (problem.code, sizeof problem.code, "%s", error_word (why->code));
    snprintf (problem.message, sizeof problem.message, "%.*s", (int) sizeof problem.message - 1, why->text);
    return frame_new (&problem_shape, &problem, NULL);
}

static zmsg_t *s_put (vault_t *vault, const struct frame *frame)
{
    struct error error = {.code = DMH_OK};
    struct put put = {.request = ""};
    if (put_decode (frame->body, frame->body_bytes, &put, &error) != DMH_OK)
        return s_problem ("", &error);
    struct stored stored = {.request = ""};
    memcpy (stored.request, put.request, sizeof stored.request);
    memcpy (stored.sha256, put.sha256, sizeof stored.sha256);
    if (vault_put (vault, put.sha256, put.bytes, put.offset, frame->payload, frame->payload_bytes,
                   &stored.offset, &error) != DMH_OK)
        return s_problem (put.request, &error);
    stored.whole = stored.offset == put.bytes;
    return frame_new (&stored_shape, &stored, NULL);
}

static zmsg_t *s_get (vault_t *vault, const struct frame *frame)
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
        vault_get (vault, get.sha256, get.offset, piece, n, &got, &chunk.bytes, &error);
    if (error.code != DMH_OK)
        answer = s_problem (get.request, &error);
    else if ((answer = frame_new (&chunk_shape, &chunk, NULL)) && zmsg_addmem (answer, piece, got) != 0)
        zmsg_destroy (&answer);
    free (piece);
    return answer;
}

zmsg_t *files_answer (vault_t *vault, zmsg_t *message)
{
    struct frame frame;
    struct error error = {.code = DMH_OK};
    if (frame_open (message, &frame, &error) != DMH_OK)
        return s_problem ("", &error);
    if (streq (frame.kind, put_shape.name))
        return s_put (vault, &frame);
    if (streq (frame.kind, get_shape.name))
        return s_get (vault, &frame);
    error_set (&error, DMH_UNSUPPORTED, "the files socket knows PUT and GET alone");
    return s_problem ("", &error);
}

static void s_serve (struct desk *desk)
{
    zmsg_t *message = zmsg_recv (desk->socket);
    zframe_t *identity = message ? zmsg_pop (message) : NULL;
    zmsg_t *answer = identity ? files_answer (desk->vault, message) : NULL;
    if (answer && zmsg_prepend (answer, &identity) == 0)
        zmsg_send (&answer, desk->socket);
    zframe_destroy (&identity);
    zmsg_destroy (&answer);
    zmsg_destroy (&message);
}

static void s_close (struct desk *desk)
{
    zsock_destroy (&desk->socket);
    vault_destroy (&desk->vault);
    free (desk);
}

static void s_run (zsock_t *pipe, void *args)
{
    struct desk *desk = args;
    zpoller_t *poller = zpoller_new (pipe, desk->socket, NULL);
    zsock_signal (pipe, poller ? 0 : 1);
    bool ended = !poller;
    while (!ended) {
        void *ready = zpoller_wait (poller, -1);
        if (ready == desk->socket)
            s_serve (desk);
        else
            ended = ready == pipe || zpoller_terminated (poller);
    }
    zpoller_destroy (&poller);
    s_close (desk);
}

files_t *files_new (zsock_t **socket, vault_t **vault, struct error *error)
{
    files_t *self = calloc (1, sizeof *self);
    struct desk *desk = calloc (1, sizeof *desk);
    if (self && desk) {
        *desk = (struct desk){*socket, *vault};
        *socket = NULL;
        *vault = NULL;
        self->actor = zactor_new (s_run, desk);
    }
    if (self && self->actor)
        return self;
    if (desk)
        s_close (desk);
    free (self);
    zsock_destroy (socket);
    vault_destroy (vault);
    error_set (error, DMH_INTERNAL, "the files service cannot be started: out of memory");
    return NULL;
}

void files_destroy (files_t **self_p)
{
    files_t *self = *self_p;
    if (!self)
        return;
    zactor_destroy (&self->actor);
    free (self);
    *self_p = NULL;
}
