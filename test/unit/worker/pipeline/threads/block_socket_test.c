//  block_socket_test.c: blocks come in their order, at once or not at all, whatever was wrong before.
#include "worker/pipeline/threads/block_socket.h"

#include "messages/sockets/actor.h"
#include "messages/sockets/socket.h"

#include <criterion/criterion.h>
#include <errno.h>

enum { BLOCKS = 5 };

static zsock_t *s_pull, *s_push;
static struct block s_blocks[BLOCKS];

static void s_setup (void)
{
    s_pull = socket_new (ZMQ_PULL);
    s_push = socket_new (ZMQ_PUSH);
    cr_assert (s_pull && s_push);
    cr_assert (zsock_bind (s_pull, "inproc://blocks") >= 0 && zsock_connect (s_push, "inproc://blocks") == 0);
}

static void s_teardown (void)
{
    zsock_destroy (&s_push);
    zsock_destroy (&s_pull);
}

TestSuite (block_socket, .init = s_setup, .fini = s_teardown, .timeout = 60);

Test (block_socket, what_waits_comes_in_its_order_and_behind_it_nothing)
{
    cr_expect_null (block_receive (s_pull));
    for (size_t i = 0; i < BLOCKS; i++)
        cr_assert_eq (block_send (s_push, &s_blocks[i]), 0);
    for (size_t i = 0; i < BLOCKS; i++) {
        errno = EINTR;    //  of whatever was interrupted last
        cr_expect_eq (block_receive (s_pull), &s_blocks[i], "block %zu", i);
    }
    cr_expect_null (block_receive (s_pull));
}

Test (block_socket, what_is_no_block_is_left_out)
{
    cr_assert_eq (zstr_send (s_push, "hi"), 0);
    cr_assert_eq (block_send (s_push, &s_blocks[0]), 0);
    cr_expect_null (block_receive (s_pull));
    cr_expect_eq (block_receive (s_pull), &s_blocks[0]);
}

static void s_take (void *pipe, struct block *block)
{
    zsock_send (pipe, "p", block);
}

static void s_serve (zsock_t *pipe, void *pull)
{
    zsock_signal (pipe, 0);
    struct stage_clock clock = {.passes = 0};
    block_serve (pipe, pull, &clock, s_take, pipe);
}

//  Those that came while it was taking another one, too.
Test (block_socket, whoever_serves_takes_each_and_leaves_when_it_is_told_to)
{
    actor_t *actor = actor_new (s_serve, s_pull);
    cr_assert_not_null (actor);
    for (int round = 0; round < 100; round++) {
        for (size_t i = 0; i < BLOCKS; i++)
            cr_assert_eq (block_send (s_push, &s_blocks[i]), 0);
        zstr_send (actor_pipe (actor), "a word that is nothing to it");
        for (size_t i = 0; i < BLOCKS; i++) {
            void *taken = NULL;
            cr_assert_eq (zsock_recv (actor_pipe (actor), "p", &taken), 0);
            cr_assert_eq (taken, &s_blocks[i]);
        }
    }
    actor_destroy (&actor);
}
