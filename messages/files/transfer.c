//  transfer.c: see transfer.h. Pieces go out ahead of their answers, as many as the credit allows. Answers
//  come in order; after one that does not fit all that is under way is waited for, then the file goes on at
//  the offset that the last one named. Silence begins a new epoch on a new connection.
#include "messages/files/transfer.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/files/file_piece.h"
#include "messages/request.h"
#include "messages/sockets/socket.h"
#include "messages/sockets/socket_wait.h"

#include <errno.h>
#include <unistd.h>

enum {
    AGAIN_MS = 1000,
    AGAIN_MOST_MS = 8000,
    LOOK_MS = 250,                //  whether the service is elsewhere now
    UNASKED_BYTES = 16 * 1024,    //  to ask for less takes as long as to send it
    NOT_YET = 1    //  no answer to go by; where nothing is in flight the file is to be asked for anew
};

struct transfer {
    const struct transfer_config *config;
    zsock_t *socket;
    uint64_t changes;      //  of the route that it was connected by
    uint64_t epoch;        //  the `request` of its messages
    size_t in_flight;      //  of this epoch
    int64_t moved_at;      //  when the file last went on
    int64_t next, wait;    //  when it is asked again, and how much later the time after that
    char *piece;
};

static int s_connect (transfer_t *self, struct error *error)
{
    const struct transfer_config *config = self->config;
    char routed[URI_BYTES];
    if (config->route)
        self->changes = route_read (config->route, routed);
    const char *endpoint = config->route ? routed : config->endpoint;
    if (!*endpoint)
        return error_set (error, DMH_UNAVAILABLE,
                          "the broker keeps no files; its --files is off, or its store is in memory");
    zsock_destroy (&self->socket);    //  with what it still holds
    self->socket = socket_new (ZMQ_DEALER);
    if (!self->socket)
        return error_set (error, DMH_INTERNAL, "a socket for files cannot be made: %s", strerror (errno));
    zsock_set_linger (self->socket, 0);
    zsock_set_sndtimeo (self->socket, 0);
    zsock_set_sndhwm (self->socket, CREDIT_CHUNKS + 1);
    zsock_set_rcvhwm (self->socket, CREDIT_CHUNKS + 1);
    if (strchr (endpoint, '['))
        zsock_set_ipv6 (self->socket, 1);
    if (credential_show (config->credential, self->socket) == 0 &&
        zsock_connect (self->socket, "%s", endpoint) == 0)
        return DMH_OK;
    return error_set (error, DMH_UNAVAILABLE, "the broker's files service at %s cannot be reached", endpoint);
}

transfer_t *transfer_new (const struct transfer_config *config, struct error *error)
{
    transfer_t *self = calloc (1, sizeof *self);
    int rc = DMH_OK;
    if (self)
        self->piece = malloc (CHUNK_BYTES);
    if (!self || !self->piece)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        self->config = config;
        rc = s_connect (self, error);
    }
    if (rc != DMH_OK)
        transfer_destroy (&self);
    return self;
}

void transfer_destroy (transfer_t **self_p)
{
    transfer_t *self = *self_p;
    if (!self)
        return;
    zsock_destroy (&self->socket);
    free (self->piece);
    free (self);
    *self_p = NULL;
}

//  Another epoch: answers of the old one are not looked at any more.
static void s_resume (transfer_t *self)
{
    self->epoch++;
    self->in_flight = 0;
}

//  Patience begins anew.
static void s_begin (transfer_t *self)
{
    self->moved_at = clock_mono_ms ();
    self->wait = AGAIN_MS;
    self->next = self->moved_at + self->wait;
}

//  The file has gone on, to `done`.
static void s_moved (transfer_t *self, uint64_t done, uint64_t total)
{
    s_begin (self);
    if (self->config->moved)
        self->config->moved (self->config->context, done, total);
}

