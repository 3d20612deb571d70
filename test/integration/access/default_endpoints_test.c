//  default_endpoints_test.c: broker, worker and client without an option meet in a folder of this user's: the
//  whole way, what is left there, who may have it, and what is said when nobody is there.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { SOMEBODY = 65534, CONNECTIONS = 700, DESCRIPTORS = 400 };

static struct workplace s_place;
static char s_folder[300];    //  of the sockets

//  Where they look: a folder of the test's own.
static void s_open (void)
{
    workplace_make (&s_place);
    snprintf (s_folder, sizeof s_folder, "%s/dmh", s_place.folder);
    cr_assert_lt (strlen (s_folder), 100, "TMPDIR is too long for a Unix socket");
    setenv ("XDG_RUNTIME_DIR", s_place.folder, 1);
    setenv ("XDG_STATE_HOME", s_place.folder, 1);
    unsetenv ("DMH_BROKER");
    unsetenv ("DMH_WORKER_BROKER");
    unsetenv ("DMH_KEY");
    workplace_write (&s_place, "in.csv", "MRN,First Name\n1,Ann\n", 21);
}

static void s_close (void)
{
    workplace_remove (&s_place);
}

TestSuite (default_endpoints, .init = s_open, .fini = s_close, .timeout = 120);

static pid_t s_start (const char *log, const char *const argv[], const char *said)
{
    pid_t pid = process_start (&s_place, log, argv);
    process_await (&s_place, log, said);
    return pid;
}

static pid_t s_broker (const char *log)
{
    //  Beside the sockets' folder another one of that name would be the store's.
    static const char *const ARGV[] = {"dmh-broker", "--store", "sqlite:jobs.db", NULL};
    return s_start (log, ARGV, "broker.started");
}

static void s_end (pid_t pid)
{
    kill (pid, SIGTERM);
    cr_assert_eq (process_wait (pid, 20), 0);
}

static void s_expect (const char *const argv[], int status, const char *part)
{
    char *output = NULL;
    cr_assert_eq (process_run (&s_place, argv, &output), status, "%s: %s", argv[0], output);
    cr_expect_not_null (strstr (output, part), "%s: %s", argv[0], output);
    free (output);
}

//  Nobody answers, which is known long before the hour is over.
static void s_expect_nobody (void)
{
    static const char *const LIST[] = {"dmh", "list", "--timeout", "3600", NULL};
    s_expect (LIST, 4, "no broker of yours runs here");
}

static void s_expect_answer (void)
{
    static const char *const LIST[] = {"dmh", "list", NULL};
    s_expect (LIST, 0, "");
}

static size_t s_count (const char *path)
{
    size_t count = 0;
    DIR *folder = opendir (path);
    cr_assert_not_null (folder, "%s", path);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir (folder);
    return count;
}

Test (default_endpoints, lead_all_the_way_without_an_option_and_nothing_is_left)
{
    static const char *const WORKER[] = {"dmh-worker", "--results", "results", NULL},
                             *const SUBMIT[] = {"dmh", "submit", "in.csv", "--wait", "-o", "out", NULL},
                             *const BYTES[] = {"dmh",  "submit",     "in.csv", "--wait", "-o",
                                               "sent", "--transfer", "always", NULL},
                             *const VERIFY[] = {"dmh", "verify", "sent", NULL};
    struct stat about;
    pid_t worker = process_start (&s_place, "worker.log", WORKER), broker = s_broker ("broker.log");
    process_await (&s_place, "worker.log", "worker.registered");
    cr_assert_eq (stat (s_folder, &about), 0);
    cr_expect_eq (about.st_mode & 0777, 0700);
    cr_expect_eq (s_count (s_folder), 5);
    s_expect (SUBMIT, 0, "out/in");
    s_expect (BYTES, 0, "sent/in");
    s_expect (VERIFY, 0, "whole");
    char results[300], files[300];
    snprintf (results, sizeof results, "%s/results", s_place.folder);
    snprintf (files, sizeof files, "%s/jobs.db.files", s_place.folder);
    cr_expect_eq (s_count (results), 1, "one went by its path");
    cr_expect_eq (s_count (files), 6, "of the other one all went through the broker");
    s_end (worker);
    s_end (broker);
    cr_expect_eq (s_count (s_folder), 0);
    s_expect_nobody ();
}

Test (default_endpoints, are_one_broker_s_and_those_of_a_dead_one_are_taken_over)
{
    char front[400], elsewhere[400], back[400];
    pid_t first = s_broker ("first.log");
    const char *const second[] = {"dmh-broker", "--store", "sqlite::memory:", NULL};
    s_expect (second, 1, "another broker (process ");
    snprintf (elsewhere, sizeof elsewhere, "ipc://%s/elsewhere", s_place.folder);
    snprintf (back, sizeof back, "ipc://%s/back", s_folder);
    const char *const half[] = {"dmh-broker", "--store", "sqlite::memory:", "--front", elsewhere, "--back",
                                back,         NULL};
    s_expect (half, 1, "another broker (process ");
    cr_expect_neq (access (elsewhere + strlen ("ipc://"), F_OK), 0, "what was bound before is left behind");
    s_expect_answer ();
    kill (first, SIGKILL);
    process_wait (first, 20);
    snprintf (front, sizeof front, "%s/front", s_folder);
    cr_assert_eq (access (front, F_OK), 0);
    s_expect_nobody ();
    first = s_broker ("again.log");
    s_expect_answer ();
    s_end (first);
    cr_expect_eq (s_count (s_folder), 0);
}

