//  launch_test.c: dmh workers launch --on local: workers that are there when it returns, with keys of their
//  own that go when they are drained; or a sentence why not, and nothing is left.
#define _GNU_SOURCE
#include "test/support/hosts/left_behind.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static void s_open (struct servers *servers, struct workplace *place, bool keys)
{
    *servers = (struct servers){.place = place};
    workplace_make (place);
    char state[300];
    snprintf (state, sizeof state, "%s/state", place->folder);
    setenv ("XDG_STATE_HOME", state, 1);
    left_behind_watch (place->folder);
    static const char *const KEYS[][2] = {{"server", NULL}, {"root", "admin"}};
    for (size_t i = 0; keys && i < 2; i++) {
        const char *const make[] = {
            "dmh",      "keys", "--keys", "keys", "new", KEYS[i][0], KEYS[i][1] ? "--rights" : NULL,
            KEYS[i][1], NULL};
        cr_assert_eq (process_run (place, make, NULL), 0);
    }
    if (keys) {
        servers->options[0] = "--keys";
        servers->options[1] = "keys";
        char key[300];
        snprintf (key, sizeof key, "%s/keys/root.key", place->folder);
        setenv ("DMH_KEY", key, 1);
        snprintf (key, sizeof key, "%s/keys/server.pub", place->folder);
        setenv ("DMH_SERVER_KEY", key, 1);
    }
    servers_start_broker (servers, false);
}

static void s_close (struct servers *servers)
{
    servers_stop (servers);
    workplace_remove (servers->place);
}

//  Files of a folder of the place whose names end so.
static size_t s_files (const struct workplace *place, const char *folder, const char *ending)
{
    char path[512];
    size_t count = 0, last = strlen (ending);
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    DIR *listing = opendir (path);
    for (struct dirent *entry; listing && (entry = readdir (listing)) != NULL;) {
        size_t n = strlen (entry->d_name);
        count += n > last && streq (entry->d_name + n - last, ending);
    }
    if (listing)
        closedir (listing);
    return count;
}

static size_t s_launched (const struct workplace *place, const char *ending)
{
    return s_files (place, "state/dmh/launched", ending);
}

static char *s_dmh (struct servers *servers, int status, const char *const argv[])
{
    char *output = NULL;
    cr_assert_eq (servers_dmh (servers, argv, &output), status, "%s", output);
    return output;
}

static size_t s_times (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
        count++;
    return count;
}

//  Nothing of what was launched is there but the logs.
static void s_expect_nothing_left (const struct workplace *place)
{
    cr_assert_eq (left_behind_count (place->folder, "dmh-worker", NULL), 0);
    cr_assert_eq (s_launched (place, ".worker"), 0);
    cr_assert_eq (s_launched (place, ".key"), 0);
}

Test (launch, workers_are_registered_when_it_returns_and_gone_when_they_are_drained, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, false);
    const char *const launch[] = {"dmh", "workers", "launch", "--on",      "local", "--count",
                                  "3",   "--slots", "2",      "--threads", "1",     NULL};
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    char *said = s_dmh (&servers, 0, launch);
    cr_assert_eq (s_times (said, " is registered\n"), 3, "%s", said);
    free (said);
    said = s_dmh (&servers, 0, list);
    cr_assert_eq (s_times (said, "\"worker\":\"local-"), 3, "%s", said);
    cr_assert_eq (s_times (said, "\"slots\":2,"), 3, "%s", said);
    cr_assert_eq (s_times (said, "\"threads\":1,"), 3, "%s", said);
    free (said);
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", NULL), 3);
    said = s_dmh (&servers, 0, drain);
    cr_assert_eq (s_times (said, " has left\n"), 3, "%s", said);
    free (said);
    s_expect_nothing_left (&place);
    s_close (&servers);
}

//  Whether a file of a process holds the text.
static bool s_shows (int pid, const char *file, const char *text)
{
    static char bytes[65536];
    char path[64];
    snprintf (path, sizeof path, "/proc/%d/%s", pid, file);
    int fd = open (path, O_RDONLY);
    cr_assert_geq (fd, 0);
    ssize_t n = read (fd, bytes, sizeof bytes);
    close (fd);
    return n > 0 && memmem (bytes, (size_t) n, text, strlen (text)) != NULL;
}

//  The secret of the only worker that was launched; yours to free.
static char *s_secret (const struct workplace *place)
{
    char folder[512];
    snprintf (folder, sizeof folder, "%s/state/dmh/launched", place->folder);
    DIR *listing = opendir (folder);
    char *secret = NULL;
    cr_assert_not_null (listing);
    for (struct dirent *entry; !secret && (entry = readdir (listing)) != NULL;) {
        struct stat about;
        if (!strstr (entry->d_name, ".key"))
            continue;
        cr_assert_eq (fstatat (dirfd (listing), entry->d_name, &about, 0), 0);
        cr_assert_eq (about.st_mode & 0777, 0600);
        char *text = workplace_read (folder, entry->d_name, NULL), *at = strstr (text, "secret = ");
        cr_assert_not_null (at);
        secret = strndup (at + strlen ("secret = "), 40);
        free (text);
    }
    closedir (listing);
    cr_assert_not_null (secret, "there is no key");
    return secret;
}

