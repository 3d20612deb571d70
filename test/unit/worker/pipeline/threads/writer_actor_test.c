//  writer_actor_test.c: blocks come back in the order of the input, one that comes in parts whole unless it
//  is not wanted any more, and a pass is over when all its harmonizers have left.
#include "worker/pipeline/threads/writer_actor.h"

#include "messages/sockets/actor.h"
#include "messages/sockets/socket.h"
#include "test/support/results/hand_attempt.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/pipeline/threads/block_socket.h"

#include <criterion/criterion.h>

enum { RECORDS = 4, BLOCKS = 3 };

static struct hand_attempt s_hand;
static zsock_t *s_pull, *s_push, *s_back;
static actor_t *s_writer;

//  Each record is a part.
static void s_setup (void)
{
    static const char TEXT[] = "patient_id,given_name\n1,Ann\n2,Bob\n3,Cy\n4,Di\n";
    struct writer_start start = {NULL, "inproc://back-of-writer", BLOCKS};
    int why = -1;
    hand_attempt_make (&s_hand);
    cr_assert_eq (hand_attempt_prepare (&s_hand, "in.csv", TEXT, sizeof TEXT - 1), DMH_OK, "%s",
                  s_hand.error.text);
    s_hand.attempt.pass.part_bytes = 1;
    s_hand.attempt.pass.harmonizers = 2;
    s_pull = socket_new (ZMQ_PULL);
    s_push = socket_new (ZMQ_PUSH);
    s_back = socket_new (ZMQ_PULL);
    cr_assert (s_pull && s_push && s_back);
    cr_assert (zsock_bind (s_pull, "inproc://to-writer") >= 0 &&
               zsock_connect (s_push, "inproc://to-writer") == 0 &&
               zsock_bind (s_back, "%s", start.back) >= 0);
    start.pull = s_pull;
    s_writer = actor_new (writer_actor, &start);
    cr_assert_not_null (s_writer);
    cr_assert_eq (zsock_recv (actor_pipe (s_writer), "i", &why), 0);
    cr_assert_eq (why, 0);
}

static void s_teardown (void)
{
    actor_destroy (&s_writer);
    zsock_destroy (&s_push);
    zsock_destroy (&s_pull);
    zsock_destroy (&s_back);
    hand_attempt_drop (&s_hand);
}

TestSuite (writer_actor, .init = s_setup, .fini = s_teardown, .timeout = 60);

//  What a harmonizer has made of the input; more is to come.
static struct block *s_block (uint64_t serial)
{
    struct attempt *attempt = &s_hand.attempt;
    struct block *block = attempt_block (attempt);
    cr_assert_not_null (block);
    cr_assert_eq (reader_rewind (attempt->preparation.reader, &attempt->preparation.dialect, &s_hand.error),
                  DMH_OK);
    cr_assert_eq (attempt_fill (attempt, block, 4096, &s_hand.error), 1, "%s", s_hand.error.text);
    block->rest = harmonizer_new (&attempt->pass);
    cr_assert_not_null (block->rest);
    cr_assert (harmonizer_harmonize (block->rest, block));
    block->serial = serial;
    return block;
}

//  Of what comes back.
static struct block *s_await (void)
{
    struct block *block = NULL;
    cr_assert_eq (zmq_recv (zsock_resolve (s_back), &block, sizeof block, 0), (int) sizeof block);
    return block;
}

static void s_expect (struct block *block, bool cut, size_t parts)
{
    cr_assert_eq (block_send (s_push, block), 0);
    cr_assert_eq (s_await (), block);
    cr_expect_eq (block->cut, cut);
    cr_expect_eq (block->parts, parts);
    cr_expect_null (block->rest);
    cr_expect_eq (atomic_load (&s_hand.attempt.pass.parts), parts);
    block_destroy (&block);
}

Test (writer_actor, a_block_that_comes_in_parts_is_gone_on_with_to_its_end)
{
    s_expect (s_block (0), false, RECORDS - 1);
    cr_expect_eq (writer_counts (s_hand.attempt.writer)->written, RECORDS);
}

Test (writer_actor, what_is_not_wanted_any_more_is_left_out)
{
    atomic_store (&s_hand.attempt.pass.abandoned, true);
    s_expect (s_block (0), true, 0);
    cr_expect_eq (writer_counts (s_hand.attempt.writer)->written, 1);
}

Test (writer_actor, so_is_what_follows_a_failure)
{
    struct block *block = s_block (0);
    error_set (&block->error, DMH_INTERNAL, "out of memory");
    s_expect (block, true, 0);
}

Test (writer_actor, blocks_are_taken_in_the_order_of_the_input)
{
    struct block *blocks[BLOCKS];
    static const uint64_t ORDER[BLOCKS] = {2, 1, 0};
    for (size_t i = 0; i < BLOCKS; i++)
        blocks[ORDER[i]] = s_block (ORDER[i]);
    for (size_t i = 0; i < BLOCKS; i++)
        cr_assert_eq (block_send (s_push, blocks[ORDER[i]]), 0);
    for (size_t i = 0; i < BLOCKS; i++) {
        struct block *block = s_await ();
        cr_expect_eq (block, blocks[i], "block %zu", i);
        cr_expect_eq (block->so_far.read, (i + 1) * RECORDS);
        block_destroy (&block);
    }
}

//  Of two passes, each with all its harmonizers; the next one begins with serial 0 again.
Test (writer_actor, a_pass_is_over_when_the_last_of_its_harmonizers_has_left)
{
    zsock_t *pipe = actor_pipe (s_writer);
    for (int pass = 0; pass < 2; pass++) {
        struct block leave = {.sort = BLOCK_LEAVE, .pass = &s_hand.attempt.pass};
        atomic_store (&s_hand.attempt.pass.parts, 0);
        cr_assert_eq (block_send (s_push, &leave), 0);
        s_expect (s_block (0), false, RECORDS - 1);    //  behind which the first has been heard
        cr_expect_not (zsock_events (pipe) & ZMQ_POLLIN, "one is there still");
        cr_assert_eq (block_send (s_push, &leave), 0);
        char *word = zstr_recv (pipe);
        cr_expect_str_eq (word, "PASS");
        zstr_free (&word);
    }
}
