//  actor_test.c: actors and sockets when there are no descriptors left, and the ways in which an actor ends;
//  how many slots and threads a worker can have.
#include "messages/sockets/actor.h"
#include "messages/sockets/limits.h"
#include "messages/sockets/socket.h"
#include "worker/session/capacity.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FEW = 256, MOST = 4096 };

static int s_taken[MOST];
static size_t s_count;

//  Few descriptors, of which libzmq has had its own.
static void s_open_limits (void)
{
    struct rlimit few = {FEW, FEW};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &few), 0);
    cr_assert_eq (limits_open (&error), DMH_OK, "%s", error.text);
}

static void s_take_all (void)
{
    while (s_count < MOST && (s_taken[s_count] = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        s_count++;
    cr_assert_eq (errno, EMFILE);
}

static void s_give_back (size_t count)
{
    while (count-- > 0 && s_count > 0)
        close (s_taken[--s_count]);
}

//  Says back what it hears, until "$TERM" or "END".
static void s_echo (zsock_t *pipe, void *argument)
{
    (void) argument;
    zsock_signal (pipe, 0);
    for (bool ended = false; !ended;) {
        char *word = zstr_recv (pipe);
        ended = !word || streq (word, "$TERM") || streq (word, "END");
        if (!ended)
            zstr_send (pipe, word);
        zstr_free (&word);
    }
}

static void s_expect_echo (const actor_t *actor)
{
    zstr_send (actor_pipe (actor), "word");
    char *word = zstr_recv (actor_pipe (actor));
    cr_assert_str_eq (word, "word");
    zstr_free (&word);
}

//  Says more than the pipe takes, whoever listens.
static void s_babble (zsock_t *pipe, void *argument)
{
    zsock_signal (pipe, 0);
    for (int i = 0; i < 5000; i++)
        zstr_send (pipe, "word");
    *(bool *) argument = true;
}

Test (actor, answers_and_ends, .timeout = 60)
{
    for (int i = 0; i < 20; i++) {
        actor_t *actor = actor_new (s_echo, NULL);
        cr_assert_not_null (actor);
        s_expect_echo (actor);
        actor_destroy (&actor);
        cr_assert_null (actor);
    }
    actor_t *none = NULL;
    actor_destroy (&none);
}

Test (actor, one_that_ended_by_itself_is_waited_for, .timeout = 60)
{
    for (int heard = 0; heard < 2; heard++) {
        actor_t *actor = actor_new (s_echo, NULL);
        zstr_send (actor_pipe (actor), "END");
        if (heard)
            zsock_wait (actor_pipe (actor));    //  its last word is read, so that nothing more comes
        actor_destroy (&actor);
        cr_assert_null (actor);
    }
}

Test (actor, what_nobody_hears_does_not_keep_it, .timeout = 60)
{
    bool said = false;
    actor_t *actor = actor_new (s_babble, &said);
    actor_destroy (&actor);
    cr_assert (said);
}

Test (actor, no_descriptors_are_an_answer_and_not_the_end, .timeout = 60)
{
    s_open_limits ();
    s_take_all ();
    cr_assert_eq (limits_free (), 0);
    //  The few that are set aside are lent to sockets, then those are gone too.
    zsock_t *sockets[FEW];
    size_t count = 0;
    while (count < FEW && (sockets[count] = socket_new (ZMQ_PULL)) != NULL)
        count++;
    cr_assert (count < FEW && errno == EMFILE, "%zu: %s", count, strerror (errno));
    cr_assert_null (actor_new (s_echo, NULL));
    cr_assert_eq (errno, EMFILE);
    s_give_back (1);
    cr_assert_not_null (sockets[count++] = socket_new (ZMQ_PULL));
    cr_assert_null (actor_new (s_echo, NULL));
    s_give_back (FEW);
    while (count > 0)
        zsock_destroy (&sockets[--count]);
    actor_t *actor = actor_new (s_echo, NULL);
    cr_assert_not_null (actor);
    s_expect_echo (actor);
    actor_destroy (&actor);
}

Test (actor, there_are_as_many_sockets_as_descriptors, .timeout = 60)
{
    struct rlimit many;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &many), 0);
    if (many.rlim_max < 2100) {
        printf ("SKIP: this process may have %lu files\n", (unsigned long) many.rlim_max);
        return;
    }
    many.rlim_cur = 64;    //  raised by limits_open
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &many), 0);
    cr_assert_eq (limits_open (&error), DMH_OK, "%s", error.text);
    static zsock_t *sockets[2000];    //  libzmq by itself allows 1,023
    for (size_t i = 0; i < 2000; i++)
        cr_assert_not_null (sockets[i] = socket_new (ZMQ_PULL), "%zu", i);
    for (size_t i = 0; i < 2000; i++)
        zsock_destroy (&sockets[i]);
}

