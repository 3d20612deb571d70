//  http_call_test.c: requests by HTTP, against a server of one answer.
#include "messages/http/http_call.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

//  Answers one connection with `answer` when a request's head has come, which it keeps.
struct server {
    int listener;
    const char *answer;
    char asked[4096], url[64];
    pthread_t thread;
};

static void *s_serve (void *context)
{
    struct server *self = context;
    int peer = accept (self->listener, NULL, NULL);
    size_t used = 0;
    for (ssize_t n = 1; n > 0 && !strstr (self->asked, "\r\n\r\n") && used + 1 < sizeof self->asked;) {
        n = read (peer, self->asked + used, sizeof self->asked - 1 - used);
        used += n > 0 ? (size_t) n : 0;
    }
    ssize_t written = write (peer, self->answer, strlen (self->answer));
    cr_assert_eq (written, (ssize_t) strlen (self->answer));
    close (peer);
    return NULL;
}

static void s_start (struct server *self, const char *answer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl (INADDR_LOOPBACK)}};
    socklen_t n = sizeof address;
    *self = (struct server){.answer = answer, .listener = socket (AF_INET, SOCK_STREAM, 0)};
    cr_assert_eq (bind (self->listener, (struct sockaddr *) &address, n), 0);
    cr_assert_eq (listen (self->listener, 1), 0);
    cr_assert_eq (getsockname (self->listener, (struct sockaddr *) &address, &n), 0);
    snprintf (self->url, sizeof self->url, "http://127.0.0.1:%u/private?x=1", ntohs (address.sin_port));
    cr_assert_eq (pthread_create (&self->thread, NULL, s_serve, self), 0);
}

static void s_stop (struct server *self)
{
    pthread_join (self->thread, NULL);
    close (self->listener);
}

static struct http_call s_call (const char *url)
{
    return (struct http_call){.method = "GET", .url = url, .patience_ms = 60000, .answer_most = 10};
}

Test (http_call, an_answer_comes_whole_with_its_status_and_when_to_ask_again)
{
    struct server server;
    struct error error;
    const char *const headers[] = {"X-One: 1", "X-Two: 2", NULL};
    s_start (&server, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow");
    struct http_call call = s_call (server.url);
    setenv ("http_proxy", "http://127.0.0.1:1", 1);    //  which is not asked
    call.method = "PUT";
    call.headers = headers;
    call.body = "body";
    call.body_bytes = 4;
    cr_assert_eq (http_call_run (&call, &error), DMH_OK);
    cr_assert_eq (call.status, 429);
    cr_assert_eq (call.retry_ms, 7000);
    cr_assert_str_eq (call.answer.at, "slow");
    s_stop (&server);
    cr_assert_eq (strncmp (server.asked, "PUT /private?x=1 HTTP/1.1\r\n", 27), 0, "%s", server.asked);
    cr_assert (strstr (server.asked, "X-One: 1\r\n") && strstr (server.asked, "X-Two: 2\r\n"));
    cr_assert_null (strstr (server.asked, "Expect:"));
    http_call_clear (&call);
}

Test (http_call, a_redirection_is_an_answer_and_too_long_a_one_an_error)
{
    struct server server;
    struct error error;
    s_start (&server, "HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    struct http_call call = s_call (server.url);
    cr_assert_eq (http_call_run (&call, &error), DMH_OK);
    cr_assert_eq (call.status, 302);
    s_stop (&server);
    http_call_clear (&call);
    s_start (&server, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nelevenbytes");
    call = s_call (server.url);
    cr_assert_eq (http_call_run (&call, &error), DMH_TOO_LARGE);
    cr_assert (strstr (error.text, "answers with more than 10 bytes"), "%s", error.text);
    cr_assert_null (strstr (error.text, "private"), "%s", error.text);
    s_stop (&server);
    http_call_clear (&call);
}

Test (http_call, no_answer_half_a_one_and_no_server_may_be_asked_again)
{
    struct server server;
    struct error error;
    s_start (&server, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    struct http_call call = s_call (server.url);
    cr_assert_eq (http_call_run (&call, &error), DMH_UNAVAILABLE);
    cr_assert_eq (call.status, 0);
    cr_assert (call.sent);
    s_stop (&server);
    http_call_clear (&call);
    call = s_call (server.url);    //  nobody listens there any more
    cr_assert_eq (http_call_run (&call, &error), DMH_UNAVAILABLE);
    cr_assert_not (call.sent);
    http_call_clear (&call);
    call = s_call ("file:///etc/hostname");
    cr_assert_eq (http_call_run (&call, &error), DMH_USAGE);
    http_call_clear (&call);
}

static bool s_is_cancelled (void *context)
{
    return *(const bool *) context;
}

Test (http_call, it_is_given_up_when_nobody_wants_it_any_more)
{
    struct error error;
    bool yes = true;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl (INADDR_LOOPBACK)}};
    socklen_t n = sizeof address;
    char url[64];
    int silent = socket (AF_INET, SOCK_STREAM, 0);
    cr_assert_eq (bind (silent, (struct sockaddr *) &address, n), 0);
    cr_assert_eq (listen (silent, 1), 0);
    cr_assert_eq (getsockname (silent, (struct sockaddr *) &address, &n), 0);
    snprintf (url, sizeof url, "http://127.0.0.1:%u/", ntohs (address.sin_port));
    struct http_call call = s_call (url);
    call.cancelled = s_is_cancelled;
    call.context = &yes;
    cr_assert_eq (http_call_run (&call, &error), DMH_CANCELLED);
    http_call_clear (&call);
    close (silent);
}
