//  other_users_test.c: what another user of the same host comes to: not through a broker's Unix sockets, even
//  where their folder would let it in, and at a broker of TCP without keys to no file outside --data-root.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include "messages/request.h"
#include "messages/uri.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { NOBODY = 65534, PATIENCE_MS = 20000 };

//  How a connection to a socket ends: with a greeting of libzmq's, shut at once, or it is not allowed.
enum { GREETED, SHUT, FORBIDDEN, SILENT };

//  In a process of its own, which is nobody's where this one is root's.
static int s_as_nobody (int (*act) (void *argument), void *argument)
{
    pid_t pid = fork ();
    cr_assert_geq (pid, 0);
    if (pid == 0) {
        if (geteuid () == 0 &&
            (setresgid (NOBODY, NOBODY, NOBODY) != 0 || setresuid (NOBODY, NOBODY, NOBODY) != 0))
            _exit (126);
        _exit (act (argument));
    }
    return process_wait (pid, 60);
}

static int s_connect (void *argument)
{
    const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char greeting;
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf (address.sun_path, sizeof address.sun_path, "%s", (const char *) argument);
    setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
        return FORBIDDEN;
    ssize_t n = read (fd, &greeting, 1);
    return n > 0 ? GREETED : n == 0 || errno == ECONNRESET ? SHUT : SILENT;
}

Test (other_users, do_not_get_in_through_a_unix_socket, .timeout = 120)
{
    static const char *const NAMES[] = {"front", "back", "feed-in", "feed", "files"};
    struct workplace place;
    char path[400], folder[300];
    if (geteuid () != 0) {
        printf ("SKIP: only root can be another user\n");
        return;
    }
    workplace_make (&place);
    snprintf (folder, sizeof folder, "%s/dmh", place.folder);
    cr_assert_lt (strlen (folder), 100, "TMPDIR is too long for a Unix socket");
    setenv ("XDG_RUNTIME_DIR", place.folder, 1);
    cr_assert_eq (chmod (place.folder, 0755), 0);
    const char *const argv[] = {"dmh-broker", "--store", "sqlite:jobs.db", NULL};
    pid_t broker = process_start (&place, "broker.log", argv);
    process_await (&place, "broker.log", "broker.started");
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf (path, sizeof path, "%s/%s", folder, NAMES[i]);
        cr_expect_eq (s_connect (path), GREETED, "%s: its own user gets in", NAMES[i]);
        cr_expect_eq (s_as_nobody (s_connect, path), FORBIDDEN, "%s", NAMES[i]);
    }
    //  Somebody opens the folder and the sockets to all: the kernel tells who it is.
    cr_assert_eq (chmod (folder, 0755), 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf (path, sizeof path, "%s/%s", folder, NAMES[i]);
        cr_assert_eq (chmod (path, 0777), 0);
        cr_expect_eq (s_as_nobody (s_connect, path), SHUT, "%s", NAMES[i]);
    }
    kill (broker, SIGTERM);
    cr_assert_eq (process_wait (broker, 20), 0);
    workplace_remove (&place);
}

//  A SUBMIT as bytes, and where it goes.
struct order {
    const char *front;
    void *body;
    size_t bytes;
};

//  With a libzmq of its own. 0: it was accepted.
static int s_send (void *argument)
{
    const struct order *order = argument;
    char frame[64] = "";
    int patience = PATIENCE_MS, none = 0;
    void *context = zmq_ctx_new (), *socket = context ? zmq_socket (context, ZMQ_DEALER) : NULL;
    if (!socket || zmq_setsockopt (socket, ZMQ_RCVTIMEO, &patience, sizeof patience) != 0 ||
        zmq_setsockopt (socket, ZMQ_LINGER, &none, sizeof none) != 0 ||
        zmq_connect (socket, order->front) != 0)
        return 2;
    zmq_send (socket, "DMH1", 4, ZMQ_SNDMORE);
    zmq_send (socket, "SUBMIT", 6, ZMQ_SNDMORE);
    zmq_send (socket, order->body, order->bytes, 0);
    zmq_recv (socket, frame, sizeof frame, 0);
    int n = zmq_recv (socket, frame, sizeof frame, 0);
    return n == 8 && memcmp (frame, "ACCEPTED", 8) == 0 ? 0 : 1;
}

//  A job at that path, which another user asks for and nobody has looked at before.
static void s_submit (const struct servers *servers, const char *name, char *mapping)
{
    static unsigned count;
    char path[600];
    struct input input = {.bytes = 1};
    struct submit submit = {.request = "r", .inputs = &input, .inputs_count = 1};
    struct order order = {.front = servers->front};
    struct error error = {.code = DMH_OK};
    submit.options.mapping = mapping;
    snprintf (submit.submit_key, sizeof submit.submit_key, "key%u", ++count);
    snprintf (input.name, sizeof input.name, "%s", strrchr (name, '/') + 1);
    snprintf (path, sizeof path, "%s%s", servers->place->folder, name);
    cr_assert_eq (uri_from_path (path, input.uri, sizeof input.uri, &error), DMH_OK);
    cr_assert_eq (shape_encode (&submit_shape, &submit, &order.body, &order.bytes, &error), DMH_OK, "%s",
                  error.text);
    cr_assert_eq (s_as_nobody (s_send, &order), 0, "%s", name);
    free (order.body);
}

