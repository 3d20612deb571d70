//  connections_test.c: who makes room when there are more connections than there may be.
#include "broker/access/connections.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NOW = 1000 };

static zsock_t *s_server;
static connections_t *s_connections;

//  All that has come by now came in the same millisecond.
static void s_await (size_t count)
{
    while (connections_count (s_connections) != count) {
        zmq_pollitem_t item = {zsock_resolve (connections_events (s_connections, 0)), 0, ZMQ_POLLIN, 0};
        cr_assert_geq (zmq_poll (&item, 1, -1), 0);
        connections_check (s_connections, NOW);
    }
}

static int s_connect (void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    const char *endpoint = zsock_endpoint (s_server);
    to.sin_port = htons ((uint16_t) strtoul (strrchr (endpoint, ':') + 1, NULL, 10));
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq (connect (fd, (const struct sockaddr *) &to, sizeof to), 0);
    return fd;
}

//  One more, which is heard of before the next comes.
static int s_enter (size_t count)
{
    int fd = s_connect ();
    s_await (count);
    return fd;
}

//  Whether the server has not ended it. libzmq's greeting comes first.
static bool s_is_open (int fd)
{
    char bytes[64];
    ssize_t n;
    while ((n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        ;
    return n < 0 && errno == EAGAIN;
}

//  Until one of them is shut out: its index.
static size_t s_await_shut_out (const int *fds, size_t count)
{
    zmq_pollitem_t items[8] = {{zsock_resolve (connections_events (s_connections, 0)), 0, ZMQ_POLLIN, 0}};
    for (size_t i = 0; i < count; i++)
        items[i + 1] = (zmq_pollitem_t){NULL, fds[i], ZMQ_POLLIN, 0};
    for (;;) {
        for (size_t i = 0; i < count; i++)
            if (!s_is_open (fds[i]))
                return i;
        cr_assert_geq (zmq_poll (items, (int) count + 1, -1), 0);
        connections_check (s_connections, NOW);
    }
}

//  The list has been in another order since the first one left.
Test (connections, of_those_that_are_silent_equally_long_the_first_that_came_makes_room, .timeout = 60)
{
    s_server = zsock_new (ZMQ_ROUTER);
    s_connections = connections_new (3);
    cr_assert_eq (connections_watch (s_connections, s_server, CONNECTIONS_MESSAGES), 0);
    cr_assert_geq (zsock_bind (s_server, "tcp://127.0.0.1:*"), 0);
    int fds[5];
    for (size_t i = 0; i < 3; i++)
        fds[i] = s_enter (i + 1);
    close (fds[0]);
    s_await (2);
    fds[3] = s_enter (3);
    fds[4] = s_connect ();
    cr_expect_eq (s_await_shut_out (fds + 1, 4), 0);
    for (size_t i = 1; i < 5; i++)
        close (fds[i]);
    connections_destroy (&s_connections);
    zsock_destroy (&s_server);
}
