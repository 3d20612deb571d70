//  listener_test.c: which addresses can be listened at, whom they let in, and where it is then.
#define _GNU_SOURCE
#include "messages/sockets/listener.h"

#include "test/support/processes/descriptors.h"
#include "test/support/processes/reserved_port.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

//  Whether a client is let in at that port of 127.0.0.1.
static bool s_answers (unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons ((uint16_t) port),
                                  .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_geq (fd, 0);
    bool connected = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
    close (fd);
    return connected;
}

Test (listener, text_that_is_no_address_of_a_host_and_a_port_is_named)
{
    static const char *const WRONG[] = {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                                        "127.0.0.1:8x", "127.0.0.1:x8", "127.0.0.1: 8", "127.0.0.1:-1",
                                        "127.0.0.1:000000", "127.0.0.1:100000", "[]:0", "[127.0.0.1:0",
                                        "[::1]", "a.host.example:0", "256.0.0.1:0",
                                        //  177 is 127 in octal; the host has 64 bytes, one more than any.
                                        "00000000000000000000000000000000000000000000000000000177.0.0.015:0"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char at[LISTENER_TEXT_BYTES] = "", expected[300];
        struct error error = {.code = DMH_OK};
        cr_expect_eq (listener_open ("listen", WRONG[i], false, at, &error), -1, "%s", WRONG[i]);
        snprintf (expected, sizeof expected,
                  "--listen %s is no address of a host and a port; give 127.0.0.1:8080", WRONG[i]);
        cr_expect_eq (error.code, DMH_USAGE, "%s", WRONG[i]);
        cr_expect_str_eq (error.text, expected);
        cr_expect_str_eq (at, "");
    }
}

Test (listener, it_is_told_where_and_whoever_comes_there_is_let_in)
{
    static const char *const RIGHT[] = {"127.0.0.1:0", "localhost:0", "127.0.0.1:00000"};
    for (size_t i = 0; i < sizeof RIGHT / sizeof *RIGHT; i++)
        for (int loopback_only = 0; loopback_only < 2; loopback_only++) {
            char at[LISTENER_TEXT_BYTES] = "";
            struct error error = {.code = DMH_OK};
            size_t before = descriptors_count ();
            int fd = listener_open ("listen", RIGHT[i], loopback_only, at, &error);
            cr_assert_geq (fd, 0, "%s", error.text);
            cr_expect_eq (descriptors_count (), before + 1);
            cr_expect_eq (strncmp (at, "127.0.0.1:", 10), 0, "%s", at);
            unsigned port = (unsigned) strtoul (at + 10, NULL, 10);
            cr_assert_gt (port, 0);
            cr_expect (s_answers (port));
            close (fd);
            cr_expect_not (s_answers (port));
        }
}

//  What was connected to it stays a while and does not matter.
Test (listener, a_port_is_one_s_alone_and_free_again_behind_it)
{
    char endpoint[ENDPOINT_BYTES], again[LISTENER_TEXT_BYTES];
    struct error error = {.code = DMH_OK};
    reserved_port_endpoint (endpoint);
    const char *at = endpoint + strlen ("tcp://");
    int fd = listener_open ("listen", at, true, again, &error);
    cr_assert_geq (fd, 0, "%s", error.text);
    size_t before = descriptors_count ();
    cr_expect_eq (listener_open ("metrics-listen", at, true, again, &error), -1);
    cr_expect_eq (error.code, DMH_UNAVAILABLE);
    cr_expect (strstr (error.text, "--metrics-listen 127.0.0.1:") &&
                   strstr (error.text, " cannot be listened at: Address already in use"),
               "%s", error.text);
    cr_expect_eq (descriptors_count (), before);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    address.sin_port = htons ((uint16_t) strtoul (at + 10, NULL, 10));
    int client = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), served;
    cr_assert_eq (connect (client, (struct sockaddr *) &address, sizeof address), 0);
    while ((served = accept4 (fd, NULL, NULL, SOCK_CLOEXEC)) < 0)
        cr_assert_eq (errno, EAGAIN);
    close (served);    //  first, so that it is the one that waits
    char end;
    cr_assert_eq (read (client, &end, 1), 0);
    close (client);
    close (fd);
    fd = listener_open ("listen", at, true, again, &error);
    cr_assert_geq (fd, 0, "%s", error.text);
    cr_expect_str_eq (again, at);
    close (fd);
}

Test (listener, an_address_that_other_hosts_reach_is_refused_where_that_is_asked)
{
    static const char *const OPEN[] = {"0.0.0.0:0", "128.0.0.1:0", "126.255.255.255:0", "192.0.2.127:0",
                                       "[::]:0",    "[::2]:0",     "[2001:db8::1]:0"};
    static const char *const LOOPBACK[] = {"127.0.0.1:0", "127.255.255.254:0", "127.9.8.7:0", "[::1]:0"};
    for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++) {
        char at[LISTENER_TEXT_BYTES], part[100];
        struct error error = {.code = DMH_OK};
        cr_expect_eq (listener_open ("listen", OPEN[i], true, at, &error), -1, "%s", OPEN[i]);
        cr_expect_eq (error.code, DMH_USAGE);
        snprintf (part, sizeof part, "--listen %s is open to other hosts", OPEN[i]);
        cr_expect (strstr (error.text, part), "%s", error.text);
        //  Of documentation and multicast, no host's: they are read, and cannot be bound.
        error.code = DMH_OK;
        if (strncmp (OPEN[i], "192.0.2", 7) == 0) {
            cr_expect_eq (listener_open ("listen", OPEN[i], false, at, &error), -1);
            cr_expect_eq (error.code, DMH_UNAVAILABLE);
        }
    }
    for (size_t i = 0; i < sizeof LOOPBACK / sizeof *LOOPBACK; i++) {
        char at[LISTENER_TEXT_BYTES] = "";
        struct error error = {.code = DMH_OK};
        int fd = listener_open ("listen", LOOPBACK[i], true, at, &error);
        bool six = LOOPBACK[i][0] == '[';
        //  A host may have no IPv6.
        cr_expect (fd >= 0 || (six && error.code == DMH_UNAVAILABLE), "%s: %s", LOOPBACK[i], error.text);
        cr_expect (fd < 0 || strncmp (at, LOOPBACK[i], strlen (LOOPBACK[i]) - 1) == 0, "%s", at);
        if (fd >= 0)
            close (fd);
    }
}
