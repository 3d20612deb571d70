//  keys_test.c: a broker with keys: who gets in, with which rights, until when; and what one client may ask
//  of a broker that others use.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/keys/credential.h"
#include "messages/request.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, CONNECTIONS = 1000 };

static int s_dmh (struct servers *servers, const char *command, const char *name)
{
    char key[64], *output = NULL;
    snprintf (key, sizeof key, "keys/%s.key", name ? name : "");
    const char *with[] = {"dmh", command,        "--timeout",       "1", "--key",
                          key,   "--server-key", "keys/server.pub", NULL};
    const char *without[] = {"dmh", command, "--timeout", "1", NULL};
    int status = servers_dmh (servers, name ? with : without, &output);
    free (output);
    return status;
}

static void s_keys (struct servers *servers, const char *word, const char *name, const char *rights)
{
    char *output = NULL;
    const char *argv[] = {"dmh",  "keys", "--keys", "keys", word, name, rights ? "--rights" : NULL,
                          rights, NULL};
    cr_assert_eq (process_run (servers->place, argv, &output), 0, "%s", output);
    free (output);
}

//  A broker with the keys of anna and bruno (clients), otto (observer) and willi (worker).
static void s_open (struct servers *servers, struct workplace *place)
{
    *servers = (struct servers){.place = place, .options = {"--keys", "keys", NULL}};
    workplace_make (place);
    s_keys (servers, "new", "server", NULL);
    s_keys (servers, "new", "anna", "client");
    s_keys (servers, "new", "bruno", "client");
    s_keys (servers, "new", "otto", "observer");
    s_keys (servers, "new", "willi", "worker");
    servers_start_broker (servers, false);
}

static zsock_t *s_connect (const struct servers *servers, int type, const char *endpoint, const char *name)
{
    char key[512], server[512];
    struct credential credential = {.server = ""};
    struct error error;
    snprintf (key, sizeof key, "%s/keys/%s.key", servers->place->folder, name ? name : "");
    snprintf (server, sizeof server, "%s/keys/server.pub", servers->place->folder);
    if (name)
        cr_assert_eq (credential_read (key, server, &credential, &error), DMH_OK, "%s", error.text);
    zsock_t *socket = zsock_new (type);
    zsock_set_linger (socket, 0);
    zsock_set_rcvtimeo (socket, PATIENCE_MS);
    cr_assert_eq (credential_show (&credential, socket), 0);
    if (type == ZMQ_SUB)
        zsock_set_subscribe (socket, "job/");
    cr_assert_eq (zsock_connect (socket, "%s", endpoint), 0);
    return socket;
}

static void s_send_hello (zsock_t *socket)
{
    struct hello hello = {.request = "h"};
    cr_assert_eq (frame_send (socket, NULL, &hello_shape, &hello, NULL), DMH_OK);
}

//  Who has no right here is cut off: before it speaks, so that nothing can be sent any more, or behind it.
static void s_expect_silence (zsock_t *socket, const char *whose)
{
    struct hello hello = {.request = "h"};
    zsock_set_rcvtimeo (socket, 1000);
    frame_send (socket, NULL, &hello_shape, &hello, NULL);
    cr_assert_null (zmsg_recv (socket), "%s", whose);
}

//  "" for WELCOME, else the code of the ERROR.
static void s_answer (zsock_t *socket, char code[WORD_BYTES])
{
    struct frame frame;
    struct problem problem;
    zmsg_t *message = zmsg_recv (socket);
    cr_assert_not_null (message, "no answer");
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    *code = 0;
    if (streq (frame.kind, "ERROR")) {
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
        memcpy (code, problem.code, WORD_BYTES);
    }
    zmsg_destroy (&message);
}

static void s_expect_welcome (zsock_t *socket)
{
    char code[WORD_BYTES];
    s_send_hello (socket);
    s_answer (socket, code);
    cr_assert_str_empty (code);
}