Test (default_endpoints, another_file_in_the_place_of_a_socket_is_not_removed)
{
    static const char *const BROKER[] = {"dmh-broker", "--store", "sqlite::memory:", NULL};
    cr_assert_eq (mkdir (s_folder, 0700), 0);
    workplace_write (&s_place, "dmh/back", "mine", 4);
    s_expect (BROKER, 1, "is no socket");
    cr_expect_eq (s_count (s_folder), 1);
}

//  All three say why and end, the client before it has said anything to anybody.
static void s_expect_untrusted (const char *part)
{
    static const char *const BROKER[] = {"dmh-broker", "--store", "sqlite::memory:", NULL},
                             *const WORKER[] = {"dmh-worker", "--results", "results", NULL},
                             *const CLIENT[] = {"dmh", "submit", "in.csv", NULL};
    s_expect (BROKER, 2, part);
    s_expect (WORKER, 2, part);
    s_expect (CLIENT, 2, part);
}

Test (default_endpoints, are_in_no_folder_that_others_may_enter)
{
    cr_assert_eq (mkdir (s_folder, 0700), 0);
    cr_assert_eq (chmod (s_folder, 0755), 0);
    s_expect_untrusted ("chmod 700");
}

Test (default_endpoints, are_behind_no_link)
{
    char there[300];
    snprintf (there, sizeof there, "%s/there", s_place.folder);
    cr_assert_eq (mkdir (there, 0700), 0);
    cr_assert_eq (symlink (there, s_folder), 0);
    s_expect_untrusted ("is a link");
}

Test (default_endpoints, are_in_no_folder_of_another_user)
{
    if (geteuid () != 0) {
        printf ("SKIP: only root can give a folder to another user\n");
        return;
    }
    cr_assert_eq (mkdir (s_folder, 0700), 0);
    cr_assert_eq (chown (s_folder, SOMEBODY, SOMEBODY), 0);
    s_expect_untrusted ("belongs to another user (uid 65534)");
}

Test (default_endpoints, have_paths_of_at_most_107_bytes)
{
    char runtime[400], dmh[420];
    snprintf (runtime, sizeof runtime, "%s/%0100d", s_place.folder, 0);
    snprintf (dmh, sizeof dmh, "%s/dmh", runtime);
    cr_assert (mkdir (runtime, 0700) == 0 && mkdir (dmh, 0700) == 0);
    setenv ("XDG_RUNTIME_DIR", runtime, 1);
    s_expect_untrusted ("may have 107");
}

//  Who is told of a feed may stand in another folder.
Test (default_endpoints, are_told_with_their_whole_path)
{
    char said[400];
    const char *const argv[] = {"dmh-broker", "--store", "sqlite:jobs.db", "--front", "ipc://door", NULL};
    pid_t broker = s_start ("broker.log", argv, "broker.started");
    snprintf (said, sizeof said, "feed=ipc://%s/feed ", s_place.folder);
    cr_expect_eq (process_log_count (&s_place, "broker.log", said), 1, "%s", said);
    s_end (broker);
}

//  More connections than there are descriptors, at each of these in turn: libzmq would end the process where
//  it has none for one more.
static void s_crowd (const char *const *names, size_t count)
{
    int fds[CONNECTIONS];
    process_limit (DESCRIPTORS, DESCRIPTORS);
    pid_t broker = s_broker ("broker.log");
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf (address.sun_path, sizeof address.sun_path, "%.90s/%s", s_folder, names[i % count]);
        fds[i] = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        cr_assert_geq (fds[i], 0);
        cr_assert_eq (connect (fds[i], (struct sockaddr *) &address, sizeof address), 0, "connection %zu", i);
    }
    process_await (&s_place, "broker.log", "as many connections as this process may have");
    s_expect_answer ();
    for (size_t i = 0; i < CONNECTIONS; i++)
        close (fds[i]);
    s_end (broker);
}

Test (default_endpoints, stay_served_under_more_connections_than_there_are_descriptors)
{
    static const char *const NAMES[] = {"front", "back", "feed-in", "feed"};
    s_crowd (NAMES, sizeof NAMES / sizeof *NAMES);
}

//  Which another thread serves and watches.
Test (default_endpoints, stay_served_under_a_crowd_at_the_files_service)
{
    static const char *const NAMES[] = {"files"};
    s_crowd (NAMES, 1);
}