Test (launch, a_worker_gets_a_key_of_its_own_that_no_process_shows_and_that_goes_with_it, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, true);
    workplace_write (&place, "a.csv", "patient_id\n1\n", 13);
    const char *const launch[] = {"dmh",    "workers", "launch", "--on", "local",
                                  "--keys", "keys",    "--json", NULL};
    const char *const submit[] = {"dmh", "submit", "a.csv", "--quiet", "--wait", "-o", "out", NULL};
    const char *const drain[] = {"/bin/sh", "-c", "cd / && exec \"$DMH_BUILD\"/dmh workers drain local-",
                                 NULL};
    const char *const list[] = {"dmh", "keys", "list", "--keys", "keys", "--json", NULL};
    char *said = s_dmh (&servers, 0, launch);
    cr_assert (strstr (said, "\"registered\":true"), "%s", said);
    free (said);
    char *secret = s_secret (&place);
    int pid = 0;
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", &pid), 1);
    cr_assert_not (s_shows (pid, "cmdline", secret));
    cr_assert_not (s_shows (pid, "environ", secret));
    free (secret);
    said = s_dmh (&servers, 0, list);
    cr_assert_eq (s_times (said, "\"rights\":\"worker\""), 1, "%s", said);
    free (said);
    free (s_dmh (&servers, 0, submit));
    free (s_dmh (&servers, 0, drain));
    said = s_dmh (&servers, 0, list);
    cr_assert_eq (s_times (said, "\"rights\":\"worker\""), 0, "%s", said);
    free (said);
    s_expect_nothing_left (&place);
    s_close (&servers);
}

Test (launch, a_worker_that_ends_before_it_registers_is_said_with_the_end_of_its_log_and_leaves_nothing,
      .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, true);
    const char *const launch[] = {
        "dmh",       "workers",           "launch", "--on", "local", "--keys", "keys", "--count", "2",
        "--results", "/dev/null/results", NULL};
    char *said = s_dmh (&servers, 1, launch);
    cr_assert (strstr (said, "ended before it registered"), "%s", said);
    cr_assert (strstr (said, "  dmh-worker: "), "%s", said);
    cr_assert (strstr (said, "none of 2 works"), "%s", said);
    free (said);
    s_expect_nothing_left (&place);
    cr_assert_eq (s_files (&place, "keys", ".pub"), 2, "those of the broker and of its admin");
    s_close (&servers);
}

Test (launch, a_worker_that_does_not_come_in_time_is_ended, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, false);
    char nobody[600];
    snprintf (nobody, sizeof nobody, "ipc://%s/nobody", place.folder);
    const char *const launch[] = {"dmh",    "workers", "launch",          "--on", "local",
                                  "--back", nobody,    "--start-seconds", "1",    NULL};
    char *said = s_dmh (&servers, 1, launch);
    cr_assert (strstr (said, "has not registered with the broker at ipc://"), "%s", said);
    free (said);
    cr_assert_eq (s_launched (&place, ".worker"), 0);
    s_close (&servers);
}

Test (launch, one_that_was_killed_is_put_away_by_the_next_launch_and_its_key_with_it, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, true);
    const char *const launch[] = {"dmh", "workers", "launch", "--on", "local", "--keys", "keys", NULL};
    const char *const drain[] = {"dmh", "workers", "drain", "--all", NULL};
    const char *const list[] = {"dmh", "workers", "--json", NULL};
    free (s_dmh (&servers, 0, launch));
    int pid = 0;
    cr_assert_eq (left_behind_count (place.folder, "dmh-worker", &pid), 1);
    kill (pid, SIGKILL);
    process_await (&place, "broker.log", "worker.gone");
    free (s_dmh (&servers, 0, launch));
    cr_assert_eq (s_launched (&place, ".worker"), 1);
    cr_assert_eq (s_launched (&place, ".key"), 1);
    cr_assert_eq (s_files (&place, "keys", ".pub"), 3,
                  "those of the broker, of its admin and of the new one");
    char *said = s_dmh (&servers, 0, list);
    cr_assert_eq (s_times (said, "\"worker\":"), 1, "%s", said);
    free (said);
    free (s_dmh (&servers, 0, drain));
    s_expect_nothing_left (&place);
    s_close (&servers);
}

Test (launch, keys_that_are_not_the_brokers_are_said_before_anything_is_started, .timeout = 120)
{
    struct workplace place;
    struct servers servers;
    s_open (&servers, &place, true);
    const char *const other[] = {"dmh", "keys", "--keys", "others", "new", "server", NULL};
    const char *const launch[] = {"dmh", "workers", "launch", "--on", "local", "--keys", "others", NULL};
    const char *const nowhere[] = {"dmh", "workers", "launch", "--on", "moon", NULL};
    cr_assert_eq (process_run (&place, other, NULL), 0);
    char *said = s_dmh (&servers, 2, launch);
    cr_assert (strstr (said, "/others are not those of this broker"), "%s", said);
    free (said);
    said = s_dmh (&servers, 2, nowhere);
    cr_assert (strstr (said, "--on ENGINE, which is one of: local"), "%s", said);
    free (said);
    s_expect_nothing_left (&place);
    s_close (&servers);
}
