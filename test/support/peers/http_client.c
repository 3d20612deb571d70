//  http_client.c: see http_client.h.
#define _GNU_SOURCE
#include "test/support/peers/http_client.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, HEADER_BYTES_MAX = 256 * 1024 };

void http_answer_clear (struct http_answer *self)
{
    free (self->headers);
    free (self->body);
    *self = (struct http_answer){.status = 0};
}

const char *http_answer_header (const struct http_answer *self, const char *name)
{
    static char value[4096];
    size_t n = strlen (name);
    for (const char *line = self->headers; line && *line; line = strchr (line, '\n') + 1)
        if (strncasecmp (line, name, n) == 0 && line[n] == ':') {
            const char *at = line + n + 1 + strspn (line + n + 1, " ");
            snprintf (value, sizeof value, "%.*s", (int) strcspn (at, "\r\n"), at);
            return value;
        }
    return NULL;
}

int http_connect (unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons ((uint16_t) port),
                             .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_geq (fd, 0);
    cr_assert_eq (connect (fd, (struct sockaddr *) &at, sizeof at), 0, "port %u: %s", port, strerror (errno));
    return fd;
}

bool http_send (int fd, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t sent = send (fd, (const char *) bytes + done, n - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        done += (size_t) sent;
    }
    return true;
}

static ssize_t s_read (int fd, char *to, size_t n)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    cr_assert_eq (poll (&item, 1, PATIENCE_MS), 1, "nothing comes");
    return recv (fd, to, n, 0);
}

//  Up to and with the end of a line. The bytes of it.
static size_t s_line (int fd, char *to, size_t size)
{
    size_t n = 0;
    while (n + 1 < size && (n == 0 || to[n - 1] != '\n')) {
        cr_assert_eq (s_read (fd, to + n, 1), 1, "the connection ends in a line: %.*s", (int) n, to);
        n++;
    }
    to[n] = 0;
    return n;
}

static void s_append (struct http_answer *self, int fd, size_t n)
{
    self->body = realloc (self->body, self->bytes + n + 1);
    for (size_t done = 0; done < n;) {
        ssize_t got = s_read (fd, self->body + self->bytes, n - done);
        cr_assert_gt (got, 0, "the connection ends in a body");
        done += (size_t) got;
        self->bytes += (size_t) got;
    }
    self->body[self->bytes] = 0;
}

static void s_headers (int fd, struct http_answer *answer)
{
    char line[8192];
    size_t used = 0;
    s_line (fd, line, sizeof line);
    cr_assert_eq (sscanf (line, "HTTP/1.%*d %u", &answer->status), 1, "%s", line);
    answer->headers = calloc (1, HEADER_BYTES_MAX);
    while (s_line (fd, line, sizeof line) > 2)
        used += (size_t) snprintf (answer->headers + used, HEADER_BYTES_MAX - used, "%s", line);
}

struct http_answer http_receive (int fd, bool head)
{
    struct http_answer answer = {.status = 0};
    char line[256];
    s_headers (fd, &answer);
    while (answer.status == 100) {
        http_answer_clear (&answer);
        s_headers (fd, &answer);
    }
    answer.body = calloc (1, 1);
    if (head || answer.status == 204 || answer.status == 304)
        return answer;
    const char *length = http_answer_header (&answer, "Content-Length");
    if (length)
        s_append (&answer, fd, strtoul (length, NULL, 10));
    else if (http_answer_header (&answer, "Transfer-Encoding")) {
        for (size_t n = 1; n;) {
            s_line (fd, line, sizeof line);
            s_append (&answer, fd, n = strtoul (line, NULL, 16));
            s_line (fd, line, sizeof line);
        }
    } else {
        char byte;
        while (s_read (fd, &byte, 1) == 1) {
            answer.body = realloc (answer.body, answer.bytes + 2);
            answer.body[answer.bytes++] = byte;
            answer.body[answer.bytes] = 0;
        }
    }
    return answer;
}

char *http_read_until (int fd, const char *part)
{
    size_t used = 0;
    char *all = calloc (1, 1);
    while (!strstr (all, part)) {
        all = realloc (all, used + 4097);
        ssize_t got = s_read (fd, all + used, 4096);
        cr_assert_gt (got, 0, "the connection ends before %s: %s", part, all);
        used += (size_t) got;
        all[used] = 0;
    }
    return all;
}

bool http_is_closed (int fd)
{
    char bytes[4096];
    ssize_t got;
    while ((got = s_read (fd, bytes, sizeof bytes)) > 0)
        ;
    return got == 0 || errno == ECONNRESET;
}

struct http_answer http_request (unsigned port, const char *method, const char *target, const char *headers,
                                 const void *body, size_t n)
{
    char *text;
    int fd = http_connect (port);
    int bytes = asprintf (&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s", method,
                          target, port, headers ? headers : "");
    cr_assert_gt (bytes, 0);
    http_send (fd, text, (size_t) bytes);
    free (text);
    bytes = body ? asprintf (&text, "Content-Length: %zu\r\n\r\n", n) : asprintf (&text, "\r\n");
    http_send (fd, text, (size_t) bytes);
    free (text);
    if (body)
        http_send (fd, body, n);
    struct http_answer answer = http_receive (fd, strcmp (method, "HEAD") == 0);
    close (fd);
    return answer;
}

bool http_answer_has (const struct http_answer *self, const char *part)
{
    return self->body && strstr (self->body, part) != NULL;
}

char *http_answer_text (const struct http_answer *self, const char *name)
{
    char member[128];
    snprintf (member, sizeof member, "\"%s\":\"", name);
    const char *at = strstr (self->body, member);
    cr_assert_not_null (at, "no %s in %s", name, self->body);
    at += strlen (member);
    return strndup (at, strcspn (at, "\""));
}
