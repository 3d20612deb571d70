//  service_test.c: the files service over a socket: a file goes in and out, in pieces, with eight in flight,
//  and hostile frames are answered.
#include "broker/files/service.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages/base/log.h"
#include "messages/base/metrics.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "test/support/processes/descriptors.h"

enum { FILE_BYTES = 11 * CHUNK_BYTES + 17, PIECES = 12 };

static char s_folder[64], s_sha[DIGEST_HEX_BYTES];
static unsigned char *s_bytes;
static zsock_t *s_peer;
static files_t *s_files;
static int s_port;

static void s_start (void)
{
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_store_new (s_folder, 2 * FILE_BYTES, &error);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    cr_assert (blob_store && router);
    zsock_set_sndtimeo (router, 0);
    s_port = zsock_bind (router, "tcp://127.0.0.1:*");
    s_files = files_new (&router, &blob_store, NULL, &error);
    cr_assert_not_null (s_files, "%s", error.text);
    s_peer = zsock_new (ZMQ_DEALER);
    zsock_set_rcvtimeo (s_peer, 20000);
    cr_assert_eq (zsock_connect (s_peer, "tcp://127.0.0.1:%d", s_port), 0);
}

static void s_stop (void)
{
    zsock_destroy (&s_peer);
    files_destroy (&s_files);
}

static void s_setup (void)
{
    snprintf (s_folder, sizeof s_folder, "/tmp/dmh-files-XXXXXX");
    s_bytes = malloc (FILE_BYTES);
    cr_assert (s_bytes && mkdtemp (s_folder));
    for (size_t i = 0; i < FILE_BYTES; i++)
        s_bytes[i] = (unsigned char) (i * i / 11);
    digest_of (s_bytes, FILE_BYTES, s_sha);
    s_start ();
}

static void s_teardown (void)
{
    char command[128];
    s_stop ();
    free (s_bytes);
    snprintf (command, sizeof command, "rm -rf %s", s_folder);
    cr_assert_eq (system (command), 0);
}

TestSuite (files, .init = s_setup, .fini = s_teardown);

static void s_say (const struct shape *shape, const void *body, const void *payload, size_t n)
{
    zmsg_t *message = frame_new (shape, body, NULL);
    cr_assert_not_null (message);
    if (payload)
        zmsg_addmem (message, payload, n);
    cr_assert_eq (zmsg_send (&message, s_peer), 0);
}

static void s_put (size_t piece)
{
    size_t at = piece * CHUNK_BYTES, n = FILE_BYTES - at < CHUNK_BYTES ? FILE_BYTES - at : CHUNK_BYTES;
    struct put put = {.request = "r", .bytes = FILE_BYTES, .offset = at};
    memcpy (put.sha256, s_sha, sizeof put.sha256);
    s_say (&put_shape, &put, s_bytes + at, n);
}

//  The next answer; `kind` is what it has to be. The message is the caller's.
static zmsg_t *s_hear (const char *kind, struct frame *frame)
{
    zmsg_t *message = zmsg_recv (s_peer);
    cr_assert_not_null (message, "no answer");
    cr_assert_eq (frame_open (message, frame, NULL), DMH_OK);
    cr_assert_str_eq (frame->kind, kind);
    return message;
}

static struct stored s_stored (void)
{
    struct stored stored = {.request = ""};
    struct frame frame;
    zmsg_t *message = s_hear ("STORED", &frame);
    cr_assert_eq (stored_decode (frame.body, frame.body_bytes, &stored, NULL), DMH_OK);
    zmsg_destroy (&message);
    return stored;
}

static void s_problem (const char *code)
{
    struct problem problem = {.code = ""};
    struct frame frame;
    zmsg_t *message = s_hear ("ERROR", &frame);
    cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
    cr_expect_str_eq (problem.code, code, "%s", problem.message);
    zmsg_destroy (&message);
}

//  Sends the pieces from `first` to before `end`, as many in flight as are granted.
static void s_upload (size_t first, size_t end)
{
    size_t sent = first;
    for (size_t heard = first; heard < end; heard++) {
        while (sent < end && sent < heard + CREDIT_CHUNKS)
            s_put (sent++);
        struct stored stored = s_stored ();
        uint64_t next = (uint64_t) (heard + 1) * CHUNK_BYTES;
        cr_assert_eq (stored.offset, next < FILE_BYTES ? next : FILE_BYTES);
        cr_assert_eq (stored.whole, heard + 1 == PIECES);
    }
}

