//  hostile_test.c: what nobody should send to a broker: it answers with an ERROR or ends the connection, and
//  lives.
#include "test/support/processes/processes.h"

#include "messages/codec/frame.h"
#include "messages/request.h"
#include "messages/work.h"

#include <criterion/criterion.h>
#include <signal.h>

static void *s_connect (const char *endpoint)
{
    void *socket = zsock_new (ZMQ_DEALER);
    zsock_set_linger (socket, 0);
    zsock_set_rcvtimeo (socket, 10000);
    cr_assert_eq (zsock_connect (socket, "%s", endpoint), 0);
    return socket;
}

//  Sends frames (each with its length) and answers the ERROR that comes back.
static struct problem s_provoke (void *socket, const char *const frames[], const size_t lengths[],
                                 size_t count)
{
    struct problem problem;
    struct frame frame;
    zmsg_t *message = zmsg_new ();
    for (size_t i = 0; i < count; i++)
        zmsg_addmem (message, frames[i], lengths[i]);
    cr_assert_eq (zmsg_send (&message, socket), 0);
    message = zmsg_recv (socket);
    cr_assert_not_null (message, "no answer");
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    cr_assert_str_eq (frame.kind, "ERROR");
    cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
    zmsg_destroy (&message);
    return problem;
}

static void s_expect_alive (const struct servers *servers)
{
    zsock_t *socket = s_connect (servers->front);
    struct hello hello = {.request = "alive"};
    struct error error;
    struct frame frame;
    struct welcome welcome;
    cr_assert_eq (frame_send (socket, NULL, &hello_shape, &hello, &error), DMH_OK, "%s", error.text);
    zmsg_t *message = zmsg_recv (socket);
    cr_assert_not_null (message, "the broker does not answer any more");
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    cr_assert_eq (welcome_decode (frame.body, frame.body_bytes, &welcome, NULL), DMH_OK);
    cr_assert_str_eq (welcome.request, "alive");
    zmsg_destroy (&message);
    zsock_destroy (&socket);
}

static void s_provoke_all (const char *endpoint)
{
    static char large[BODY_BYTES_MAX + 1];
    static const struct {
        const char *frames[5];
        size_t lengths[5];
        size_t count;
        const char *code;
    } CASES[] = {
        {{"x"}, {1}, 1, "malformed"},
        {{"DMH1"}, {4}, 1, "malformed"},
        {{"DMH1", "HELLO"}, {4, 5}, 2, "malformed"},
        {{"DMH2", "HELLO", "\x80"}, {4, 5, 1}, 3, "unsupported"},
        {{"HTTP", "HELLO", "\x80"}, {4, 5, 1}, 3, "malformed"},
        {{"DMH1", "hello", "\x80"}, {4, 5, 1}, 3, "malformed"},
        {{"DMH1", "", "\x80"}, {4, 0, 1}, 3, "malformed"},
        {{"DMH1", "ABCDEFGHIJKLMNOPQ", "\x80"}, {4, 17, 1}, 3, "malformed"},
        {{"DMH1", "HELLO", "\x80", "p", "q"}, {4, 5, 1, 1, 1}, 5, "malformed"},
        {{"DMH1", "HELLO", large}, {4, 5, sizeof large}, 3, "malformed"},
    };
    void *socket = s_connect (endpoint);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct problem problem = s_provoke (socket, CASES[i].frames, CASES[i].lengths, CASES[i].count);
        cr_assert_str_eq (problem.code, CASES[i].code, "case %zu: %s", i, problem.message);
        cr_assert_gt (strlen (problem.message), 10, "case %zu", i);
    }
    zsock_destroy ((zsock_t **) &socket);
}

