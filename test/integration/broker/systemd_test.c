//  systemd_test.c: what broker, worker and gateway tell a service manager, on a socket that stands in for its
//  own.
#include "test/support/processes/postgres_server.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { SAID_BYTES = 8192 };

static int s_manager (const struct workplace *place)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = 30};
    int written = snprintf (address.sun_path, sizeof address.sun_path, "%s/notify", place->folder);
    cr_assert (written > 0 && (size_t) written < sizeof address.sun_path);
    int manager = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    cr_assert_eq (bind (manager, (struct sockaddr *) &address, sizeof address), 0);
    cr_assert_eq (setsockopt (manager, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    setenv ("NOTIFY_SOCKET", address.sun_path, 1);
    return manager;
}

//  The next message has to begin so, and to hold `part`.
static void s_hear (int manager, const char *begin, const char *part, char out[SAID_BYTES])
{
    ssize_t n = recv (manager, out, SAID_BYTES - 1, 0);
    cr_assert_gt (n, 0, "nothing is said where %s is due", begin);
    out[n] = 0;
    cr_assert_eq (strncmp (out, begin, strlen (begin)), 0, "“%s” instead of %s", out, begin);
    cr_assert_not_null (strstr (out, part), "“%s” is without %s", out, part);
}

//  sd_notify(3): the time that CLOCK_MONOTONIC has where the reload begins.
static void s_hear_reload (int manager, pid_t pid)
{
    char said[SAID_BYTES];
    struct timespec before, after;
    clock_gettime (CLOCK_MONOTONIC, &before);
    kill (pid, SIGHUP);
    s_hear (manager, "RELOADING=1\n", "MONOTONIC_USEC=", said);
    clock_gettime (CLOCK_MONOTONIC, &after);
    unsigned long long at = strtoull (strstr (said, "MONOTONIC_USEC=") + 15, NULL, 10);
    cr_expect_geq (at,
                   (unsigned long long) before.tv_sec * 1000000 + (unsigned long long) before.tv_nsec / 1000);
    cr_expect_leq (at,
                   (unsigned long long) after.tv_sec * 1000000 + (unsigned long long) after.tv_nsec / 1000);
}

Test (systemd, a_broker_says_when_it_serves_reads_again_and_stops, .timeout = 60)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char said[SAID_BYTES];
    workplace_make (&place);
    int manager = s_manager (&place);
    servers_start_broker (&servers, false);
    s_hear (manager, "READY=1\n", servers.front, said);
    cr_expect_not_null (strstr (said, "STATUS=serving at "));
    s_hear_reload (manager, servers.broker);
    s_hear (manager, "READY=1\n", servers.front, said);
    servers_stop (&servers);
    s_hear (manager, "STOPPING=1\n", "STATUS=", said);
    close (manager);
    workplace_remove (&place);
}

Test (systemd, a_worker_says_so_too_before_there_is_a_broker, .timeout = 60)
{
    struct workplace place;
    char said[SAID_BYTES];
    workplace_make (&place);
    int manager = s_manager (&place);
    const char *const argv[] = {
        "dmh-worker", "--broker", "tcp://127.0.0.1:1", "--results", "results", "--slots", "3", NULL};
    pid_t worker = process_start (&place, "worker.log", argv);
    s_hear (manager, "READY=1\n", "STATUS=3 slots for the broker at tcp://127.0.0.1:1", said);
    s_hear_reload (manager, worker);
    s_hear (manager, "READY=1\n", "STATUS=", said);
    kill (worker, SIGTERM);
    s_hear (manager, "STOPPING=1\n", "STATUS=", said);
    cr_assert_eq (process_wait (worker, 20), 0);
    close (manager);
    workplace_remove (&place);
}

Test (systemd, a_gateway_says_where_it_serves_before_there_is_a_broker, .timeout = 60)
{
    struct workplace place;
    char said[SAID_BYTES];
    workplace_make (&place);
    int manager = s_manager (&place);
    const char *const argv[] = {"dmh-gateway",  "--listen", "127.0.0.1:0", "--broker",
                                "ipc://nobody", "--spool",  "spool",       NULL};
    pid_t gateway = process_start (&place, "gateway.log", argv);
    s_hear (manager, "READY=1\n", "STATUS=serving at http://127.0.0.1:", said);
    s_hear_reload (manager, gateway);
    s_hear (manager, "READY=1\n", "STATUS=serving at http://127.0.0.1:", said);
    kill (gateway, SIGTERM);
    s_hear (manager, "STOPPING=1\n", "STATUS=", said);
    cr_assert_eq (process_wait (gateway, 20), 0);
    close (manager);
    workplace_remove (&place);
}

static pid_t s_start_broker (const struct workplace *place, const char *log, const char *store)
{
    static const char ANY[] = "tcp://127.0.0.1:*";
    const char *const argv[] = {"dmh-broker", "--store", store,    "--front", ANY,       "--back", ANY,
                                "--feed-in",  ANY,       "--feed", ANY,       "--files", "off",    NULL};
    return process_start (place, log, argv);
}

//  Type=notify ends a service that is not ready in time; one that stands by is.
Test (systemd, a_broker_that_stands_by_is_ready_and_says_what_for, .timeout = 120)
{
    struct postgres_server database;
    if (!postgres_server_start (&database))
        return;
    struct workplace place;
    char said[SAID_BYTES];
    workplace_make (&place);
    int manager = s_manager (&place);
    pid_t first = s_start_broker (&place, "first.log", database.url);
    s_hear (manager, "READY=1\n", "STATUS=serving at", said);
    pid_t second = s_start_broker (&place, "second.log", database.url);
    s_hear (manager, "READY=1\n", "STATUS=standing by", said);
    kill (first, SIGTERM);
    s_hear (manager, "STOPPING=1\n", "STATUS=", said);
    cr_assert_eq (process_wait (first, 20), 0);
    s_hear (manager, "READY=1\n", "STATUS=serving at", said);
    kill (second, SIGTERM);
    s_hear (manager, "STOPPING=1\n", "STATUS=", said);
    cr_assert_eq (process_wait (second, 20), 0);
    close (manager);
    postgres_server_stop (&database);
    workplace_remove (&place);
}