//  false: the queue is full, which its answers will change.
static bool s_send (transfer_t *self, const struct shape *shape, void *message, size_t payload_bytes)
{
    char *request = message;    //  first in every message
    snprintf (request, ID_BYTES, "%" PRIu64, self->epoch);
    zmsg_t *out = frame_new (shape, message, NULL);
    bool good = out && (!payload_bytes || zmsg_addmem (out, self->piece, payload_bytes) == 0) &&
                zmsg_send (&out, self->socket) == 0;
    zmsg_destroy (&out);
    self->in_flight += good;
    return good;
}

//  A new connection, where the file is asked for anew.
static int s_reconnect (transfer_t *self, struct error *error)
{
    s_resume (self);
    int rc = s_connect (self, error);
    return rc == DMH_OK ? NOT_YET : rc;
}

//  Waits for a message. DMH_OK: it is there. NOT_YET: none came; where that took too long a new connection is
//  there to ask again. DMH_UNAVAILABLE: the patience is over.
static int s_wait (transfer_t *self, zmsg_t **message, struct error *error)
{
    zmq_pollitem_t items[] = {{zsock_resolve (self->socket), 0, ZMQ_POLLIN, 0}, self->config->stop};
    bool stops = items[1].socket || items[1].fd >= 0;
    items[1].events = ZMQ_POLLIN;
    int64_t left = self->next - clock_mono_ms ();
    if (self->config->route && left > LOOK_MS)
        left = LOOK_MS;
    int ready = socket_wait (items, 1 + stops, left > 0 ? (long) left : 0);
    if (ready > 0 && stops && items[1].revents)
        return error_set (error, DMH_CANCELLED, "interrupted");
    if (ready > 0 && items[0].revents && (*message = zmsg_recv_nowait (self->socket)))
        return DMH_OK;
    if (self->config->route && route_changes (self->config->route) != self->changes) {
        s_begin (self);    //  the broker is another one: the file goes on there
        return s_reconnect (self, error);
    }
    int64_t now = clock_mono_ms ();
    if (now < self->next)
        return NOT_YET;
    if (now - self->moved_at >= self->config->patience_ms)
        return error_set (error, DMH_UNAVAILABLE, "%s",
                          error->code == DMH_UNAVAILABLE ? error->text
                                                         : "the broker's files service does not answer");
    self->wait = self->wait * 2 < AGAIN_MOST_MS ? self->wait * 2 : AGAIN_MOST_MS;
    self->next = now + self->wait;
    return s_reconnect (self, error);
}

//  The next answer of this epoch, of the kind that `shape` describes, into `out`; NOT_YET, or an error. The
//  frame is borrowed from *message, which is the caller's.
static int s_hear (transfer_t *self, const struct shape *shape, void *out, zmsg_t **message,
                   struct frame *frame, struct error *error)
{
    int rc = s_wait (self, message, error);
    if (rc != DMH_OK)
        return rc;
    char epoch[ID_BYTES];
    struct error why = {.code = DMH_OK};
    struct problem problem;
    snprintf (epoch, sizeof epoch, "%" PRIu64, self->epoch);
    if (frame_open (*message, frame, &why) != DMH_OK)
        return NOT_YET;
    if (streq (frame->kind, shape->name) &&
        shape_decode (shape, frame->body, frame->body_bytes, out, &why) == DMH_OK && streq (out, epoch)) {
        self->in_flight -= self->in_flight > 0;
        self->next = clock_mono_ms () + self->wait;
        return DMH_OK;
    }
    if (!streq (frame->kind, problem_shape.name) ||
        problem_decode (frame->body, frame->body_bytes, &problem, &why) != DMH_OK ||
        (*problem.request && !streq (problem.request, epoch)))
        return NOT_YET;
    rc = error_set (error, error_code (problem.code), "%s", problem.message);
    if (rc != DMH_UNAVAILABLE)
        return rc;
    //  Its disk refuses: nothing more until it is asked again.
    s_resume (self);
    self->in_flight = CREDIT_CHUNKS;
    return NOT_YET;
}

//  A piece of the file that is sent.
static int s_read (transfer_t *self, int fd, size_t n, uint64_t at, struct error *error)
{
    for (size_t got = 0; got < n;) {
        ssize_t more = pread (fd, self->piece + got, n - got, (off_t) (at + got));
        if (more < 0 && errno == EINTR)
            continue;
        if (more < 0)
            return error_set (error, DMH_IO, "a file that is sent cannot be read: %s", strerror (errno));
        if (more == 0)
            return error_set (error, DMH_CONFLICT, "a file became shorter while it was sent; try again");
        got += (size_t) more;
    }
    return DMH_OK;
}

