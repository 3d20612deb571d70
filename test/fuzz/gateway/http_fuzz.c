//  http_fuzz.c: any bytes as all that a client says on one connection to the gateway's server, which has the
//  real paths: whatever it takes of them is what its readers promise, nothing is its own fault, and it always
//  comes to an end. Reads what calls would read: target, query, ranges, tags, Accept, cookies, tokens,
//  correlation, forms and the options in them.
#define _GNU_SOURCE
#include "client/gateway/calls/calls.h"
#include "client/gateway/http/accept.h"
#include "client/gateway/http/byte_range.h"
#include "client/gateway/http/server.h"
#include "client/gateway/jobs/job_options.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/text/utf8.h"

#include <ftw.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static const char SECRET[] = "0123456789abcdef0123456789abcdef01234567";
static const char TOKEN[] = "annas-token-of-32-letters-000001";

enum { SESSION_SECONDS = 86400, BODY_BYTES = 64 * 1024, ROUTES_MAX = 64, HANG_MS = 10000 };

static char s_folder[] = "/tmp/dmh-http-fuzz-XXXXXX";
static struct route s_routes[ROUTES_MAX];
static struct server_config s_config;
static tokens_t *s_tokens;
static sessions_t *s_sessions;
static allowances_t *s_allowances;
static spool_t *s_spool;
static server_t *s_server;
static struct sockaddr_un s_address;
static socklen_t s_address_bytes = sizeof s_address;

static void s_fail (const char *what)
{
    fprintf (stderr, "http_fuzz: %s\n", what);
    abort ();
}

static void s_check_text (const char *text)
{
    while (*text) {
        size_t bytes = utf8_bytes (text);
        if (!bytes)
            s_fail ("what is no UTF-8 was taken");
        text += bytes;
    }
}

static void s_check_target (const struct call *call)
{
    const struct target *target = &call->target;
    for (size_t i = 0; i < target->segment_count; i++) {
        const char *segment = target->segments[i];
        s_check_text (segment);
        if (!*segment || strchr (segment, '/') || strcmp (segment, ".") == 0 || strcmp (segment, "..") == 0)
            s_fail ("a part of a path leads elsewhere");
    }
    for (size_t i = 0; i < target->pair_count; i++) {
        s_check_text (target->pairs[i].name);
        s_check_text (target->pairs[i].value);
    }
    if (strspn (call->correlation, "0123456789abcdef") != CORRELATION_BYTES - 1)
        s_fail ("a correlation is none");
}

static void s_check_headers (const struct call *call)
{
    static const char *const TYPES[] = {"application/json", "application/x-ndjson", "text/csv"};
    const char *accept = call_request_header (call, MHD_HTTP_HEADER_ACCEPT);
    int chosen = accept_choose (accept, TYPES, 3);
    if (chosen < -1 || chosen > 2 || ((!accept || strcmp (accept, "*/*") == 0) && chosen))
        s_fail ("a form is chosen that there is not");
    for (uint64_t bytes = 0; bytes < 100; bytes = bytes * 3 + 1) {
        uint64_t first = 0, count = bytes;
        enum byte_range_kind kind =
            byte_range_read (call_request_header (call, MHD_HTTP_HEADER_RANGE), bytes, &first, &count);
        if (kind == RANGE_PART && (!count || first >= bytes || count > bytes - first))
            s_fail ("a range lies beyond its file");
        if (kind == RANGE_WHOLE && (first || count != bytes))
            s_fail ("the whole is not the whole");
    }
    const char *known = call_request_header (call, MHD_HTTP_HEADER_IF_NONE_MATCH);
    if (known && byte_range_has_tag (known, "\"0123\"") && !strstr (known, "\"0123\""))
        s_fail ("a tag is known that was not said");
}

