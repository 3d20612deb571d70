//  http_connection.c: see http_connection.h.
#define _GNU_SOURCE
#include "test/bench/http_connection.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_BYTES = 8 * 1024, PATIENCE_S = 120 };

int http_open (unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons ((unsigned short) port),
                             .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0 || connect (fd, (struct sockaddr *) &at, sizeof at) != 0)
        err (1, "port %u", port);
    setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

void http_send (int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n;) {
        ssize_t sent = send (fd, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            err (1, "the gateway takes no more of a request");
        at += sent;
        n -= (size_t) sent;
    }
}

//  Head and body leave together where they are small.
void http_ask (int fd, const char *method, const char *target, const void *body, size_t n)
{
    char text[HEAD_BYTES];
    int head =
        snprintf (text, sizeof text, "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n",
                  method, target, n);
    if (n && (size_t) head + n <= sizeof text) {
        memcpy (text + head, body, n);
        http_send (fd, text, (size_t) head + n);
        return;
    }
    http_send (fd, text, (size_t) head);
    http_send (fd, body, n);
}

void http_begin (int fd, const char *target, size_t n)
{
    char text[HEAD_BYTES];
    int head = snprintf (text, sizeof text,
                         "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n", target, n);
    http_send (fd, text, (size_t) head);
}

static size_t s_receive (int fd, char *to, size_t room)
{
    ssize_t n;
    do
        n = recv (fd, to, room, 0);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        err (1, "no answer from the gateway");
    return (size_t) n;
}

void http_answer (int fd, unsigned status, struct http_reply *out)
{
    char head[HEAD_BYTES + 1];
    size_t n = 0;
    char *end;
    do {
        if (n == HEAD_BYTES)
            errx (1, "an answer's head is too long");
        n += s_receive (fd, head + n, HEAD_BYTES - n);
        head[n] = 0;
    } while (!(end = strstr (head, "\r\n\r\n")));
    const char *length = strcasestr (head, "\r\nContent-Length:");
    out->status = (unsigned) strtoul (head + strlen ("HTTP/1.1 "), NULL, 10);
    out->bytes = length && length < end ? strtoul (length + strlen ("\r\nContent-Length:"), NULL, 10) : 0;
    if (out->bytes > HTTP_BODY_BYTES)
        errx (1, "an answer of %zu bytes is too long", out->bytes);
    size_t have = n - (size_t) (end + 4 - head);
    memcpy (out->body, end + 4, have < out->bytes ? have : out->bytes);
    while (have < out->bytes)
        have += s_receive (fd, out->body + have, out->bytes - have);
    out->body[out->bytes] = 0;
    if (out->status != status)
        errx (1, "the gateway answered %u: %s", out->status, out->body);
}

void http_job (const struct http_reply *reply, char out[64])
{
    const char *at = strstr (reply->body, "\"job\":\"");
    if (!at)
        errx (1, "no job in %s", reply->body);
    snprintf (out, 64, "%.*s", (int) strcspn (at + 7, "\""), at + 7);
}

double http_now (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1000 + (double) now.tv_nsec / 1e6;
}

int http_by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}
