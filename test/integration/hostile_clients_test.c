//  hostile_clients_test.c: while one client floods, never reads, holds a thousand connections or sends
//  garbage, another one's job is done with the right bytes, and the broker's memory stays within a bound.
#define _GNU_SOURCE
#include "../process.h"
#include "../zmtp.h"

#include "../../messages/frame.h"
#include "../../messages/request.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

//  Measured peaks were 14 MB for a broker in peace and at most 40 MB here. A sanitizer's own memory is
//  another matter.
#ifdef DMH_SANITIZED
enum { PEAK_KB_MAX = 16 * 1024 * 1024 };
#else
enum { PEAK_KB_MAX = 96 * 1024 };
#endif
enum { CONNECTIONS = 1000, ROWS = 3000, INPUTS_BEFORE = 64, PATIENCE_MS = 30000 };

struct theatre {
    struct workplace place;
    struct servers servers;
    pid_t hostile;
};

//  A hostile client: does it until it is killed. Writes to `begun` when it is well at it.
typedef void hostility (const struct servers *servers, int begun);

static void s_say_begun (int *begun)
{
    if (*begun >= 0 && write (*begun, "!", 1) == 1)
        *begun = -1;
}

static void s_write_input (const struct workplace *place)
{
    char *text = malloc ((size_t) ROWS * 80 + 80);
    cr_assert_not_null (text);
    size_t n = (size_t) sprintf (text, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (text + n, "P%d,2345-7,%d,%s,2021-04-%02d\n", i, 4 + i % 90,
                               i % 3 ? "mg/dL" : "mmol/L", 1 + i % 28);
    workplace_write (place, "lab.csv", text, n);
    workplace_write (place, "one.csv", "patient_id\n1\n", 13);
    free (text);
}

static void s_open (struct theatre *self, const char *option, const char *value)
{
    *self = (struct theatre){.hostile = 0};
    workplace_make (&self->place);
    self->servers = (struct servers){.place = &self->place, .options = {option, value, NULL}};
    s_write_input (&self->place);
    const char *const run[] = {"dmh", "run", "lab.csv", "-o", "base", "--quiet", NULL};
    cr_assert_eq (process_run (&self->place, run, NULL), 0);
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "2");
    process_await (&self->place, "worker0.log", "worker.registered");
}

static void s_let_loose (struct theatre *self, hostility *hostile)
{
    int begun[2];
    char byte;
    cr_assert_eq (pipe (begun), 0);
    self->hostile = fork ();
    cr_assert_geq (self->hostile, 0);
    if (self->hostile == 0) {
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        close (begun[0]);
        hostile (&self->servers, begun[1]);
        _exit (1);
    }
    close (begun[1]);
    struct pollfd item = {.fd = begun[0], .events = POLLIN};
    cr_assert_eq (poll (&item, 1, PATIENCE_MS), 1, "the hostile client does not come to it");
    cr_assert_eq (read (begun[0], &byte, 1), 1, "the hostile client has ended");
    close (begun[0]);
}

static void s_expect_same (const struct theatre *self, const char *file)
{
    char ours_in[512], theirs_in[512];
    size_t ours_n = 0, theirs_n = 0;
    snprintf (ours_in, sizeof ours_in, "%s/out/lab", self->place.folder);
    snprintf (theirs_in, sizeof theirs_in, "%s/base/lab", self->place.folder);
    char *ours = workplace_read (ours_in, file, &ours_n),
         *theirs = workplace_read (theirs_in, file, &theirs_n);
    cr_assert (ours && theirs && ours_n == theirs_n && memcmp (ours, theirs, ours_n) == 0, "%s", file);
    free (ours);
    free (theirs);
}

static long s_peak_kb (pid_t pid)
{
    char path[64], line[256];
    long peak = -1;
    snprintf (path, sizeof path, "/proc/%d/status", (int) pid);
    FILE *file = fopen (path, "r");
    cr_assert_not_null (file);
    while (fgets (line, sizeof line, file))
        if (strncmp (line, "VmHWM:", 6) == 0)
            peak = strtol (line + 6, NULL, 10);
    fclose (file);
    return peak;
}

//  The hostile client is at it all the time that the other one works.
static void s_expect_service (struct theatre *self)
{
    char *output = NULL;
    const char *const submit[] = {"dmh", "submit", "lab.csv", "--wait", "-o", "out", "--quiet", NULL};
    cr_assert_eq (servers_dmh (&self->servers, submit, &output), 0, "%s", output);
    free (output);
    s_expect_same (self, "records.csv");
    s_expect_same (self, "audit.ndjson");
    const char *const list[] = {"dmh", "list", NULL};
    cr_assert_eq (servers_dmh (&self->servers, list, &output), 0, "%s", output);
    free (output);
    int status;
    cr_assert_eq (waitpid (self->hostile, &status, WNOHANG), 0, "the hostile client gave up");
    long peak = s_peak_kb (self->servers.broker);
    cr_log_info ("peak of the broker: %ld kB", peak);
    cr_assert (peak > 0 && peak < PEAK_KB_MAX, "the broker has taken %ld kB", peak);
}

