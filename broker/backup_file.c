//  backup_file.c: see backup_file.h.
#include "broker/backup_file.h"

#include "messages/base/clock.h"
#include "messages/base/random.h"
#include "messages/codec/frame.h"
#include "messages/files/whole_file.h"
#include "messages/keys/credential.h"
#include "messages/keys/keyring.h"
#include "messages/request.h"
#include "messages/sockets/socket.h"
#include "messages/sockets/unix_socket.h"
#include "messages/uri.h"

enum {
    SILENCE_MS = 10000,    //  of a broker that is there
    AGAIN_MS = 1000,       //  until a request is said again
    PAUSE_MS = 100         //  when it was asked too often
};

struct copying {
    zsock_t *socket;
    const char *front;
    bool keyed;
    int interrupt;
    uint64_t requests;
    struct backup asked;
    uint64_t bytes;
};

//  DMH_OK: there is something to read; DMH_UNAVAILABLE: not within so many ms; DMH_CANCELLED.
static int s_wait (const struct copying *self, bool listen, int64_t wait_ms, struct error *error)
{
    zmq_pollitem_t items[] = {{NULL, self->interrupt, ZMQ_POLLIN, 0},
                              {zsock_resolve (self->socket), 0, ZMQ_POLLIN, 0}};
    int count = zmq_poll (items, listen ? 2 : 1, wait_ms);
    if (count > 0 && items[0].revents)
        return error_set (error, DMH_CANCELLED, "interrupted; no file was made");
    return count > 0 ? DMH_OK : DMH_UNAVAILABLE;
}

//  One message that has come: DMH_OK with the piece, DMH_NOT_FOUND: it is of another request; DMH_UNAVAILABLE
//  with error->code DMH_OK: it was asked too often; else the broker's refusal.
static int s_take (const struct copying *self, zmsg_t *message, struct backup_piece *piece,
                   struct frame *frame, struct error *error)
{
    struct problem problem;
    int rc = frame_open (message, frame, error);
    if (rc == DMH_OK && streq (frame->kind, "ERROR")) {
        rc = problem_decode (frame->body, frame->body_bytes, &problem, error);
        if (rc != DMH_OK)
            return rc;
        if (!*problem.request && error_code (problem.code) == DMH_UNAVAILABLE)
            return DMH_UNAVAILABLE;
        return *problem.request && !streq (problem.request, self->asked.request)
                   ? DMH_NOT_FOUND
                   : error_set (error, error_code (problem.code), "%s", problem.message);
    }
    if (rc == DMH_OK && !streq (frame->kind, backup_piece_shape.name))
        return DMH_NOT_FOUND;
    if (rc == DMH_OK)
        rc = backup_piece_decode (frame->body, frame->body_bytes, piece, error);
    return rc == DMH_OK && !streq (piece->request, self->asked.request) ? DMH_NOT_FOUND : rc;
}

//  Asks until there is an answer; *message holds what `frame` borrows.
static int s_ask (struct copying *self, struct backup_piece *piece, struct frame *frame, zmsg_t **message,
                  struct error *error)
{
    int64_t until = clock_mono_ms () + SILENCE_MS, again = 0;
    snprintf (self->asked.request, sizeof self->asked.request, "%llu", (unsigned long long) ++self->requests);
    for (int rc;;) {
        int64_t now = clock_mono_ms ();
        if (now >= until)
            return error_set (error, DMH_UNAVAILABLE,
                              "no broker answered at %s within %d s; is it running%s?", self->front,
                              SILENCE_MS / 1000, self->keyed ? ", and does it allow this key" : "");
        if (now >= again && (rc = frame_send (self->socket, NULL, &backup_shape, &self->asked, error)) != 0)
            return rc;
        again = now >= again ? now + AGAIN_MS : again;
        rc = s_wait (self, true, again - now, error);
        if (rc == DMH_CANCELLED)
            return rc;
        zmsg_destroy (message);
        if (rc == DMH_OK && !(*message = zmsg_recv_nowait (self->socket)))
            continue;
        rc = rc == DMH_OK ? s_take (self, *message, piece, frame, error) : DMH_NOT_FOUND;
        if (rc == DMH_UNAVAILABLE && error->code == DMH_OK) {
            until = clock_mono_ms () + SILENCE_MS;
            again = clock_mono_ms () + PAUSE_MS;
            if (s_wait (self, false, PAUSE_MS, error) == DMH_CANCELLED)
                return DMH_CANCELLED;
        } else if (rc != DMH_NOT_FOUND)
            return rc;
    }
}