static size_t s_piece_bytes (uint64_t at, uint64_t bytes)
{
    return bytes - at < CHUNK_BYTES ? (size_t) (bytes - at) : CHUNK_BYTES;
}

//  How far a file that is sent has come.
struct sending {
    bool known;    //  where the broker wants it to go on
    bool gap;      //  a piece was not taken: nothing more until all that is under way has been answered
    uint64_t sent, stored, most;
};

//  Sends as much as the credit allows; first of all the question where to begin.
static int s_send_pieces (transfer_t *self, struct sending *sending, int fd, const char *sha256,
                          uint64_t bytes, struct error *error)
{
    struct put put = {.bytes = bytes};
    snprintf (put.sha256, sizeof put.sha256, "%s", sha256);
    snprintf (put.ticket, sizeof put.ticket, "%s", self->config->deposit ? self->config->deposit : "");
    if (!sending->known && self->in_flight == 0)
        s_send (self, &put_shape, &put, 0);
    while (sending->known && !sending->gap && self->in_flight < CREDIT_CHUNKS && sending->sent < bytes) {
        size_t n = s_piece_bytes (sending->sent, bytes);
        int rc = s_read (self, fd, n, sending->sent, error);
        if (rc != DMH_OK)
            return rc;
        put.offset = sending->sent;
        if (!s_send (self, &put_shape, &put, n))
            break;
        sending->sent += n;
    }
    return DMH_OK;
}

int transfer_put (transfer_t *self, int fd, const char *sha256, uint64_t bytes, struct error *error)
{
    struct sending sending = {.known = bytes > 0 && bytes <= UNASKED_BYTES};
    s_resume (self);
    s_begin (self);
    if (self->config->route && route_changes (self->config->route) != self->changes &&
        s_connect (self, error) != DMH_OK)
        return error->code;
    for (;;) {
        uint64_t epoch = self->epoch;
        int rc = s_send_pieces (self, &sending, fd, sha256, bytes, error);
        if (rc != DMH_OK)
            return rc;
        struct stored stored = {.offset = 0};
        zmsg_t *message = NULL;
        struct frame frame;
        rc = s_hear (self, &stored_shape, &stored, &message, &frame, error);
        zmsg_destroy (&message);
        if (rc < 0)
            return rc;
        if (epoch != self->epoch)
            sending.known = sending.gap = false;
        if (rc == NOT_YET)
            continue;
        if (stored.offset > sending.most || stored.whole)
            s_moved (self, sending.most = stored.offset, bytes);
        if (stored.whole)
            return DMH_OK;
        sending.gap = sending.gap || !sending.known ||
                      stored.offset != sending.stored + s_piece_bytes (sending.stored, bytes);
        sending.known = true;
        sending.stored = stored.offset;
        if (sending.gap && self->in_flight == 0) {
            sending.gap = false;
            sending.sent = stored.offset;
        }
    }
}

//  What the descriptor holds already is fed to the digest; *have its bytes.
static int s_take_up (transfer_t *self, int fd, uint64_t bytes, digest_t *digest, uint64_t *have,
                      struct error *error)
{
    ssize_t got = 0;
    *have = 0;
    while ((got = pread (fd, self->piece, CHUNK_BYTES, (off_t) *have)) > 0 &&
           *have + (uint64_t) got <= bytes) {
        digest_update (digest, self->piece, (size_t) got);
        *have += (uint64_t) got;
    }
    if (got > 0) {    //  it is too long to be that file
        digest_reset (digest);
        *have = 0;
        got = ftruncate (fd, 0);
    }
    return got == 0
               ? DMH_OK
               : error_set (error, DMH_IO, "what is there of a file cannot be read: %s", strerror (errno));
}

//  How far a file that comes in is.
struct receiving {
    uint64_t asked, have;
    bool gap;    //  as above
};

