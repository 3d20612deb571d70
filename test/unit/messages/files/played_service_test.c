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

enum { FILE_BYTES = 3 * CHUNK_BYTES + 5, PATIENCE_MS = 60000 };

static unsigned char s_bytes[FILE_BYTES];
static char s_sha[DIGEST_HEX_BYTES], s_endpoint[64];
static int s_fd;

//  What is played, and what it saw.
struct service {
    zsock_t *router;
    bool refuses;    //  says that its disk cannot be written
    size_t requests, connections;
    zframe_t *last;    //  the identity of the connection
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
    cr_assert_str_eq (frame->kind, "PUT");
    cr_assert_eq (put_decode (frame->body, frame->body_bytes, &put, &error), DMH_OK, "%s", error.text);
    if (self->refuses) {
        struct problem problem = {.code = "unavailable", .message = "its disk is full"};
        snprintf (problem.request, sizeof problem.request, "%s", put.request);
        frame_send (socket, identity, &problem_shape, &problem, &error);
        return;
    }
    struct stored stored = {.offset = put.offset + frame->payload_bytes};
    stored.whole = stored.offset == FILE_BYTES;
    snprintf (stored.request, sizeof stored.request, "%s", put.request);
    snprintf (stored.sha256, sizeof stored.sha256, "%s", put.sha256);
    frame_send (socket, identity, &stored_shape, &stored, &error);
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
    cr_expect_eq (s_service.requests, 1 + 4, "where to begin, and four pieces");
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
    transfer_destroy (&transfer);
}