static void s_close (struct theatre *self)
{
    int status;
    kill (self->hostile, SIGKILL);
    waitpid (self->hostile, &status, 0);
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

static void s_play (hostility *hostile, const char *option, const char *value)
{
    struct theatre self;
    s_open (&self, option, value);
    s_let_loose (&self, hostile);
    s_expect_service (&self);
    s_close (&self);
}

//  A request as frames on a connection by hand.
static bool s_send_request (int fd, const struct shape *shape, const void *message)
{
    zmsg_t *frames = frame_new (shape, message, NULL);
    bool good = frames != NULL;
    for (size_t left = good ? zmsg_size (frames) : 0; good && left > 0; left--) {
        zframe_t *frame = zmsg_pop (frames);
        good = zmtp_send_frame (fd, left > 1 ? ZMTP_MORE : 0, zframe_data (frame), zframe_size (frame));
        zframe_destroy (&frame);
    }
    zmsg_destroy (&frames);
    return good;
}

static int s_greeted (const char *endpoint, const char *type)
{
    int fd = zmtp_connect (endpoint);
    if (fd < 0 || !zmtp_greet (fd, type))
        _exit (2);
    return fd;
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
    int fd = s_greeted (servers->front, "DEALER");
    struct hello hello = {.request = "h"};
    struct list list = {.request = "l"};
    for (size_t i = 0;; i++) {
        if (!s_send_request (fd, i % 2 ? &list_shape : &hello_shape,
                             i % 2 ? (void *) &list : (void *) &hello))
            _exit (3);
        s_drain (fd);
        if (i == WELL_AT_IT)
            s_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_floods_with_requests_slows_nobody_else, .timeout = 120)
{
    s_play (s_flood, NULL, NULL);
}

static void s_flood_submissions (const struct servers *servers, int begun)
{
    int fd = s_greeted (servers->front, "DEALER");
    struct input input = {.uri = "file:///nowhere", .name = "nowhere"};
    struct submit submit = {.request = "s", .inputs = &input, .inputs_count = 1};
    for (unsigned i = 0;; i++) {
        snprintf (submit.submit_key, sizeof submit.submit_key, "flood-%u", i);
        if (!s_send_request (fd, &submit_shape, &submit))
            _exit (3);
        s_drain (fd);
        if (i == WELL_AT_IT)
            s_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_floods_with_jobs_has_no_more_than_its_share_of_the_queue, .timeout = 120)
{
    s_play (s_flood_submissions, "--client-jobs", "20");
}

//  Asks for the longest answers and takes none.
static void s_never_read (const struct servers *servers, int begun)
{
    int fd = s_greeted (servers->front, "DEALER");
    struct list list = {.request = "l", .limit = 64};
    for (size_t i = 0; s_send_request (fd, &list_shape, &list); i++)
        if (i == WELL_AT_IT)
            s_say_begun (&begun);
    while (begun < 0)    //  the broker ended it
        pause ();
}

Test (hostile_clients, one_that_never_reads_its_answers_slows_nobody_else, .timeout = 120)
{
    struct theatre self;
    const char *submit[INPUTS_BEFORE + 6] = {"dmh", "submit", "--wait", "--quiet"};
    char *output = NULL;
    s_open (&self, NULL, NULL);
    for (size_t i = 0; i < INPUTS_BEFORE; i++)    //  so that a list is long
        submit[4 + i] = "one.csv";
    cr_assert_eq (servers_dmh (&self.servers, submit, &output), 0, "%s", output);
    free (output);
    s_let_loose (&self, s_never_read);
    s_expect_service (&self);
    s_close (&self);
}

//  Wants every event of every job, over and over, and takes none.
static void s_never_listen (const struct servers *servers, int begun)
{
    int fd = s_greeted (servers->feed, "SUB");
    for (size_t i = 0; zmtp_send_frame (fd, 0, "\1job/", 5); i++)
        if (i == WELL_AT_IT)
            s_say_begun (&begun);
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
    s_say_begun (&begun);
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
        cr_log_warn ("SKIP: a process may have %d files here\n", (int) limit.rlim_cur);
        return;
    }
    s_play (s_hold_connections, NULL, NULL);
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
            s_say_begun (&begun);
    }
}

Test (hostile_clients, one_that_sends_garbage_slows_nobody_else, .timeout = 120)
{
    s_play (s_litter, NULL, NULL);
}

//  A wish of two megabytes would cost a hundred to keep.
Test (hostile_clients, a_subscription_beyond_any_topic_ends_its_connection, .timeout = 120)
{
    struct theatre self;
    static char wish[1 << 20] = "\1";
    char byte[4096];
    s_open (&self, NULL, NULL);
    int fd = s_greeted (self.servers.feed, "SUB");
    zmtp_send_frame (fd, 0, wish, sizeof wish);
    struct pollfd item = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;
    while (n > 0 && poll (&item, 1, PATIENCE_MS) == 1)
        n = recv (fd, byte, sizeof byte, 0);
    cr_assert (n == 0 || (n < 0 && errno == ECONNRESET), "it is open");
    close (fd);
    cr_assert_lt (s_peak_kb (self.servers.broker), PEAK_KB_MAX);
    servers_stop (&self.servers);
    workplace_remove (&self.place);
}

Test (hostile_clients, half_a_greeting_is_not_waited_for_for_ever, .timeout = 120)
{
    struct theatre self;
    char bytes[256];
    s_open (&self, NULL, NULL);
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