static void s_download (void)
{
    for (size_t at = 0; at < FILE_BYTES;) {
        struct get get = {.request = "g", .offset = at, .bytes = UINT64_MAX};
        struct chunk chunk = {.request = ""};
        struct frame frame;
        memcpy (get.sha256, s_sha, sizeof get.sha256);
        s_say (&get_shape, &get, NULL, 0);
        zmsg_t *message = s_hear ("CHUNK", &frame);
        cr_assert_eq (chunk_decode (frame.body, frame.body_bytes, &chunk, NULL), DMH_OK);
        cr_assert_eq (chunk.offset, at);
        cr_assert_eq (chunk.bytes, FILE_BYTES);
        cr_assert (frame.payload_bytes > 0 && frame.payload_bytes <= FILE_BYTES - at);
        cr_assert_eq (memcmp (frame.payload, s_bytes + at, frame.payload_bytes), 0);
        at += frame.payload_bytes;
        zmsg_destroy (&message);
    }
}

Test (files, a_file_goes_in_with_eight_pieces_in_flight_and_comes_out_the_same)
{
    s_upload (0, PIECES);
    s_download ();
}

Test (files, a_service_started_again_names_the_offset_where_the_sender_goes_on)
{
    struct put ask = {.request = "r", .bytes = FILE_BYTES};
    s_upload (0, 5);
    s_stop ();
    s_start ();
    memcpy (ask.sha256, s_sha, sizeof ask.sha256);
    s_say (&put_shape, &ask, NULL, 0);
    cr_assert_eq (s_stored ().offset, 5 * CHUNK_BYTES);
    s_upload (5, PIECES);
    s_download ();
}

Test (files, hostile_messages_are_answered_and_the_service_lives)
{
    struct put put = {.request = "r", .bytes = 10, .offset = 11};
    struct get get = {.request = "g", .sha256 = "../../etc/passwd", .bytes = 1};
    struct job_request status = {.request = "s", .job = "j"};
    memcpy (put.sha256, s_sha, sizeof put.sha256);
    s_say (&put_shape, &put, "x", 1);
    s_problem ("malformed");
    put = (struct put){.request = "r", .sha256 = "../../etc/passwd", .bytes = 10};
    s_say (&put_shape, &put, "x", 1);
    s_problem ("malformed");
    s_say (&get_shape, &get, NULL, 0);
    s_problem ("malformed");
    memcpy (get.sha256, s_sha, sizeof get.sha256);
    s_say (&get_shape, &get, NULL, 0);
    s_problem ("not_found");
    s_say (&status_shape, &status, NULL, 0);
    s_problem ("unsupported");
    zstr_send (s_peer, "GARBAGE");
    s_problem ("malformed");
    char *large = calloc (1, PAYLOAD_BYTES_MAX + 1);
    put = (struct put){.request = "r", .bytes = FILE_BYTES};
    memcpy (put.sha256, s_sha, sizeof put.sha256);
    s_say (&put_shape, &put, large, PAYLOAD_BYTES_MAX + 1);
    s_problem ("malformed");
    put.bytes = 3 * (uint64_t) FILE_BYTES;
    s_say (&put_shape, &put, "x", 1);
    s_problem ("too_large");
    free (large);
    s_upload (0, PIECES);
}

//  A file of that name in the folder, last used `days` ago.
static void s_leave (const char *name, int days)
{
    char path[640];
    struct timespec times[2] = {{.tv_sec = time (NULL) - days * 86400},
                                {.tv_sec = time (NULL) - days * 86400}};
    snprintf (path, sizeof path, "%s/%s", s_folder, name);
    int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    cr_assert (fd >= 0 && write (fd, "x", 1) == 1 && futimens (fd, times) == 0);
    close (fd);
}

static bool s_is_there (const char *name)
{
    char path[640];
    snprintf (path, sizeof path, "%s/%s", s_folder, name);
    return access (path, F_OK) == 0;
}