//  whole_file's content: pieces until the copy is over.
static int s_content (void *context, FILE *file, struct error *error)
{
    struct copying *self = context;
    zmsg_t *message = NULL;
    int rc = DMH_OK;
    for (bool ended = false; rc == DMH_OK && !ended;) {
        struct backup_piece piece = {.bytes = 0};
        struct frame frame;
        rc = s_ask (self, &piece, &frame, &message, error);
        if (rc != DMH_OK)
            break;
        self->bytes = piece.bytes;
        ended = piece.bytes && self->asked.offset == piece.bytes;
        uint64_t left = piece.bytes - self->asked.offset;
        if (ended || !piece.bytes)
            continue;
        if (piece.offset != self->asked.offset || piece.bytes < piece.offset || !frame.payload_bytes ||
            frame.payload_bytes > left)
            rc = error_set (error, DMH_MALFORMED, "the broker at %s answered with no piece of a copy",
                            self->front);
        else if (fwrite (frame.payload, 1, frame.payload_bytes, file) != frame.payload_bytes)
            rc = error_set (error, DMH_IO, "the copy cannot be written: %s", strerror (errno));
        else
            self->asked.offset += frame.payload_bytes;
    }
    zmsg_destroy (&message);
    return rc;
}

//  Where the front is from this host.
static int s_find_front (const struct endpoint_plan *plan, char out[URI_BYTES], struct error *error)
{
    const char *front = plan->at[ENDPOINT_FRONT], *colon = strrchr (front, ':');
    int rc = *plan->folder ? socket_folder_check (plan->folder, error) : DMH_OK;
    if (rc != DMH_OK && rc != DMH_NOT_FOUND)
        return rc;
    if (strncmp (front, "tcp://", 6) == 0 && (streq (colon, ":*") || streq (colon, ":0")))
        return error_set (error, DMH_USAGE,
                          "--front %.300s names no port; give the one where the broker listens", front);
    uri_seen_from (front, "tcp://127.0.0.1:0", out);
    if (rc == DMH_NOT_FOUND || (unix_socket_path (out) && unix_socket_listener (out) == 0))
        return error_set (error, DMH_UNAVAILABLE,
                          "no broker of yours runs here, as nobody listens at %.300s; name its --front, or "
                          "its --config",
                          out);
    return DMH_OK;
}

//  What is shown to a broker that has keys.
static int s_read_keys (const struct backup_source *source, struct credential *out, struct error *error)
{
    char server[SOCKET_FOLDER_BYTES];
    if (!source->keys || source->server_key)
        return credential_read (source->key, source->server_key, out, error);
    if (!source->key)
        return error_set (error, DMH_USAGE,
                          "a copy of the store of a broker with keys needs --key FILE, the NAME.key of one "
                          "with the right admin: dmh keys new NAME --keys %.200s --rights admin",
                          source->keys);
    int rc = keyring_path (source->keys, "server", ".pub", server, sizeof server, error);
    return rc == DMH_OK ? credential_read (source->key, server, out, error) : rc;
}

int backup_file_make (const struct backup_source *source, const char *path, uint64_t *bytes,
                      struct error *error)
{
    char front[URI_BYTES];
    struct credential credential;
    struct copying copying = {.front = front, .interrupt = source->interrupt};
    int rc = s_read_keys (source, &credential, error);
    if (rc == DMH_OK)
        rc = s_find_front (source->plan, front, error);
    if (rc != DMH_OK)
        return rc;
    copying.keyed = credential_is (&credential);
    random_hex (copying.asked.copy, 16);
    copying.socket = socket_new (ZMQ_DEALER);
    if (copying.socket) {
        zsock_set_linger (copying.socket, 0);
        if (strchr (front, '['))
            zsock_set_ipv6 (copying.socket, 1);
    }
    if (!copying.socket || credential_show (&credential, copying.socket) != 0 ||
        zsock_connect (copying.socket, "%s", front) != 0)
        rc = error_set (error, DMH_USAGE, "“%.300s” is not the address of a broker", front);
    else
        rc = whole_file_create (path, s_content, &copying, error);
    zsock_destroy (&copying.socket);
    key_forget (&credential.own);
    *bytes = copying.bytes;
    return rc;
}