//  As many as before are free afterwards. Of so few none are set aside.
Test (actor, too_few_descriptors_for_libzmq_are_told_and_given_back, .timeout = 60)
{
    struct rlimit few = {30, 30};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &few), 0);
    s_take_all ();
    for (size_t spare = 0; spare < 4; spare++) {
        s_give_back (spare);
        cr_expect_eq (limits_open (&error), DMH_INTERNAL, "%zu", spare);
        cr_expect (strstr (error.text, "no files can be opened (Too many open files): this process may have "
                                       "30; allow more with ulimit -n"),
                   "%s", error.text);
        size_t before = s_count;
        s_take_all ();
        cr_expect_eq (s_count, before + spare);
    }
    s_give_back (MOST);
}

//  What is set aside is for sockets alone.
Test (actor, descriptors_are_lent_for_as_long_as_a_socket_is_made, .timeout = 60)
{
    struct rlimit before, after;
    s_open_limits ();
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &before), 0);
    cr_expect_lt (before.rlim_cur, FEW);
    cr_expect_eq (before.rlim_max, FEW);
    zsock_t *socket = socket_new (ZMQ_PULL);
    cr_assert_not_null (socket);
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &after), 0);
    cr_expect_eq (after.rlim_cur, before.rlim_cur);
    zsock_destroy (&socket);
}

//  How many can be opened here and now, by opening them.
static size_t s_count_free (void)
{
    s_take_all ();
    size_t count = s_count;
    s_give_back (MOST);
    return count;
}

//  By how many more that is than are counted: descriptors beyond the limit, which were there before it, are
//  counted too. libzmq closes what its first socket had some time later; then it is asked again.
static size_t s_uncounted (void)
{
    size_t before, count;
    do {
        before = limits_free ();
        count = s_count_free ();
    } while (limits_free () != before);
    cr_assert_geq (count, before);
    return count - before;
}

Test (actor, free_descriptors_are_counted, .timeout = 60)
{
    s_open_limits ();
    size_t uncounted = s_uncounted ();
    int fds[5];
    for (int i = 0; i < 5; i++)
        cr_assert_geq (fds[i] = open ("/dev/null", O_RDONLY), 0);
    cr_assert_eq (s_uncounted (), uncounted);
    for (int i = 0; i < 5; i++)
        close (fds[i]);
}

Test (capacity, that_of_which_there_is_more_gives_way)
{
    struct capacity capacity = {16, 32};
    size_t all = capacity_descriptors (capacity);
    cr_assert (capacity_fit (&capacity, all) && capacity.slots == 16 && capacity.threads == 32);
    cr_assert (capacity_fit (&capacity, all - 1) && capacity.slots == 16 && capacity.threads == 31);
    capacity = (struct capacity){16, 2};
    cr_assert (capacity_fit (&capacity, 200) && capacity.slots < 16 && capacity.threads == 2);
    cr_assert_leq (capacity_descriptors (capacity), 200);
    capacity.slots++;
    cr_assert_gt (capacity_descriptors (capacity), 200);
}

Test (capacity, one_of_each_is_the_least)
{
    struct capacity capacity = {64, 256};
    cr_assert_not (capacity_fit (&capacity, 10));
    cr_assert (capacity.slots == 1 && capacity.threads == 1);
    cr_assert (capacity_fit (&capacity, capacity_descriptors (capacity)));
    cr_assert_not (capacity_halve (&capacity));
    capacity = (struct capacity){4, 9};
    cr_assert (capacity_halve (&capacity) && capacity.slots == 4 && capacity.threads == 4);
    cr_assert (capacity_halve (&capacity) && capacity.slots == 4 && capacity.threads == 2);
    cr_assert (capacity_halve (&capacity) && capacity.slots == 2 && capacity.threads == 2);
}