Test (files, a_sweep_takes_what_nobody_used_for_long_and_nothing_else)
{
    static const struct {
        char digit;
        const char *end;
        int days;
        bool needed, stays;
    } CASES[] = {{'0', "", 8, false, false},     {'1', "", 6, false, true},
                 {'2', "", 8, true, true},       {'3', ".part", 2, false, false},
                 {'4', ".part", 0, false, true}, {'5', ".txt", 99, false, true}};
    enum { COUNT = sizeof CASES / sizeof *CASES };
    char names[COUNT][80];
    zhashx_t *needed = zhashx_new ();
    for (size_t i = 0; i < COUNT; i++) {
        memset (names[i], CASES[i].digit, 64);
        names[i][64] = 0;
        if (CASES[i].needed)
            zhashx_insert (needed, names[i], needed);
        strcat (names[i], CASES[i].end);
        s_leave (names[i], CASES[i].days);
    }
    files_sweep (s_files, &needed, time (NULL) - 7 * 86400);
    cr_assert_null (needed);
    s_stop ();    //  after what it was told before
    for (size_t i = 0; i < COUNT; i++)
        cr_expect_eq (s_is_there (names[i]), CASES[i].stays, "%s", names[i]);
    s_start ();
}

//  What is put or asked for again is another job's, also within the second of a removal.
Test (files, a_file_that_was_used_after_a_removal_was_asked_for_stays)
{
    enum { SECOND = 1700000000, USED_MS = 500 };
    struct timespec times[2] = {{SECOND, USED_MS * 1000000}, {SECOND, USED_MS * 1000000}};
    char path[sizeof s_folder + 80];
    snprintf (path, sizeof path, "%s/%s", s_folder, s_sha);
    int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    cr_assert (fd >= 0 && write (fd, "x", 1) == 1 && futimens (fd, times) == 0 && close (fd) == 0);
    for (int64_t until = USED_MS - 1; until <= USED_MS; until++) {
        int64_t asked_at = (int64_t) SECOND * 1000 + until;
        zhashx_t *files = zhashx_new ();
        bool removed = false;
        zmq_pollitem_t word = {zsock_resolve (files_word (s_files)), 0, ZMQ_POLLIN, 0};
        zhashx_insert (files, s_sha, &asked_at);
        files_remove (s_files, &files);
        cr_assert (zmq_poll (&word, 1, 20000) > 0 && files_told (s_files, &removed) && removed);
        cr_expect_eq (access (path, F_OK) == 0, until < USED_MS, "%d", (int) until);
    }
}

//  The service has done all that it was told before.
static void s_wait (void)
{
    bool removed = false;
    zhashx_t *files = zhashx_new ();
    zmq_pollitem_t word = {zsock_resolve (files_word (s_files)), 0, ZMQ_POLLIN, 0};
    cr_expect_not (files_told (s_files, &removed), "nobody has asked");
    files_remove (s_files, &files);
    cr_assert (zmq_poll (&word, 1, 20000) > 0 && files_told (s_files, &removed) && removed);
}

Test (files, a_renewed_service_is_at_its_new_address_as_soon_as_that_is_free)
{
    static const char AT[] = "inproc://renewed-files";
    zsock_t *holder = zsock_new (ZMQ_ROUTER), *router = zsock_new (ZMQ_ROUTER);
    cr_assert (holder && router && zsock_bind (holder, "%s", AT) == 0);
    zsock_set_sndtimeo (router, 0);
    s_upload (0, 3);
    files_renew (s_files, &router, AT);
    cr_expect_null (router);
    s_wait ();
    cr_assert_eq (zsock_unbind (holder, "%s", AT), 0);    //  zsock_destroy gives the name back later
    zsock_destroy (&holder);
    zsock_destroy (&s_peer);
    s_peer = zsock_new (ZMQ_DEALER);
    zsock_set_rcvtimeo (s_peer, 20000);
    cr_assert_eq (zsock_connect (s_peer, "%s", AT), 0);
    s_upload (3, PIECES);
    s_download ();
}

//  A connection that says nothing.
static int s_connect (void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons ((uint16_t) s_port)};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    cr_assert (fd >= 0 && connect (fd, (struct sockaddr *) &to, sizeof to) == 0);
    cr_assert_eq (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    return fd;
}

