//  frame_test.c: the envelope around every message: what it accepts, what it refuses, and that it comes
//  through a real socket.
#include "messages/codec/frame.h"
#include "messages/request.h"

#include <criterion/criterion.h>
#include <string.h>

//  Opens a message of the given parts; a part is NULL-terminated or has its length beside it.
static int s_open (const char *const parts[], const size_t sizes[], size_t count, struct error *error)
{
    zmsg_t *message = zmsg_new ();
    struct frame frame;
    for (size_t i = 0; i < count; i++)
        zmsg_addmem (message, parts[i], sizes ? sizes[i] : strlen (parts[i]));
    int rc = frame_open (message, &frame, error);
    zmsg_destroy (&message);
    return rc;
}

Test (frame, wrong_envelopes_are_refused_with_a_sentence)
{
    static const struct {
        const char *what;
        const char *parts[6];
        size_t count;
        int code;
    } CASES[] = {
        {"no frame at all", {""}, 0, DMH_MALFORMED},
        {"the protocol alone", {"DMH1"}, 1, DMH_MALFORMED},
        {"no body", {"DMH1", "HELLO"}, 2, DMH_MALFORMED},
        {"one frame too many", {"DMH1", "HELLO", "\x80", "payload", "more"}, 5, DMH_MALFORMED},
        {"another version", {"DMH2", "HELLO", "\x80"}, 3, DMH_UNSUPPORTED},
        {"no DMH at all", {"HTTP", "HELLO", "\x80"}, 3, DMH_MALFORMED},
        {"an empty kind", {"DMH1", "", "\x80"}, 3, DMH_MALFORMED},
        {"a kind in small letters", {"DMH1", "hello", "\x80"}, 3, DMH_MALFORMED},
        {"a kind of 16 bytes", {"DMH1", "ABCDEFGHIJKLMNOP", "\x80"}, 3, DMH_MALFORMED},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        cr_expect_eq (s_open (CASES[i].parts, NULL, CASES[i].count, &error), CASES[i].code, "%s",
                      CASES[i].what);
        cr_expect_gt (strlen (error.text), 10, "%s", CASES[i].what);
    }
}

Test (frame, a_body_or_payload_beyond_its_bound_is_refused_and_one_at_the_bound_is_not)
{
    enum { PAYLOAD_MAX = 1024 * 1024 };
    char *bytes = calloc (1, PAYLOAD_MAX + 1);
    cr_assert_not_null (bytes);
    const char *const parts[] = {"DMH1", "HELLO", bytes, bytes};
    static const struct {
        size_t body, payload;
        int code;
    } CASES[] = {{BODY_BYTES_MAX, 0, DMH_OK},
                 {BODY_BYTES_MAX + 1, 0, DMH_MALFORMED},
                 {1, PAYLOAD_MAX, DMH_OK},
                 {1, PAYLOAD_MAX + 1, DMH_MALFORMED}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const size_t sizes[] = {4, 5, CASES[i].body, CASES[i].payload};
        cr_expect_eq (s_open (parts, sizes, 4, NULL), CASES[i].code, "body %zu, payload %zu", CASES[i].body,
                      CASES[i].payload);
    }
    free (bytes);
}

Test (frame, what_is_sent_arrives_as_it_was)
{
    zsock_t *here = zsock_new_pair ("@inproc://frame-test"), *there = zsock_new_pair (">inproc://frame-test");
    struct job_request status = {.request = "r1", .job = "j1"}, got;
    struct error error = {.code = DMH_OK};
    struct frame frame;
    cr_assert_eq (frame_send (here, NULL, &status_shape, &status, &error), DMH_OK, "%s", error.text);
    zmsg_t *message = zmsg_recv (there);
    cr_assert_eq (frame_open (message, &frame, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (frame.kind, "STATUS");
    cr_expect_null (frame.payload);
    cr_assert_eq (shape_decode (&status_shape, frame.body, frame.body_bytes, &got, &error), DMH_OK, "%s",
                  error.text);
    cr_expect_str_eq (got.request, "r1");
    cr_expect_str_eq (got.job, "j1");
    zmsg_destroy (&message);
    zsock_destroy (&here);
    zsock_destroy (&there);
}

Test (frame, a_full_queue_is_said_and_nothing_of_the_message_is_sent)
{
    enum { QUEUE = 4, TRIES = 1000 };
    zsock_t *here = zsock_new (ZMQ_PUSH), *there = zsock_new (ZMQ_PULL);
    struct job_request status = {.request = "r1", .job = "j1"};
    struct error error = {.code = DMH_OK};
    size_t sent = 0;
    zsock_set_sndhwm (here, QUEUE);
    zsock_set_rcvhwm (there, QUEUE);
    cr_assert_eq (zsock_bind (there, "inproc://frame-full"), 0);
    cr_assert_eq (zsock_connect (here, "inproc://frame-full"), 0);
    int rc;
    while ((rc = frame_send (here, NULL, &status_shape, &status, &error)) == DMH_OK && sent < TRIES)
        sent++;
    cr_assert_eq (rc, DMH_UNAVAILABLE);
    cr_expect_str_eq (error.text, "STATUS cannot be sent: Resource temporarily unavailable");
    for (size_t i = 0; i < sent; i++) {
        zmsg_t *message = zmsg_recv (there);
        struct frame frame;
        cr_expect_eq (frame_open (message, &frame, NULL), DMH_OK);
        zmsg_destroy (&message);
    }
    cr_expect_null (zmsg_recv_nowait (there));
    zsock_destroy (&here);
    zsock_destroy (&there);
}
