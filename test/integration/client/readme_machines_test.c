//  readme_machines_test.c: the lines of README, Several machines, as they stand there, each on the machine
//  that it is for, with the files that it says and no disk in common.
#define _GNU_SOURCE
#include "test/support/hosts/network.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/readme.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BROKER, WORKER, CLIENT, HOSTS };
static const char *const NAMES[HOSTS] = {"broker", "worker", "anna"};
static const char SECTION[] = "Several machines",
                  LABS[] = "Patient ID,Test Code,Result Value,Units\n1,2345-7,99,mg/dL\n";

//  The block with the broker's address in the place of HOST.
static void s_block (size_t place, char **out)
{
    char *block = readme_block (SECTION, place), *rest = block;
    size_t n = 0;
    FILE *to = open_memstream (out, &n);
    cr_assert_not_null (to);
    for (char *at; (at = strstr (rest, "HOST")); rest = at + 4)
        fprintf (to, "%.*s%s", (int) (at - rest), rest, network_address (BROKER));
    fprintf (to, "%s", rest);
    fclose (to);
    free (block);
}

//  Types the block on that machine, in its home; the last line is what it comes to, and its process is
//  answered.
static pid_t s_type (const struct workplace *place, const network_t *network, size_t host, size_t block)
{
    char *lines = NULL, *script = NULL, *last;
    s_block (block, &lines);
    last = strrchr (lines, '\n');
    cr_assert_not_null (last);
    *last = 0;
    last = strrchr (lines, '\n');
    const char *before = last ? lines : "";
    if (last)
        *last = 0;
    cr_assert_gt (asprintf (&script,
                            "cd '%s/%s' && export HOME=\"$PWD\" XDG_RUNTIME_DIR=\"$PWD\" && set -e\n"
                            "exec >>../%s.log 2>&1\n%s\nexec %s\n",
                            place->folder, NAMES[host], NAMES[host], before, last ? last + 1 : lines),
                  0);
    network_enter (network, host);
    pid_t pid = fork ();
    cr_assert_geq (pid, 0);
    if (pid == 0) {
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        execl ("/bin/sh", "sh", "-c", script, (char *) NULL);
        _exit (127);
    }
    free (script);
    free (lines);
    return pid;
}

//  A file goes to another machine, by a way that one trusts.
static void s_carry (const struct workplace *place, const char *name, const char *to)
{
    char from[512], *bytes;
    size_t n;
    snprintf (from, sizeof from, "%s/broker/KEYS", place->folder);
    bytes = workplace_read (from, name, &n);
    cr_assert_not_null (bytes, "no %s", name);
    snprintf (from, sizeof from, "%s/%s", to, name);
    workplace_write (place, from, bytes, n);
    snprintf (from, sizeof from, "%s/%s/%s", place->folder, to, name);
    cr_assert_eq (chmod (from, 0600), 0);
    free (bytes);
}

static void s_move_in (const struct workplace *place)
{
    char path[4096];
    const char *before = getenv ("PATH");
    char *build = realpath (getenv ("DMH_BUILD"), NULL);
    cr_assert_not_null (build);
    snprintf (path, sizeof path, "%s:%s", build, before ? before : "");
    setenv ("PATH", path, 1);
    free (build);
    for (size_t i = 0; i < HOSTS; i++) {
        snprintf (path, sizeof path, "%s/%s", place->folder, NAMES[i]);
        cr_assert_eq (mkdir (path, 0700), 0);
    }
    static const char *const UNSET[] = {"XDG_STATE_HOME", "DMH_BROKER", "DMH_KEY", "DMH_SERVER_KEY"};
    for (size_t i = 0; i < sizeof UNSET / sizeof *UNSET; i++)
        unsetenv (UNSET[i]);
}

Test (readme_machines, what_is_typed_there_harmonizes_a_file_on_another_machine, .timeout = 120)
{
    struct workplace place;
    char reason[NETWORK_REASON_BYTES], folder[512];
    network_t *network = network_new (HOSTS, 1, reason);
    if (!network) {
        printf ("SKIP: %s\n", reason);
        return;
    }
    workplace_make (&place);
    s_move_in (&place);
    pid_t broker = s_type (&place, network, BROKER, 0);
    process_await (&place, "broker.log", "broker.started");
    s_carry (&place, "server.pub", "worker");
    s_carry (&place, "w1.key", "worker");
    s_carry (&place, "server.pub", "anna");
    s_carry (&place, "anna.key", "anna");
    pid_t worker = s_type (&place, network, WORKER, 1);
    process_await (&place, "broker.log", "worker.registered");
    workplace_write (&place, "anna/labs.csv", LABS, strlen (LABS));
    pid_t client = s_type (&place, network, CLIENT, 2);
    int status = process_wait (client, 60);
    char *said = workplace_read (place.folder, "anna.log", NULL);
    cr_expect_eq (status, 0, "%d: %s", status, said);
    free (said);
    snprintf (folder, sizeof folder, "%s/anna/out/labs", place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert_not_null (records);
    cr_expect_not_null (strstr (records, "2345-7"), "%s", records);
    free (records);
    pid_t servers[] = {worker, broker};
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        kill (servers[i], SIGTERM);
        cr_expect_eq (process_wait (servers[i], 30), 0);
    }
    workplace_remove (&place);
    network_destroy (&network);
}