//  What was kept of a file is what its digest says.
static void s_check_file (const struct upload_file *file)
{
    static char bytes[BODY_BYTES];
    char hex[DIGEST_HEX_BYTES];
    ssize_t n = pread (file->fd, bytes, sizeof bytes, 0);
    s_check_text (file->name);
    if (!*file->name || strchr (file->name, '/') || strcmp (file->name, "..") == 0)
        s_fail ("a file's name leads elsewhere");
    if (n < 0 || (uint64_t) n != file->bytes ||
        strcmp (digest_of (bytes, (size_t) n, hex), file->sha256) != 0)
        s_fail ("a file is not what came");
}

static void s_check_upload (const struct call *call)
{
    struct error error = {.code = DMH_OK};
    char batch[NAME_BYTES];
    struct arguments *arguments = calloc (1, sizeof *arguments);
    for (size_t i = 0; i < upload_file_count (call->upload); i++)
        s_check_file (upload_file (call->upload, i));
    for (size_t i = 0; i < upload_field_count (call->upload); i++) {
        const struct upload_field *field = upload_field (call->upload, i);
        if (!*field->name || field->bytes > UPLOAD_FIELD_BYTES_MAX || field->value[field->bytes] ||
            upload_find (call->upload, field->name) > field)
            s_fail ("a field is not as it should be");
    }
    if (!arguments)
        s_fail ("out of memory");
    int rc = job_options_read (arguments, call->upload, &call->target, batch, &error);
    if (rc != error.code || (rc != DMH_OK && !*error.text) || rc == DMH_INTERNAL)
        s_fail ("options are neither taken nor refused");
    arguments_clear (arguments);
    free (arguments);
}

static void s_handle (struct call *call)
{
    struct error error = {.code = DMH_OK};
    uint64_t limit = 0;
    s_check_target (call);
    s_check_headers (call);
    for (size_t i = 0; i < CALL_PARTS_MAX && call->parts[i]; i++)
        if (!*call->parts[i])
            s_fail ("a part of a path is empty");
    if (call->upload)
        s_check_upload (call);
    if (call_query_number (call, "limit", 1, 64, 32, &limit, &error) != DMH_OK)
        call_fail (call, &error);
    else if (limit < 1 || limit > 64)
        s_fail ("a number lies beyond its limits");
    else
        call_reply (call, MHD_HTTP_OK, "text/plain", "taken", 5);
    call_finish (call);
}

static bool s_stops (const void *context)
{
    (void) context;
    return false;
}

//  In place of a task.
static void s_unpack (struct call *call)
{
    struct error error = {.code = DMH_OK};
    int rc = upload_unpack (call->upload, s_stops, NULL, &error);
    if (rc == DMH_OK)
        rc = upload_finish (call->upload, &error);
    if (rc == DMH_OK) {
        s_handle (call);
        return;
    }
    call_fail (call, &error);
    call_finish (call);
}

static int s_remove (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void) status, (void) kind, (void) walk;
    return remove (path);
}