static const char *s_ticket (const struct transfer_config *config, const char *sha256)
{
    for (size_t i = 0; i < config->tickets_count; i++)
        if (streq (config->tickets[i].sha256, sha256))
            return config->tickets[i].ticket;
    return "";
}

static void s_ask_pieces (transfer_t *self, struct receiving *receiving, const char *sha256, uint64_t bytes)
{
    if (self->in_flight == 0) {
        receiving->asked = receiving->have;
        receiving->gap = false;
    }
    while (!receiving->gap && self->in_flight < CREDIT_CHUNKS && receiving->asked < bytes) {
        struct get get = {.offset = receiving->asked, .bytes = s_piece_bytes (receiving->asked, bytes)};
        snprintf (get.sha256, sizeof get.sha256, "%s", sha256);
        snprintf (get.ticket, sizeof get.ticket, "%s", s_ticket (self->config, sha256));
        if (!s_send (self, &get_shape, &get, 0))
            break;
        receiving->asked += get.bytes;
    }
}

//  From `from` to `end`. `digest`: of the whole file, which may be there in part; NULL: of a piece of it.
static int s_get (transfer_t *self, const char *sha256, uint64_t bytes, uint64_t from, uint64_t end, int fd,
                  digest_t *digest, bool *moved, struct error *error)
{
    struct receiving receiving = {.have = from};
    int rc = digest ? s_take_up (self, fd, bytes, digest, &receiving.have, error) : DMH_OK;
    s_resume (self);
    s_begin (self);
    while (rc == DMH_OK && receiving.have < end) {
        s_ask_pieces (self, &receiving, sha256, end);
        struct chunk chunk = {.bytes = 0};
        zmsg_t *message = NULL;
        struct frame frame;
        rc = s_hear (self, &chunk_shape, &chunk, &message, &frame, error);
        if (rc == DMH_OK && chunk.bytes != bytes)
            rc = error_set (error, DMH_MALFORMED, "the broker's file has another size than was said");
        else if (rc == DMH_OK && chunk.offset == receiving.have &&
                 frame.payload_bytes == s_piece_bytes (receiving.have, end)) {
            rc = file_write_at (fd, frame.payload, frame.payload_bytes, receiving.have, error);
            if (digest)
                digest_update (digest, frame.payload, frame.payload_bytes);
            receiving.have += frame.payload_bytes;
            *moved = true;
            s_moved (self, receiving.have, bytes);
        } else if (rc == DMH_OK)
            receiving.gap = receiving.gap || chunk.offset >= receiving.have;
        zmsg_destroy (&message);
        if (rc == NOT_YET)
            rc = DMH_OK;
    }
    return rc;
}

int transfer_get (transfer_t *self, const char *sha256, uint64_t bytes, int fd, struct error *error)
{
    char found[DIGEST_HEX_BYTES];
    digest_t *digest = digest_new ();
    if (!digest)
        return error_set (error, DMH_INTERNAL, "out of memory");
    bool moved = false;
    int rc = s_get (self, sha256, bytes, 0, bytes, fd, digest, &moved, error);
    //  What was there a moment ago and is no more rotted there.
    if (rc == DMH_NOT_FOUND && moved && ftruncate (fd, 0) != 0)
        error_set (error, DMH_IO, "a file that came in wrong cannot be cut: %s", strerror (errno));
    if (rc == DMH_OK && !streq (digest_hex (digest, found), sha256)) {
        rc = error_set (error, DMH_MALFORMED, "the bytes that came have another SHA-256 than the file");
        if (ftruncate (fd, 0) != 0)
            error_set (error, rc, "a file that came in wrong cannot be cut: %s", strerror (errno));
    }
    digest_destroy (&digest);
    return rc;
}

int transfer_get_piece (transfer_t *self, const char *sha256, uint64_t bytes, uint64_t at, uint64_t n, int fd,
                        struct error *error)
{
    bool moved = false;
    uint64_t from = at < bytes ? at : bytes, end = n < bytes - from ? from + n : bytes;
    return s_get (self, sha256, bytes, from, end, fd, NULL, &moved, error);
}