Test (files, a_silent_crowd_gets_the_services_part_of_the_connections_and_no_more)
{
    enum { FILES = 160, CROWD_MAX = FILES / 2 };
    struct rlimit limit;
    int crowd[CROWD_MAX];
    char greeting[256];
    s_stop ();
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = FILES;
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
    s_start ();
    size_t part = files_connections ();
    cr_assert (part > 0 && part + 2 < CROWD_MAX);
    zsock_destroy (&s_peer);
    for (size_t i = 0; i < part + 2; i++)
        crowd[i] = s_connect ();
    ssize_t got;
    do
        got = recv (crowd[0], greeting, sizeof greeting, 0);
    while (got > 0);
    cr_expect (got == 0 || errno == ECONNRESET, "the first is still there: %s", strerror (errno));
    for (size_t i = 0; i < part + 2; i++)
        close (crowd[i]);
}

static char s_said[200];

//  Keeps the last event that was logged.
static int s_note (const struct iovec *fields, int count)
{
    for (int i = 0; i < count; i++)
        if (fields[i].iov_len > 10 && memcmp (fields[i].iov_base, "DMH_EVENT=", 10) == 0)
            snprintf (s_said, sizeof s_said, "%.*s", (int) fields[i].iov_len - 10,
                      (const char *) fields[i].iov_base + 10);
    return 0;
}

//  A second one, beside the first: what was closed before, libzmq would close for good only meanwhile.
Test (files, a_service_that_cannot_start_says_so_and_leaves_its_folder_to_the_next)
{
    struct error error = {.code = DMH_OK};
    char folder[sizeof s_folder + 8];
    snprintf (folder, sizeof folder, "%s/second", s_folder);
    blob_store_t *blob_store = blob_store_new (folder, FILE_BYTES, &error);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    cr_assert (blob_store && router && zsock_bind (router, "tcp://127.0.0.1:*") > 0);
    s_upload (0, 1);    //  the first one's connection is there
    log_open ("test", LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
    log_journal_replace (s_note);
    descriptors_exhaust ();
    files_t *files = files_new (&router, &blob_store, NULL, &error);
    descriptors_free ();
    log_journal_replace (NULL);
    cr_expect_str_eq (s_said, "peers.not_watched");
    cr_expect_null (files);
    cr_expect_eq (error.code, DMH_INTERNAL);
    cr_expect_not_null (strstr (error.text, "Too many open files"), "%s", error.text);
    cr_expect (!router && !blob_store);
    files_destroy (&files);
    blob_store = blob_store_new (folder, FILE_BYTES, &error);
    cr_expect_not_null (blob_store, "%s", error.text);
    blob_store_destroy (&blob_store);
    s_upload (1, PIECES);
}

//  A line of what is counted.
static void s_expect_counted (const char *what, const char *direction, size_t count)
{
    char *text = NULL, line[96];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "dmh_broker_%s_total{direction=\"%s\"} %zu\n", what, direction, count);
    cr_expect_not_null (strstr (text, line), "no %s in %s", line, text);
    free (text);
}

Test (files, what_comes_and_goes_is_counted)
{
    struct get get = {.request = "r", .bytes = 1000};
    struct frame frame;
    s_upload (0, PIECES);
    memcpy (get.sha256, s_sha, sizeof get.sha256);
    s_say (&get_shape, &get, NULL, 0);
    zmsg_t *message = s_hear ("CHUNK", &frame);
    cr_assert_eq (frame.payload_bytes, 1000);
    zmsg_destroy (&message);
    s_expect_counted ("transfer_bytes", "in", FILE_BYTES);
    s_expect_counted ("transfer_bytes", "out", 1000);
    s_expect_counted ("transfers", "in", 1);
    s_expect_counted ("transfers", "out", 0);
    s_download ();
    s_expect_counted ("transfers", "out", 1);
    s_say (&put_shape, &(struct put){.request = "r", .bytes = 1, .sha256 = "none"}, "x", 1);
    s_problem ("malformed");
    s_expect_counted ("transfer_errors", "in", 1);
    s_expect_counted ("transfer_errors", "out", 0);
    get.offset = FILE_BYTES + 1;
    s_say (&get_shape, &get, NULL, 0);
    s_problem ("malformed");
    s_expect_counted ("transfer_errors", "out", 1);
    s_expect_counted ("transfer_bytes", "in", FILE_BYTES);
}