static void s_end (void)
{
    server_quiesce (s_server);
    server_destroy (&s_server);
    spool_destroy (&s_spool);
    allowances_destroy (&s_allowances);
    sessions_destroy (&s_sessions);
    tokens_destroy (&s_tokens);
    nftw (s_folder, s_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static tokens_t *s_read_tokens (void)
{
    static char path[sizeof s_folder + 16];
    char hex[DIGEST_HEX_BYTES];
    snprintf (path, sizeof path, "%s/tokens", s_folder);
    FILE *file = fopen (path, "w");
    if (!file)
        s_fail ("no tokens");
    fprintf (file, "anna submit %s\n", digest_of (TOKEN, sizeof TOKEN - 1, hex));
    fclose (file);
    return tokens_read (path, SECRET, NULL);
}

static void s_begin (void)
{
    static const struct allowance_limits LIMITS = {.uploads = 1};
    struct sockaddr_un any = {.sun_family = AF_UNIX};
    log_open ("fuzz", LOG_FORMAT_JSON, LOG_LEVEL_NONE);
    int listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    //  With no more than its family the system picks a name.
    if (!mkdtemp (s_folder) || !(s_tokens = s_read_tokens ()) ||
        !(s_sessions = sessions_new (SECRET, SESSION_SECONDS)) ||
        !(s_allowances = allowances_new (&LIMITS)) || !(s_spool = spool_new (s_folder, 4 * BODY_BYTES)) ||
        listener < 0 || bind (listener, (struct sockaddr *) &any, sizeof any.sun_family) != 0 ||
        listen (listener, 8) != 0 ||
        getsockname (listener, (struct sockaddr *) &s_address, &s_address_bytes) != 0 ||
        call_route_count () > ROUTES_MAX)
        s_fail ("no place to listen");
    for (size_t i = 0; i < call_route_count (); i++) {
        s_routes[i] = CALL_ROUTES[i];
        s_routes[i].handler = s_handle;
    }
    s_config = (struct server_config){.listener = listener,
                                      .routes = s_routes,
                                      .route_count = call_route_count (),
                                      .limits = {s_spool, BODY_BYTES},
                                      .unpack = s_unpack,
                                      .slow_seconds = 20,
                                      .admission = {s_tokens, s_sessions, s_allowances, true},
                                      .host_names = "gateway.example"};
    if (!(s_server = server_new (&s_config, NULL)))
        s_fail ("no server");
    atexit (s_end);
}

//  The bytes with a session that holds in place of each {session}, and in place of {check} what goes with it:
//  they are made of the time. *n: how many; free them.
static char *s_fill (const uint8_t *data, size_t *n)
{
    static char word[SESSION_BYTES], check[HEX_BYTES];
    static const struct {
        const char *name, *text;
    } FILLED[] = {{"{session}", word}, {"{check}", check}};
    struct token token;
    char *text = NULL;
    size_t bytes = 0;
    if (!*word && (!tokens_find (s_tokens, TOKEN, sizeof TOKEN - 1, &token) ||
                   !sessions_open (s_sessions, &token, clock_wall_ms (), word) ||
                   !sessions_forgery_check (s_sessions, word, check)))
        s_fail ("no session");
    FILE *to = open_memstream (&text, &bytes);
    for (size_t at = 0; to && at < *n;) {
        size_t i = 0, name = 0;
        for (; i < 2; i++)
            if ((name = strlen (FILLED[i].name)) <= *n - at && memcmp (data + at, FILLED[i].name, name) == 0)
                break;
        if (i < 2)
            fputs (FILLED[i].text, to);
        else
            fputc (data[at], to);
        at += i < 2 ? name : 1;
    }
    if (!to || fclose (to) != 0)
        s_fail ("out of memory");
    *n = bytes;
    return text;
}

//  Sends all that the server wants; the client has nothing more to say when that was read, and not before:
//  libmicrohttpd, which is told of changes alone (EPOLLET), would overhear an end that comes with the last
//  bytes and wait for its timeout.
static size_t s_talk (int fd, const char *data, size_t n, char *answer, size_t size)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    size_t got = 0;
    bool open = true;
    ssize_t sent, piece = 1;
    for (; n && (sent = send (fd, data, n, MSG_NOSIGNAL)) > 0; data += sent)
        n -= (size_t) sent;
    while (piece > 0) {
        int unread = 0;
        if (open && ioctl (fd, SIOCOUTQ, &unread) == 0 && !unread) {
            shutdown (fd, SHUT_WR);
            open = false;
        }
        int ready = poll (&item, 1, open ? 0 : HANG_MS);
        if (!ready && !open)
            s_fail ("the server does not end the connection");
        piece = ready > 0 ? recv (fd, answer + got, size - got, 0) : 1;
        got += ready > 0 && piece > 0 ? (size_t) piece : 0;
        if (!ready)
            sched_yield ();
    }
    return got;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static char answer[1 << 20];
    if (!s_server)
        s_begin ();
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect (fd, (struct sockaddr *) &s_address, s_address_bytes) != 0)
        s_fail ("no connection");
    char *text = s_fill (data, &n);
    size_t got = s_talk (fd, text, n, answer, sizeof answer);
    free (text);
    if (got && (got < 12 || strncmp (answer, "HTTP/1.", 7) != 0 || strncmp (answer + 8, " 500", 4) == 0))
        s_fail ("the answer is none, or the server's own fault");
    close (fd);
    return 0;
}