//  Asks until it is refused: the broker hears of its folder's change by itself.
static void s_await_refusal (zsock_t *socket)
{
    char code[WORD_BYTES] = "";
    int64_t until = zclock_mono () + PATIENCE_MS;
    while (!*code && zclock_mono () < until) {
        s_send_hello (socket);
        s_answer (socket, code);
    }
    cr_assert_str_eq (code, "unauthorized");
}

Test (keys, only_who_has_the_right_is_answered, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    cr_assert_eq (s_dmh (&servers, "list", "anna"), 0);
    cr_assert_eq (s_dmh (&servers, "list", NULL), 4, "without a key");
    cr_assert_eq (s_dmh (&servers, "list", "willi"), 4, "a worker is no client");
    cr_assert_eq (s_dmh (&servers, "list", "otto"), 4, "an observer does not ask");
    zsock_t *back = s_connect (&servers, ZMQ_DEALER, servers.back, "anna");
    s_expect_silence (back, "a client at the back");
    zsock_destroy (&back);
    zsock_t *plain = s_connect (&servers, ZMQ_DEALER, servers.front, NULL);
    s_expect_silence (plain, "without a key");
    zsock_destroy (&plain);
    cr_assert_eq (s_dmh (&servers, "list", "bruno"), 0, "the broker lives");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (keys, an_observer_is_told_and_cannot_submit_and_a_worker_works, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    char *output = NULL;
    workplace_write (&place, "a.csv", "patient_id\n1\n", 13);
    const char *worker[] = {"dmh-worker",      "--broker",    servers.back,     "--results",
                            "results",         "--key",       "keys/willi.key", "--server-key",
                            "keys/server.pub", "--data-root", place.folder,     NULL};
    servers.workers[0] = process_start (&place, "worker.log", worker);
    zsock_t *told = s_connect (&servers, ZMQ_SUB, servers.feed, "otto");
    const char *submit[] = {"dmh", "submit", "a.csv",         "--quiet",      "--wait",          "-o",
                            "out", "--key",  "keys/anna.key", "--server-key", "keys/server.pub", NULL};
    cr_assert_eq (servers_dmh (&servers, submit, &output), 0, "%s", output);
    free (output);
    zmsg_t *event = zmsg_recv (told);
    cr_assert_not_null (event, "the observer is told nothing");
    zmsg_destroy (&event);
    const char *wrong[] = {"dmh",   "submit",        "a.csv",        "--quiet",         "--timeout", "1",
                           "--key", "keys/otto.key", "--server-key", "keys/server.pub", NULL};
    cr_assert_eq (servers_dmh (&servers, wrong, NULL), 4);
    zsock_destroy (&told);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (keys, a_revoked_key_is_refused_at_once_on_connections_that_are_open, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    zsock_t *anna = s_connect (&servers, ZMQ_DEALER, servers.front, "anna");
    zsock_t *bruno = s_connect (&servers, ZMQ_DEALER, servers.front, "bruno");
    zsock_t *willi = s_connect (&servers, ZMQ_DEALER, servers.back, "willi");
    zsock_t *otto = zsock_new (ZMQ_SUB);
    s_expect_welcome (anna);
    s_expect_welcome (bruno);
    zsock_destroy (&otto);
    otto = s_connect (&servers, ZMQ_SUB, servers.feed, "otto");
    zactor_t *monitor = zactor_new (zmonitor, otto);
    zstr_sendx (monitor, "LISTEN", "HANDSHAKE_SUCCEEDED", "DISCONNECTED", NULL);
    zstr_send (monitor, "START");
    zsock_wait (monitor);
    s_keys (&servers, "revoke", "anna", NULL);
    s_await_refusal (anna);
    s_expect_welcome (bruno);
    s_send_hello (willi);    //  not refused for its key, but for what it says
    char code[WORD_BYTES];
    s_answer (willi, code);
    cr_assert_str_neq (code, "unauthorized");
    s_keys (&servers, "revoke", "willi", NULL);
    s_await_refusal (willi);
    //  Subscribers are cut off when a key is revoked.
    char *event = zstr_recv (monitor);
    while (event && !streq (event, "DISCONNECTED")) {
        zstr_free (&event);
        event = zstr_recv (monitor);
    }
    cr_assert_not_null (event);
    zstr_free (&event);
    zactor_destroy (&monitor);
    zsock_destroy (&otto);
    s_expect_welcome (bruno);
    zsock_destroy (&anna);
    zsock_destroy (&bruno);
    zsock_destroy (&willi);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  Whether the files service answers a question at all.
static bool s_files_answer (zsock_t *socket, int wait_ms)
{
    struct put put = {.request = "f", .bytes = 5};
    memset (put.sha256, '0', sizeof put.sha256 - 1);
    if (frame_send (socket, NULL, &put_shape, &put, NULL) != DMH_OK)    //  refused, so there is no connection
        return false;
    zsock_set_rcvtimeo (socket, wait_ms);
    zmsg_t *message = zmsg_recv (socket);
    bool is = message != NULL;
    zmsg_destroy (&message);
    return is;
}

Test (keys, files_are_for_clients_and_workers_and_a_revoked_one_is_cut_off, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    zsock_t *anna = s_connect (&servers, ZMQ_DEALER, servers.files, "anna");
    zsock_t *bruno = s_connect (&servers, ZMQ_DEALER, servers.files, "bruno");
    zsock_t *willi = s_connect (&servers, ZMQ_DEALER, servers.files, "willi");
    zsock_t *otto = s_connect (&servers, ZMQ_DEALER, servers.files, "otto");
    zsock_t *plain = s_connect (&servers, ZMQ_DEALER, servers.files, NULL);
    cr_assert (s_files_answer (anna, PATIENCE_MS));
    cr_assert (s_files_answer (willi, PATIENCE_MS));
    cr_assert (s_files_answer (bruno, PATIENCE_MS));
    cr_assert_not (s_files_answer (otto, 1000), "an observer");
    cr_assert_not (s_files_answer (plain, 1), "without a key");
    zactor_t *monitor = zactor_new (zmonitor, anna);
    zstr_sendx (monitor, "LISTEN", "DISCONNECTED", NULL);
    zstr_send (monitor, "START");
    zsock_wait (monitor);
    const char *revoke[] = {"dmh", "keys", "--keys", "keys", "revoke", "anna", NULL};
    cr_assert_eq (process_run (&place, revoke, NULL), 0);
    zsock_set_rcvtimeo (monitor, PATIENCE_MS);
    char *event = zstr_recv (monitor);
    cr_assert_not_null (event, "the connection is not cut");
    zstr_free (&event);
    zactor_destroy (&monitor);
    cr_assert_not (s_files_answer (anna, 1000), "revoked");
    bool back = false;    //  what was under way when all were cut off is lost
    for (int i = 0; i < 20 && !back; i++)
        back = s_files_answer (bruno, 1000);
    cr_assert (back, "who is allowed comes back");
    zsock_destroy (&anna);
    zsock_destroy (&bruno);
    zsock_destroy (&willi);
    zsock_destroy (&otto);
    zsock_destroy (&plain);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (keys, a_key_that_is_allowed_gets_in_without_a_restart_and_SIGHUP_reads_again, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place);
    s_keys (&servers, "new", "clara", NULL);
    cr_assert_eq (s_dmh (&servers, "list", "clara"), 4, "a key without rights");
    char *output = NULL;
    const char *allow[] = {"dmh",   "keys",   "--keys",     "keys", "allow", "keys/clara.pub",
                           "clara", "client", "client-all", NULL};
    cr_assert_eq (process_run (&place, allow, &output), 0);
    cr_expect_not_null (strstr (output, "client,client-all"), "%s", output);
    free (output);
    kill (servers.broker, SIGHUP);
    int status = 4;
    for (int i = 0; i < 20 && status == 4; i++)
        status = s_dmh (&servers, "list", "clara");
    cr_assert_eq (status, 0);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (keys, a_client_beyond_its_limits_is_refused_and_others_are_not, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place,
                              .options = {"--client-jobs", "2", "--client-rate", "100", NULL}};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    zsock_t *one = s_connect (&servers, ZMQ_DEALER, servers.front, NULL);
    zsock_t *other = s_connect (&servers, ZMQ_DEALER, servers.front, NULL);
    struct input inputs[3] = {{.uri = "file:///x", .name = "x"},
                              {.uri = "file:///y", .name = "y"},
                              {.uri = "file:///z", .name = "z"}};
    const struct {
        size_t count;
        const char *code;
    } CASES[] = {{3, "too_large"}, {2, ""}, {1, "unavailable"}};
    char code[WORD_BYTES];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct submit submit = {.request = "s", .inputs = inputs, .inputs_count = CASES[i].count};
        snprintf (submit.submit_key, sizeof submit.submit_key, "k%zu", i);
        cr_assert_eq (frame_send (one, NULL, &submit_shape, &submit, NULL), DMH_OK);
        s_answer (one, code);
        cr_assert_str_eq (code, CASES[i].code, "case %zu", i);
    }
    size_t refused = 0;
    enum { FLOOD = 900 };
    for (int i = 0; i < FLOOD; i++)
        s_send_hello (one);
    s_expect_welcome (other);
    for (int i = 0; i < FLOOD; i++) {
        s_answer (one, code);
        refused += streq (code, "unavailable");
    }
    cr_assert_gt (refused, 0);
    s_expect_welcome (other);
    zsock_destroy (&one);
    zsock_destroy (&other);
    servers_stop (&servers);
    workplace_remove (&place);
}

//  A connection by TCP alone, with rubbish on it.
static int s_rubbish (const char *endpoint, int number)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK)};
    to.sin_port = htons ((uint16_t) atoi (strrchr (endpoint, ':') + 1));
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    static const char *const WORDS[] = {"", "GET / HTTP/1.1\r\n\r\n", "\xff\0\0\0\0\0\0\0\1\x7f", "\0\0\0\0"};
    const char *word = WORDS[number % 4];
    if (fd >= 0 && connect (fd, (struct sockaddr *) &to, sizeof to) == 0)
        send (fd, word, number % 4 == 2 ? 10 : strlen (word), MSG_NOSIGNAL);
    return fd;
}

