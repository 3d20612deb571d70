//  harmonizers_test.c: the threads that jobs share begin all or not at all, and nothing of them stays.
#define _GNU_SOURCE
#include "worker/pipeline/threads/harmonizers.h"

#include "messages/sockets/socket.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THREADS = 3, SLOTS = 2, FEW = 256, NAME_BYTES = 80, AGAIN_MS = 2 };

//  Threads of this process.
static size_t s_threads (void)
{
    size_t count = 0;
    DIR *threads = opendir ("/proc/self/task");
    cr_assert_not_null (threads);
    for (const struct dirent *thread; (thread = readdir (threads));)
        count += thread->d_name[0] != '.';
    closedir (threads);
    return count;
}

//  Descriptors of libzmq, and its threads: whoever counts wants them there before.
static void s_ready (void)
{
    zsys_handler_set (NULL);
    zsock_t *first = socket_new (ZMQ_PULL);
    cr_assert_not_null (first);
    zsock_destroy (&first);
}

//  A name is free when libzmq has let go of it, some time after its socket was closed.
static void s_await_free (const char *name)
{
    for (bool free = false; !free;) {
        zsock_t *socket = socket_new (ZMQ_PULL);
        cr_assert_not_null (socket);
        free = zsock_bind (socket, "%s", name) >= 0;
        zsock_destroy (&socket);
        if (!free)
            zclock_sleep (AGAIN_MS);
    }
}

Test (harmonizers, leave_no_thread_and_no_socket, .timeout = 60)
{
    struct error error = {.code = DMH_OK};
    char names[SLOTS + THREADS][NAME_BYTES];
    s_ready ();
    size_t before = s_threads ();
    harmonizers_t *harmonizers = harmonizers_new (THREADS, SLOTS, &error);
    cr_assert_not_null (harmonizers, "%s", error.text);
    cr_expect_eq (s_threads (), before + THREADS);
    cr_expect_eq (harmonizers_threads (harmonizers), THREADS);
    cr_expect_eq (harmonizers_blocks (harmonizers), 4 * THREADS + 3);
    for (size_t i = 0; i < SLOTS; i++) {
        zsock_t *pull = harmonizers_writer (harmonizers, i);
        snprintf (names[i], NAME_BYTES, "%s", zsock_endpoint (pull));
        cr_expect_eq (zsock_rcvhwm (pull), 4 * THREADS + 3 + 1, "all blocks of a job fit");
    }
    for (size_t i = 0; i < THREADS; i++)
        snprintf (names[SLOTS + i], NAME_BYTES, "%s", harmonizers_endpoint (harmonizers, i));
    for (size_t i = 0; i < SLOTS + THREADS; i++)
        for (size_t other = 0; other < i; other++)
            cr_expect_str_neq (names[i], names[other]);
    harmonizers_destroy (&harmonizers);
    cr_expect_null (harmonizers);
    harmonizers_destroy (&harmonizers);
    cr_expect_eq (s_threads (), before);
    for (size_t i = 0; i < SLOTS + THREADS; i++)
        s_await_free (names[i]);
}

//  With none, one, two … descriptors left, until they are enough.
Test (harmonizers, without_descriptors_none_are_there_and_it_is_said, .timeout = 120)
{
    static int taken[FEW];
    struct rlimit few = {FEW, FEW};
    size_t count = 0, failed = 0;
    s_ready ();
    size_t before = s_threads ();
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &few), 0);
    for (bool made = false; !made; failed += !made) {
        struct error error = {.code = DMH_OK};
        while (count < FEW && (taken[count] = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
            count++;
        for (size_t i = 0; i < failed && count > 0; i++)
            close (taken[--count]);
        harmonizers_t *harmonizers = harmonizers_new (THREADS, SLOTS, &error);
        made = harmonizers != NULL;
        while (count > 0)
            close (taken[--count]);
        if (!made) {
            cr_assert_eq (error.code, DMH_INTERNAL);
            cr_assert (strstr (error.text, "3 harmonization threads cannot be started: Too many open files"),
                       "%s", error.text);
        }
        harmonizers_destroy (&harmonizers);
        cr_assert_eq (s_threads (), before, "after %zu descriptors", failed);
    }
    cr_assert_gt (failed, 2);
}
