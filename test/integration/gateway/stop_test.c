//  stop_test.c: the end of a gateway waits for nobody's patience: what is under way is answered, and what
//  runs is told.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

//  Stops a process where it stands; when this returns none of its threads runs.
static void s_freeze (pid_t pid)
{
    int status = 0;
    kill (pid, SIGSTOP);
    cr_assert_eq (waitpid (pid, &status, WUNTRACED), pid);
    cr_assert (WIFSTOPPED (status));
}

Test (gateway_stop, answers_at_once_who_waits_for_a_broker_that_says_nothing, .timeout = 120)
{
    static const char REQUEST[] = "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\n"
                                  "Content-Length: 13\r\n\r\npatient_id\n1\n";
    static const char QUESTION[] = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    s_freeze (self.servers.broker);
    int sending = http_connect (self.port), asking = http_connect (self.port);
    cr_assert (http_send (sending, REQUEST, strlen (REQUEST)));
    cr_assert (http_send (asking, QUESTION, strlen (QUESTION)));
    gateway_process_await_spooled (&self, 1);
    kill (self.pid, SIGTERM);
    struct http_answer answer = http_receive (sending, false);
    cr_expect_eq (answer.status, 503, "%s", answer.body);
    cr_expect (http_answer_has (&answer, "the gateway ends"), "%s", answer.body);
    http_answer_clear (&answer);
    answer = http_receive (asking, false);
    cr_expect_eq (answer.status, 503, "%s", answer.body);
    http_answer_clear (&answer);
    cr_expect_eq (process_wait (self.pid, 20), 0);
    self.pid = 0;
    kill (self.servers.broker, SIGCONT);
    close (sending);
    close (asking);
    gateway_process_stop (&self);
}

//  Whether something has come, without waiting for it.
static bool s_has_come (int fd)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    return poll (&item, 1, 0) > 0;
}

//  512 MiB of nothing in half a megabyte: members of 16 MiB, one behind the other.
static char *s_packed (size_t *bytes)
{
    enum { MEMBER = 16 << 20, MEMBERS = 32, GZIP_WINDOW = 15 + 16 };
    char *plain = calloc (1, MEMBER), *packed = malloc (MEMBER);
    z_stream stream = {
        .next_in = (Bytef *) plain, .avail_in = MEMBER, .next_out = (Bytef *) packed, .avail_out = MEMBER};
    cr_assert_eq (deflateInit2 (&stream, 9, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    size_t n = stream.total_out;
    deflateEnd (&stream);
    char *all = malloc (MEMBERS * n);
    for (size_t i = 0; i < MEMBERS; i++)
        memcpy (all + i * n, packed, n);
    free (plain);
    free (packed);
    *bytes = MEMBERS * n;
    return all;
}

Test (gateway_stop, bodies_that_are_unpacked_hold_up_no_other_call_and_no_end, .timeout = 120)
{
    enum { BODIES = 6 };    //  more than there are threads of HTTP
    struct gateway_process self = {.pid = 0};
    char head[256];
    size_t n = 0;
    char *packed = s_packed (&n);
    int fds[BODIES];
    gateway_process_start (&self);
    snprintf (head, sizeof head,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
              "Content-Length: %zu\r\n\r\n",
              n);
    for (int i = 0; i < BODIES; i++) {
        fds[i] = http_connect (self.port);
        cr_assert (http_send (fds[i], head, strlen (head)) && http_send (fds[i], packed, n));
    }
    struct http_answer answer = http_get (self.port, "/healthz");
    cr_expect_eq (answer.status, 200);
    http_answer_clear (&answer);
    for (int i = 0; i < BODIES; i++)
        cr_expect_not (s_has_come (fds[i]), "body %d was unpacked before another call was answered", i);
    kill (self.pid, SIGTERM);
    for (int i = 0; i < BODIES; i++) {
        cr_expect (http_is_closed (fds[i]));    //  behind an answer, where it was whole
        close (fds[i]);
    }
    cr_expect_eq (process_wait (self.pid, 20), 0);
    self.pid = 0;
    free (packed);
    gateway_process_stop (&self);
}