//  The job that was submitted last ends; `watch` says so by `status`, and its record holds `part`.
static void s_expect_end (struct servers *servers, int status, const char *part)
{
    static const char *const LIST[] = {"dmh", "list", "--json", "--limit", "1", NULL};
    char *output = NULL, job[ID_BYTES];
    cr_assert_eq (servers_dmh (servers, LIST, &output), 0, "%s", output);
    const char *at = strstr (output, "\"job\":\"");
    cr_assert_not_null (at, "%s", output);
    at += strlen ("\"job\":\"");
    snprintf (job, sizeof job, "%.*s", (int) strcspn (at, "\""), at);
    free (output);
    const char *const watch[] = {"dmh", "watch", "--quiet", job, NULL}, *const state[] = {"dmh", "status",
                                                                                          job, "--json",
                                                                                          NULL};
    cr_assert_eq (servers_dmh (servers, watch, &output), status, "%s: %s", job, output);
    free (output);
    cr_assert_eq (servers_dmh (servers, state, &output), 0, "%s", output);
    cr_expect_not_null (strstr (output, part), "%s", output);
    free (output);
}

static struct servers s_begin (struct workplace *place)
{
    static const char LABS[] = "Patient ID,ITEM,Result Value,Units\nP1,50931,100,mg/dL\n";
    struct servers servers = {.place = place};
    char path[300];
    workplace_make (place);
    snprintf (path, sizeof path, "%s/data", place->folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    workplace_write (place, "data/labs.csv", LABS, sizeof LABS - 1);
    workplace_write (place, "data/items.csv", "id,loinc\n50931,2345-7\n", 22);
    workplace_write (place, "secret.csv", "id,loinc\n50931,2345-7\n", 22);
    snprintf (path, sizeof path, "%s/secret.csv", place->folder);
    cr_assert_eq (chmod (path, 0600), 0);
    servers_start_broker (&servers, false);
    return servers;
}

//  `root` (NULL: none) is a folder of the workplace's.
static void s_start_worker (struct servers *servers, const char *root)
{
    char path[300];
    snprintf (path, sizeof path, "%s%s", servers->place->folder, root ? root : "");
    const char *argv[] = {"dmh-worker", "--broker", servers->back,
                          "--results",  "results",  root ? "--data-root" : NULL,
                          path,         NULL};
    servers->workers[0] = process_start (servers->place, "worker.log", argv);
    process_await (servers->place, "worker.log", "worker.registered");
}

Test (other_users, have_no_file_read_by_a_worker_at_tcp_without_keys, .timeout = 120)
{
    struct workplace place;
    struct servers servers = s_begin (&place);
    s_start_worker (&servers, NULL);
    process_await (&place, "worker.log", "worker.reads_no_path");
    s_submit (&servers, "/secret.csv", NULL);
    s_expect_end (&servers, 1, "\"code\":\"unauthorized\"");
    s_submit (&servers, "/data/labs.csv", NULL);
    s_expect_end (&servers, 1, "\"code\":\"unauthorized\"");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (other_users, have_inputs_and_tables_read_in_the_data_root_alone, .timeout = 120)
{
    static const char MAPPING[] =
        "{\"joins\": [{\"column\": \"ITEM\", \"table\": \"%s/%s\", \"key\": \"id\", "
        "\"take\": {\"loinc\": \"test_code\"}}]}";
    struct workplace place;
    char mapping[1000];
    struct servers servers = s_begin (&place);
    s_start_worker (&servers, "/data");
    s_submit (&servers, "/secret.csv", NULL);
    s_expect_end (&servers, 1, "\"code\":\"unauthorized\"");
    s_submit (&servers, "/data/../secret.csv", NULL);
    s_expect_end (&servers, 1, "\"code\":\"unauthorized\"");
    snprintf (mapping, sizeof mapping, MAPPING, place.folder, "secret.csv");
    s_submit (&servers, "/data/labs.csv", mapping);
    s_expect_end (&servers, 1, "is in no folder that this worker may read");
    snprintf (mapping, sizeof mapping, MAPPING, place.folder, "data/items.csv");
    s_submit (&servers, "/data/labs.csv", mapping);
    s_expect_end (&servers, 0, "\"state\":\"done\"");
    servers_stop (&servers);
    workplace_remove (&place);
}