Test (keys, a_thousand_connections_and_a_client_that_never_reads_hold_nobody_up, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    struct rlimit limit;
    static int connections[CONNECTIONS];
    getrlimit (RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit (RLIMIT_NOFILE, &limit);
    s_open (&servers, &place);
    for (int i = 0; i < CONNECTIONS; i++)
        connections[i] = s_rubbish (i % 2 ? servers.front : servers.back, i);
    zsock_t *deaf = s_connect (&servers, ZMQ_DEALER, servers.front, "anna");
    zsock_set_sndtimeo (deaf, 0);
    zsock_set_rcvhwm (deaf, 1);
    struct list list = {.request = "l"};
    for (int i = 0; i < 20000; i++)
        frame_send (deaf, NULL, &list_shape, &list, NULL);
    zsock_t *bruno = s_connect (&servers, ZMQ_DEALER, servers.front, "bruno");
    for (int i = 0; i < 100; i++)
        s_expect_welcome (bruno);
    cr_assert_eq (s_dmh (&servers, "workers", "bruno"), 0);
    for (int i = 0; i < CONNECTIONS; i++)
        if (connections[i] >= 0)
            close (connections[i]);
    zsock_destroy (&deaf);
    zsock_destroy (&bruno);
    servers_stop (&servers);
    workplace_remove (&place);
}
