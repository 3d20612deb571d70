//  socket_wait_test.c: who waits for sockets and descriptors hears of each that is ready, as from zmq_poll.
#include "messages/sockets/actor.h"
#include "messages/sockets/socket.h"
#include "messages/sockets/socket_wait.h"

#include <criterion/criterion.h>
#include <sys/eventfd.h>

static zsock_t *s_in[2], *s_out[2];

static void s_open (void)
{
    for (int i = 0; i < 2; i++) {
        s_in[i] = socket_new (ZMQ_PULL);
        s_out[i] = socket_new (ZMQ_PUSH);
        cr_assert (s_in[i] && s_out[i]);
        cr_assert_eq (zsock_bind (s_in[i], "inproc://socket-wait-%d", i), 0);
        cr_assert_eq (zsock_connect (s_out[i], "inproc://socket-wait-%d", i), 0);
    }
}

static void s_close (void)
{
    for (int i = 0; i < 2; i++) {
        zsock_destroy (&s_in[i]);
        zsock_destroy (&s_out[i]);
    }
}

TestSuite (socket_wait, .init = s_open, .fini = s_close, .timeout = 60);

static zmq_pollitem_t s_item (zsock_t *socket)
{
    return (zmq_pollitem_t){zsock_resolve (socket), 0, ZMQ_POLLIN, 0};
}

Test (socket_wait, nothing_comes_and_none_is_ready)
{
    zmq_pollitem_t items[] = {s_item (s_in[0]), s_item (s_in[1])};
    cr_expect_eq (socket_wait (items, 2, 0), 0);
    cr_expect_eq (socket_wait (items, 2, 5), 0);
    cr_expect (!items[0].revents && !items[1].revents);
}

Test (socket_wait, all_that_are_ready_already_are_told_together)
{
    zmq_pollitem_t items[] = {s_item (s_in[0]), s_item (s_in[1])};
    zstr_send (s_out[0], "a");
    zstr_send (s_out[1], "b");
    cr_expect_eq (socket_wait (items, 2, -1), 2);
    cr_expect (items[0].revents == ZMQ_POLLIN && items[1].revents == ZMQ_POLLIN);
}

//  The descriptor speaks once; what is not fetched is ready all the same.
Test (socket_wait, what_was_not_fetched_is_ready_again)
{
    zmq_pollitem_t items[] = {s_item (s_in[0]), s_item (s_in[1])};
    zstr_send (s_out[1], "a");
    zstr_send (s_out[1], "b");
    for (int i = 0; i < 3; i++) {
        cr_expect_eq (socket_wait (items, 2, -1), 1);
        cr_expect (!items[0].revents && items[1].revents == ZMQ_POLLIN);
    }
    for (int i = 0; i < 2; i++) {
        cr_assert_eq (socket_wait (items, 2, -1), 1);
        char *word = zstr_recv (s_in[1]);
        cr_expect_str_eq (word, i ? "b" : "a");
        zstr_free (&word);
    }
    cr_expect_eq (socket_wait (items, 2, 0), 0);
}

Test (socket_wait, a_descriptor_is_told_beside_a_socket_that_is_ready)
{
    int fd = eventfd (1, EFD_CLOEXEC);
    zmq_pollitem_t items[] = {s_item (s_in[0]), {NULL, fd, ZMQ_POLLIN, 0}};
    cr_expect_eq (socket_wait (items, 2, -1), 1);
    cr_expect (!items[0].revents && items[1].revents == ZMQ_POLLIN);
    zstr_send (s_out[0], "a");
    cr_expect_eq (socket_wait (items, 2, -1), 2);
    cr_expect (items[0].revents == ZMQ_POLLIN && items[1].revents == ZMQ_POLLIN);
    close (fd);
}

//  Gives back each word that it hears, until there is one no more.
static void s_echo (zsock_t *pipe, void *argument)
{
    (void) argument;
    zsock_signal (pipe, 0);
    for (bool over = false; !over;) {
        char *word = zstr_recv (pipe);
        over = !word || streq (word, "$TERM");
        if (!over)
            zstr_send (pipe, word);
        zstr_free (&word);
    }
}

//  Each time another thread's message finds this one waiting, or about to.
Test (socket_wait, no_word_of_another_thread_is_missed)
{
    actor_t *actor = actor_new (s_echo, NULL);
    cr_assert_not_null (actor);
    zmq_pollitem_t items[] = {s_item (s_in[0]), s_item (actor_pipe (actor))};
    for (int i = 0; i < 2000; i++) {
        zstr_send (actor_pipe (actor), "word");
        cr_assert_eq (socket_wait (items, 2, 30000), 1, "round %d", i);
        cr_assert_eq (items[1].revents, ZMQ_POLLIN);
        char *word = zstr_recv (actor_pipe (actor));
        cr_expect_str_eq (word, "word");
        zstr_free (&word);
    }
    actor_destroy (&actor);
}

Test (socket_wait, what_is_no_socket_is_an_error)
{
    int none = 0;
    zmq_pollitem_t item = {&none, 0, ZMQ_POLLIN, 0};
    cr_expect_eq (socket_wait (&item, 1, 0), -1);
    cr_expect_eq (errno, ENOTSOCK);
}

//  Who was fetched from until nothing was left is not asked, and heard of all the same.
Test (socket_wait, a_quiet_socket_is_heard_when_something_comes)
{
    zmq_pollitem_t item = s_item (s_in[0]);
    cr_expect_eq (socket_wait (&item, 1, 0), 0);
    item.events = ZMQ_POLLIN | SOCKET_QUIET;
    cr_expect_eq (socket_wait (&item, 1, 0), 0);
    for (int i = 0; i < 3; i++) {
        zstr_send (s_out[0], "a");
        cr_assert_eq (socket_wait (&item, 1, 30000), 1);
        cr_expect_eq (item.revents, ZMQ_POLLIN);
        char *word = zstr_recv (s_in[0]);
        zstr_free (&word);
        cr_expect_null (zmsg_recv_nowait (s_in[0]));
    }
}
