//  hostile_clients_test.c: while one client floods, never reads, holds a thousand connections or sends
//  garbage, another one's job is done with the right bytes, and the broker's memory stays within a bound.
#define _GNU_SOURCE
#include "test/support/peers/hostile_client.h"
#include "test/support/peers/zmtp_peer.h"

#include "messages/request.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

//  What comes by the loopback until the broker looks, four times a second.
enum { ENDLESS_KB_MAX = 2 * 1024 * 1024 };
enum { FEW_FILES = 400 };
enum { CONNECTIONS = 1000, INPUTS_BEFORE = 64 };

static void s_play (hostile_client_fn *hostile, const char *option, const char *value)
{
    struct hostile_client self;
    hostile_client_open (&self, option, value);
    hostile_client_begin (&self, hostile);
    hostile_client_expect_service (&self);
    hostile_client_close (&self);
}

//  Takes what has come, as a client that wants more does.
static void s_drain (int fd)
{
    static char bytes[65536];
    while (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

enum { WELL_AT_IT = 2000 };    //  requests

static void s_flood (const struct servers *servers, int begun)
{
    int fd = hostile_client_greet (servers->front, "DEALER");
    struct hello hello = {.request = "h"};
    struct list list = {.request = "l"};
    for (size_t i = 0;; i++) {
        if (!hostile_client_send_request (fd, i % 2 ? &list_shape : &hello_shape,
                                          i % 2 ? (void *) &list : (void *) &hello))
            _exit (3);
        s_drain (fd);
        if (i == WELL_AT_IT)
            hostile_client_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_floods_with_requests_slows_nobody_else, .timeout = 120)
{
    s_play (s_flood, NULL, NULL);
}

static void s_flood_submissions (const struct servers *servers, int begun)
{
    int fd = hostile_client_greet (servers->front, "DEALER");
    struct input input = {.uri = "file:///nowhere", .name = "nowhere"};
    struct submit submit = {.request = "s", .inputs = &input, .inputs_count = 1};
    for (unsigned i = 0;; i++) {
        snprintf (submit.submit_key, sizeof submit.submit_key, "flood-%u", i);
        if (!hostile_client_send_request (fd, &submit_shape, &submit))
            _exit (3);
        s_drain (fd);
        if (i == WELL_AT_IT)
            hostile_client_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_floods_with_jobs_has_no_more_than_its_share_of_the_queue, .timeout = 120)
{
    s_play (s_flood_submissions, "--client-jobs", "20");
}

//  Asks for the longest answers and takes none.
static void s_never_read (const struct servers *servers, int begun)
{
    int fd = hostile_client_greet (servers->front, "DEALER");
    struct list list = {.request = "l", .limit = 64};
    for (size_t i = 0; hostile_client_send_request (fd, &list_shape, &list); i++)
        if (i == WELL_AT_IT)
            hostile_client_say_begun (&begun);
    while (begun < 0)    //  the broker ended it
        pause ();
}

Test (hostile_clients, one_that_never_reads_its_answers_slows_nobody_else, .timeout = 120)
{
    struct hostile_client self;
    const char *submit[INPUTS_BEFORE + 6] = {"dmh", "submit", "--wait", "--quiet"};
    char *output = NULL;
    hostile_client_open (&self, NULL, NULL);
    for (size_t i = 0; i < INPUTS_BEFORE; i++)    //  so that a list is long
        submit[4 + i] = "one.csv";
    cr_assert_eq (servers_dmh (&self.servers, submit, &output), 0, "%s", output);
    free (output);
    hostile_client_begin (&self, s_never_read);
    hostile_client_expect_service (&self);
    hostile_client_close (&self);
}

//  Wants every event of every job, over and over, and takes none.
static void s_never_listen (const struct servers *servers, int begun)
{
    int fd = hostile_client_greet (servers->feed, "SUB");
    for (size_t i = 0; zmtp_send_frame (fd, 0, "\1job/", 5); i++)
        if (i == WELL_AT_IT)
            hostile_client_say_begun (&begun);
    while (begun < 0)
        pause ();
}

Test (hostile_clients, a_subscriber_that_never_reads_slows_nobody_else, .timeout = 120)
{
    s_play (s_never_listen, NULL, NULL);
}

//  Silent ones, half greetings, and such that have greeted and say nothing, on every socket.
static void s_hold_connections (const struct servers *servers, int begun)
{
    const char *const endpoints[] = {servers->front, servers->back, servers->feed_in, servers->feed,
                                     servers->files};
    static const char *const TYPES[] = {"DEALER", "DEALER", "PUB", "SUB", "DEALER"};
    for (size_t i = 0; i < CONNECTIONS; i++) {
        int fd = zmtp_connect (endpoints[i % 5]);
        if (fd < 0)
            _exit (2);
        if (i / 5 % 3 == 1)
            send (fd, zmtp_greeting (), ZMTP_GREETING_BYTES / 2, MSG_NOSIGNAL);
        if (i / 5 % 3 == 2 && !zmtp_greet (fd, TYPES[i % 5]))
            _exit (3);
    }
    hostile_client_say_begun (&begun);
    for (;;)
        pause ();
}

Test (hostile_clients, one_that_holds_a_thousand_connections_slows_nobody_else, .timeout = 120)
{
    struct rlimit limit;
    getrlimit (RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < CONNECTIONS + 100) {
        printf ("SKIP: a process may have %d files here\n", (int) limit.rlim_cur);
        return;
    }
    s_play (s_hold_connections, NULL, NULL);
}

//  More connections than the broker may have files, again and again.
static void s_crowd (const struct servers *servers, int begun)
{
    static int held[FEW_FILES];
    for (size_t i = 0;; i++) {
        int *fd = &held[i % (FEW_FILES - 50)];
        if (*fd > 0)
            close (*fd);
        *fd = zmtp_connect (i % 2 ? servers->front : servers->feed);
        if (i == 2 * FEW_FILES)
            hostile_client_say_begun (&begun);
        if (begun < 0)
            poll (NULL, 0, 1);    //  a thousand a second are enough
    }
}

//  Idle ones at the files socket alone, which has a thread of its own: two processes of them, as one may have
//  no more files than the broker.
static void s_crowd_files (const struct servers *servers, int begun)
{
    static int held[FEW_FILES - 50];
    bool other = fork () == 0;
    if (other)
        prctl (PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0;; i++) {
        int *fd = &held[i % (FEW_FILES - 50)];
        if (*fd > 0)
            close (*fd);
        *fd = zmtp_connect (servers->files);
        if (i == 2 * FEW_FILES && !other)
            hostile_client_say_begun (&begun);
        if (begun < 0 || other)
            poll (NULL, 0, 1);
    }
}

static void s_play_crowd (hostile_client_fn *hostile)
{
    struct hostile_client self;
    struct rlimit limit = {FEW_FILES, FEW_FILES};
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
    hostile_client_open (&self, NULL, NULL);
    hostile_client_begin (&self, hostile);
    hostile_client_expect_service (&self);
    cr_assert_gt (process_log_count (&self.place, "broker.log", "peer.shut_out"), 0);
    hostile_client_close (&self);
}

Test (hostile_clients, one_that_takes_more_connections_than_there_are_shuts_nobody_else_out, .timeout = 120)
{
    s_play_crowd (s_crowd);
}

Test (hostile_clients, one_that_crowds_the_files_service_shuts_nobody_else_out, .timeout = 120)
{
    s_play_crowd (s_crowd_files);
}

//  Parts of a message that never gets whole, which libzmq keeps without a bound.
static void s_never_end_at (const char *endpoint, int begun)
{
    static char part[65536];
    for (;;) {
        int fd = hostile_client_greet (endpoint, "DEALER");
        while (zmtp_send_frame (fd, ZMTP_MORE, part, sizeof part))
            ;
        close (fd);    //  the broker ended it
        hostile_client_say_begun (&begun);
    }
}

static void s_never_end (const struct servers *servers, int begun)
{
    s_never_end_at (servers->front, begun);
}

static void s_never_end_a_file (const struct servers *servers, int begun)
{
    s_never_end_at (servers->files, begun);
}

static void s_play_endless (hostile_client_fn *hostile)
{
    struct hostile_client self;
    hostile_client_open (&self, NULL, NULL);
    hostile_client_begin (&self, hostile);
    hostile_client_expect_service_within (&self, ENDLESS_KB_MAX);
    hostile_client_close (&self);
}

Test (hostile_clients, one_whose_message_never_ends_is_shut_out, .timeout = 120)
{
    s_play_endless (s_never_end);
}

Test (hostile_clients, one_whose_piece_of_a_file_never_ends_is_shut_out, .timeout = 120)
{
    s_play_endless (s_never_end_a_file);
}

static void s_wish_on (const struct servers *servers, int begun)
{
    char wish[32];
    for (unsigned i = 0;; i++) {
        int fd = hostile_client_greet (servers->feed, "SUB");
        do
            snprintf (wish, sizeof wish, "\1job/%020u", ++i * 2654435761u);
        while (zmtp_send_frame (fd, 0, wish, 25));
        close (fd);
        hostile_client_say_begun (&begun);
    }
}

Test (hostile_clients, a_subscriber_whose_wishes_never_end_is_shut_out, .timeout = 120)
{
    s_play (s_wish_on, NULL, NULL);
}

//  One connection of garbage, and its end.
static void s_send_garbage (const char *endpoint, const char *type, unsigned which)
{
    static const char HTTP[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    char noise[512];
    int fd = zmtp_connect (endpoint);
    if (fd < 0)
        _exit (2);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char) ((i + which) * 2654435761u >> 13);
    bool greeted = which >= 3 && zmtp_greet (fd, type);
    if (which == 0)
        send (fd, noise, sizeof noise, MSG_NOSIGNAL);
    else if (which == 1)
        send (fd, HTTP, sizeof HTTP - 1, MSG_NOSIGNAL);
    else if (which == 2) {    //  a greeting, then noise
        send (fd, zmtp_greeting (), ZMTP_GREETING_BYTES, MSG_NOSIGNAL);
        send (fd, noise, sizeof noise, MSG_NOSIGNAL);
    } else if (which < 7 && greeted) {
        static const uint64_t LENGTHS[] = {UINT64_MAX, 1ull << 63, 1ull << 40, 100u << 20};
        zmtp_send_head (fd, ZMTP_LONG, LENGTHS[which - 3]);
        send (fd, noise, sizeof noise, MSG_NOSIGNAL);
    } else if (which == 7 && greeted) {
        for (int i = 0; i < 1000; i++)    //  many frames, none of them a message's
            zmtp_send_frame (fd, i < 999 ? ZMTP_MORE : 0, noise, (size_t) i % sizeof noise);
    } else if (which == 8 && greeted) {
        zmtp_send_frame (fd, ZMTP_MORE, "DMH1", 4);
        zmtp_send_frame (fd, ZMTP_MORE, "SUBMIT", 6);
        zmtp_send_frame (fd, 0, noise, sizeof noise);
    } else if (greeted)
        zmtp_send_frame (fd, ZMTP_COMMAND, noise, 200);
    close (fd);
}

static void s_litter (const struct servers *servers, int begun)
{
    const char *const endpoints[] = {servers->front, servers->back, servers->feed_in, servers->feed,
                                     servers->files};
    static const char *const TYPES[] = {"DEALER", "DEALER", "PUB", "SUB", "DEALER"};
    for (unsigned i = 0;; i++) {
        s_send_garbage (endpoints[i % 5], TYPES[i % 5], i / 5 % 10);
        if (i == 400)
            hostile_client_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_sends_garbage_slows_nobody_else, .timeout = 120)
{
    s_play (s_litter, NULL, NULL);
}

//  A wish of two megabytes would cost a hundred to keep.
Test (hostile_clients, a_subscription_beyond_any_topic_ends_its_connection, .timeout = 120)
{
    struct hostile_client self;
    static char wish[1 << 20] = "\1";
    char byte[4096];
    hostile_client_open (&self, NULL, NULL);
    int fd = hostile_client_greet (self.servers.feed, "SUB");
    zmtp_send_frame (fd, 0, wish, sizeof wish);
    struct pollfd item = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;
    while (n > 0 && poll (&item, 1, PATIENCE_MS) == 1)
        n = recv (fd, byte, sizeof byte, 0);
    cr_assert (n == 0 || (n < 0 && errno == ECONNRESET), "it is open");
    close (fd);
    cr_assert_lt (hostile_client_peak_kb (self.servers.broker), PEAK_KB_MAX);
    servers_stop (&self.servers);
    workplace_remove (&self.place);
}

Test (hostile_clients, half_a_greeting_is_not_waited_for_for_ever, .timeout = 120)
{
    struct hostile_client self;
    char bytes[256];
    hostile_client_open (&self, NULL, NULL);
    int fd = zmtp_connect (self.servers.front);
    cr_assert_eq (send (fd, zmtp_greeting (), 20, MSG_NOSIGNAL), 20);
    struct pollfd item = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;
    while (n > 0 && poll (&item, 1, PATIENCE_MS / 2) == 1)
        n = recv (fd, bytes, sizeof bytes, 0);
    cr_assert (n == 0 || (n < 0 && errno == ECONNRESET), "it is open");
    close (fd);
    servers_stop (&self.servers);
    workplace_remove (&self.place);
}
