//  played_service_test.c: how a transfer speaks, as a service sees it that the test plays: over one
//  connection as long as it is answered, once when it is told to wait, and not at all for what is there.
#include "messages/files/transfer.h"

#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "messages/sockets/actor.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_BYTES = 11 * CHUNK_BYTES + 5, PIECES = 12, PATIENCE_MS = 60000, LOOK_MS = 100 };

static unsigned char s_bytes[FILE_BYTES];
static char s_sha[DIGEST_HEX_BYTES], s_endpoint[64];
static int s_fd;

//  What is played, and what it saw.
struct service {
    zsock_t *router;
    bool refuses;      //  says that its disk cannot be written
    uint64_t loses;    //  the piece that begins there, once
    uint64_t have;     //  of the file
    size_t requests, connections;
    size_t waiting, most;    //  questions for pieces that it has not answered yet; the most at once
    zframe_t *last;          //  the identity of the connection
};

static struct service s_service;

static void s_setup (void)
{
    char path[] = "/tmp/dmh-played-XXXXXX";
    for (size_t i = 0; i < FILE_BYTES; i++)
        s_bytes[i] = (unsigned char) (i * i / 7 + i);
    digest_of (s_bytes, FILE_BYTES, s_sha);
    s_fd = mkstemp (path);
    cr_assert_geq (s_fd, 0);
    cr_assert_eq (unlink (path), 0);
    s_service.router = zsock_new (ZMQ_ROUTER);
    cr_assert_not_null (s_service.router);
    int port = zsock_bind (s_service.router, "tcp://127.0.0.1:*");
    snprintf (s_endpoint, sizeof s_endpoint, "tcp://127.0.0.1:%d", port);
}

static void s_teardown (void)
{
    clock_replace (NULL);
    zframe_destroy (&s_service.last);
    zsock_destroy (&s_service.router);
    close (s_fd);
}

TestSuite (played_service, .init = s_setup, .fini = s_teardown, .timeout = 60);

//  Each piece is stored, unless it refuses.
static void s_answer (struct service *self, zframe_t *identity, const struct frame *frame)
{
    void *socket = zsock_resolve (self->router);
    struct error error = {.code = DMH_OK};
    struct put put = {.offset = 0};
    cr_assert_eq (put_decode (frame->body, frame->body_bytes, &put, &error), DMH_OK, "%s", error.text);
    if (self->refuses) {
        struct problem problem = {.code = "unavailable", .message = "its disk is full"};
        snprintf (problem.request, sizeof problem.request, "%s", put.request);
        frame_send (socket, identity, &problem_shape, &problem, &error);
        return;
    }
    if (self->loses && put.offset == self->loses)
        self->loses = 0;
    else if (put.offset == self->have)
        self->have += frame->payload_bytes;
    struct stored stored = {.offset = self->have, .whole = self->have == FILE_BYTES};
    snprintf (stored.request, sizeof stored.request, "%s", put.request);
    snprintf (stored.sha256, sizeof stored.sha256, "%s", put.sha256);
    frame_send (socket, identity, &stored_shape, &stored, &error);
}

//  The answer to the question for a piece.
static void s_give (struct service *self, zframe_t *identity, const struct get *get)
{
    struct error error = {.code = DMH_OK};
    struct chunk chunk = {.offset = get->offset, .bytes = FILE_BYTES};
    snprintf (chunk.request, sizeof chunk.request, "%s", get->request);
    snprintf (chunk.sha256, sizeof chunk.sha256, "%s", get->sha256);
    zmsg_t *out = frame_new (&chunk_shape, &chunk, &error);
    cr_assert_not_null (out, "%s", error.text);
    zmsg_addmem (out, s_bytes + get->offset, get->bytes);
    zmsg_pushmem (out, zframe_data (identity), zframe_size (identity));
    zmsg_send (&out, self->router);
}

//  As slowly as there is credit for: it answers the oldest question when so many wait that no more should
//  come, and looks whether they do.
static void s_withhold (struct service *self, zpoller_t *poller, zframe_t *identity,
                        const struct frame *frame)
{
    static struct get waiting[PIECES + 1];
    struct error error = {.code = DMH_OK};
    cr_assert_lt (self->waiting, PIECES);
    cr_assert_eq (get_decode (frame->body, frame->body_bytes, &waiting[self->waiting++], &error), DMH_OK);
    self->most = self->waiting > self->most ? self->waiting : self->most;
    bool all = self->requests >= PIECES;
    while (self->waiting && (all || (self->waiting >= CREDIT_CHUNKS && !zpoller_wait (poller, LOOK_MS)))) {
        s_give (self, identity, &waiting[0]);
        memmove (waiting, waiting + 1, --self->waiting * sizeof *waiting);
    }
}

static void s_play (zsock_t *pipe, void *argument)
{
    struct service *self = argument;
    zsock_signal (pipe, 0);
    zpoller_t *poller = zpoller_new (pipe, self->router, NULL);
    while (zpoller_wait (poller, -1) == self->router) {
        zmsg_t *message = zmsg_recv (self->router);
        zframe_t *identity = zmsg_pop (message);
        struct frame frame;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (frame_open (message, &frame, &error), DMH_OK, "%s", error.text);
        self->requests++;
        self->connections += !self->last || !zframe_eq (self->last, identity);
        if (streq (frame.kind, "GET"))
            s_withhold (self, poller, identity, &frame);
        else
            s_answer (self, identity, &frame);
        zmsg_destroy (&message);
        zframe_destroy (&self->last);
        self->last = identity;
    }
    zpoller_destroy (&poller);
}