Test (hostile, frames_that_are_no_messages_are_answered_by_an_error_on_both_routers)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    s_provoke_all (servers.front);
    s_provoke_all (servers.back);
    void *front = s_connect (servers.front);
    const char *unknown[] = {"DMH1", "DANCE", "\x80"}, *lacking[] = {"DMH1", "STATUS", "\x80"};
    size_t lengths[] = {4, 5, 1}, longer[] = {4, 6, 1};
    cr_assert_str_eq (s_provoke (front, unknown, lengths, 3).code, "unsupported");
    cr_assert_str_eq (s_provoke (front, lacking, longer, 3).code, "malformed");
    zsock_destroy ((zsock_t **) &front);
    s_expect_alive (&servers);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (hostile, a_frame_of_100_MB_ends_its_connection_and_the_broker_lives)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    const char *endpoints[] = {servers.front, servers.back, servers.feed_in};
    enum { HUGE_BYTES = 100 * 1024 * 1024 };
    char *huge = calloc (1, HUGE_BYTES);
    for (size_t i = 0; i < 3; i++) {
        zsock_t *socket = zsock_new (i == 2 ? ZMQ_PUB : ZMQ_DEALER);
        zsock_t *monitored = socket;
        zactor_t *monitor = zactor_new (zmonitor, monitored);
        zstr_sendx (monitor, "LISTEN", "DISCONNECTED", "CONNECTED", NULL);
        zstr_send (monitor, "START");
        zsock_wait (monitor);
        zsock_set_linger (socket, 0);
        cr_assert_eq (zsock_connect (socket, "%s", endpoints[i]), 0);
        char *event = zstr_recv (monitor);
        cr_assert_str_eq (event, "CONNECTED");
        zstr_free (&event);
        zsock_flush (monitor);
        if (i < 2) {    //  a PUB sends to subscribers alone; its subscription may still be on the way
            zmsg_t *message = zmsg_new ();
            zmsg_addstr (message, "DMH1");
            zmsg_addstr (message, "SUBMIT");
            zmsg_addmem (message, huge, HUGE_BYTES);
            cr_assert_eq (zmsg_send (&message, socket), 0);
            event = zstr_recv (monitor);
            cr_assert_str_eq (event, "DISCONNECTED");
            zstr_free (&event);
        }
        zactor_destroy (&monitor);
        zsock_destroy (&socket);
        s_expect_alive (&servers);
    }
    free (huge);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (hostile, submissions_that_make_no_sense_are_refused_with_a_sentence)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    static const struct {
        const char *uri, *name;
        uint64_t block_bytes;
    } CASES[] = {{"http://example.com/x", "x", 0},
                 {"file:///x", "../x", 0},
                 {"file:///x", "", 0},
                 {"file:///x", "a\nb", 0},
                 {"file:///x", "x", 17}};
    zsock_t *socket = s_connect (servers.front);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct input input = {.bytes = 1};
        snprintf (input.uri, sizeof input.uri, "%s", CASES[i].uri);
        snprintf (input.name, sizeof input.name, "%s", CASES[i].name);
        struct submit submit = {.request = "r", .submit_key = "k", .inputs = &input, .inputs_count = 1};
        submit.options.block_bytes = CASES[i].block_bytes;
        struct frame frame;
        struct problem problem;
        cr_assert_eq (frame_send (socket, NULL, &submit_shape, &submit, NULL), DMH_OK);
        zmsg_t *message = zmsg_recv (socket);
        cr_assert_not_null (message);
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK, "case %zu", i);
        cr_assert_str_eq (problem.code, "malformed", "case %zu: %s", i, problem.message);
        cr_assert_str_eq (problem.request, "r");
        zmsg_destroy (&message);
    }
    zsock_destroy (&socket);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (hostile, the_same_submit_key_is_answered_with_the_same_jobs_even_after_a_restart)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    char first[ID_BYTES] = "";
    for (int round = 0; round < 3; round++) {
        if (round == 2) {
            cr_assert_eq (servers_end (&servers, &servers.broker, SIGKILL), 128 + SIGKILL);
            servers_start_broker (&servers, true);
        }
        zsock_t *socket = s_connect (servers.front);
        struct input input = {.uri = "file:///nowhere", .name = "nowhere"};
        struct submit submit = {.request = "r", .submit_key = "once", .inputs = &input, .inputs_count = 1};
        struct frame frame;
        struct accepted accepted;
        cr_assert_eq (frame_send (socket, NULL, &submit_shape, &submit, NULL), DMH_OK);
        zmsg_t *message = zmsg_recv (socket);
        cr_assert_not_null (message);
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        cr_assert_eq (accepted_decode (frame.body, frame.body_bytes, &accepted, NULL), DMH_OK);
        cr_assert_eq (accepted.jobs_count, 1);
        if (!*first)
            snprintf (first, sizeof first, "%s", accepted.jobs[0].job);
        cr_assert_str_eq (accepted.jobs[0].job, first, "round %d", round);
        accepted_clear (&accepted);
        zmsg_destroy (&message);
        zsock_destroy (&socket);
    }
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (hostile, a_subscriber_that_comes_late_is_told_the_last_event)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    workplace_write (&place, "a.csv", "patient_id\n1\n", 13);
    char *output = NULL;
    const char *submit[] = {"dmh", "submit", "--quiet", "a.csv", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &output), 0, "%s", output);
    output[strcspn (output, "\n")] = 0;
    zsock_t *subscriber = zsock_new (ZMQ_SUB);
    zsock_set_rcvtimeo (subscriber, 10000);
    zsock_set_subscribe (subscriber, "job/");
    cr_assert_eq (zsock_connect (subscriber, "%s", servers.feed), 0);
    zmsg_t *message = zmsg_recv (subscriber);
    cr_assert_not_null (message, "nothing was said again");
    char *topic = zmsg_popstr (message);
    cr_assert_str_eq (topic + strlen ("job/"), output);
    zstr_free (&topic);
    zmsg_destroy (&message);
    zsock_destroy (&subscriber);
    free (output);
    servers_stop (&servers);
    workplace_remove (&place);
}