static struct transfer_config s_config (void)
{
    return (struct transfer_config){
        .endpoint = s_endpoint, .patience_ms = PATIENCE_MS, .stop = {NULL, -1, 0, 0}};
}

//  Sends the file to what is played until it ends.
static int s_put (const struct transfer_config *config, struct error *error)
{
    actor_t *actor = actor_new (s_play, &s_service);
    cr_assert_not_null (actor);
    transfer_t *transfer = transfer_new (config, error);
    cr_assert_not_null (transfer, "%s", error->text);
    int rc = transfer_put (transfer, s_fd, s_sha, FILE_BYTES, error);
    transfer_destroy (&transfer);
    actor_destroy (&actor);
    return rc;
}

//  Time stands still, so that nothing is late.
static int64_t s_still (int which)
{
    return which ? 1700000000000 : 1000;
}

Test (played_service, as_long_as_it_answers_one_connection_is_enough)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    cr_assert_eq (pwrite (s_fd, s_bytes, FILE_BYTES, 0), FILE_BYTES);
    clock_replace (s_still);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (s_service.connections, 1);
    cr_expect_eq (s_service.requests, 1 + PIECES, "where to begin, and the pieces");
}

//  And those behind it, which were under way.
Test (played_service, a_piece_that_was_not_taken_is_sent_again_at_once)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    cr_assert_eq (pwrite (s_fd, s_bytes, FILE_BYTES, 0), FILE_BYTES);
    clock_replace (s_still);
    s_service.loses = 3 * CHUNK_BYTES;
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (s_service.have, FILE_BYTES);
    cr_expect_eq (s_service.connections, 1);
}

Test (played_service, no_more_is_asked_for_at_once_than_there_is_credit_for)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    clock_replace (s_still);
    actor_t *actor = actor_new (s_play, &s_service);
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert (actor && transfer, "%s", error.text);
    cr_assert_eq (transfer_get (transfer, s_sha, FILE_BYTES, s_fd, &error), DMH_OK, "%s", error.text);
    transfer_destroy (&transfer);
    actor_destroy (&actor);
    cr_expect_eq (s_service.most, CREDIT_CHUNKS);
    cr_expect_eq (s_service.requests, PIECES);
    cr_expect_eq (lseek (s_fd, 0, SEEK_END), FILE_BYTES);
}

//  It asks again when its time has come, and that is when the patience is over.
Test (played_service, one_whose_disk_refuses_is_left_alone_for_a_while)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    config.patience_ms = 1;
    s_service.refuses = true;
    cr_expect_eq (s_put (&config, &error), DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "its disk is full");
    cr_expect_eq (s_service.requests, 1);
}

//  The first call tells when it began.
static int64_t s_later (int which)
{
    static int calls;
    return which ? 1700000000000 : calls++ ? 2000 : 1000;
}

Test (played_service, as_much_silence_as_it_has_patience_for_ends_it)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    config.patience_ms = 1000;
    clock_replace (s_later);
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert_not_null (transfer, "%s", error.text);
    cr_expect_eq (transfer_put (transfer, s_fd, s_sha, FILE_BYTES, &error), DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "the broker's files service does not answer");
    transfer_destroy (&transfer);
}

//  A route that stays as it is renews no patience.
Test (played_service, a_route_that_leads_nowhere_does_not_keep_it)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    config.route = route_new ();
    cr_assert_not_null (config.route);
    route_set (config.route, s_endpoint);
    config.endpoint = "";
    config.patience_ms = 1000;
    clock_replace (s_later);
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert_not_null (transfer, "%s", error.text);
    cr_expect_eq (transfer_put (transfer, s_fd, s_sha, FILE_BYTES, &error), DMH_UNAVAILABLE);
    transfer_destroy (&transfer);
    route_destroy (&config.route);
}

//  Nobody listens at the service's end.
Test (played_service, what_is_there_already_is_not_asked_for)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    config.patience_ms = 1;
    cr_assert_eq (pwrite (s_fd, s_bytes, FILE_BYTES, 0), FILE_BYTES);
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert_not_null (transfer, "%s", error.text);
    cr_expect_eq (transfer_get (transfer, s_sha, FILE_BYTES, s_fd, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (lseek (s_fd, 0, SEEK_END), FILE_BYTES);
    cr_assert_eq (ftruncate (s_fd, FILE_BYTES - 1), 0);
    cr_expect_eq (transfer_get (transfer, s_sha, FILE_BYTES, s_fd, &error), DMH_UNAVAILABLE);
    cr_expect_eq (lseek (s_fd, 0, SEEK_END), FILE_BYTES - 1, "it is gone on with");
    cr_assert_eq (ftruncate (s_fd, CHUNK_BYTES + 1), 0);    //  a byte too long for a file of one piece
    cr_expect_eq (transfer_get (transfer, s_sha, CHUNK_BYTES, s_fd, &error), DMH_UNAVAILABLE);
    cr_expect_eq (lseek (s_fd, 0, SEEK_END), 0, "it is begun anew");
    transfer_destroy (&transfer);
}
