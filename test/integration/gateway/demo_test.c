//  demo_test.c: make demo, with small inputs in a folder of the test's own: what it shows by HTTP, and what
//  it leaves running when it is asked to.
#define _GNU_SOURCE
#include "test/support/peers/http_client.h"
#include "test/support/processes/processes.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { SECONDS = 120, SERVERS = 4 };

//  Runs it in this tree; what it said, yours to free.
static char *s_demo (const struct workplace *place, const char *keep, int status)
{
    char here[PATH_MAX], command[PATH_MAX * 2];
    static unsigned runs;
    char log[32];
    snprintf (log, sizeof log, "demo-%u.log", runs++);
    cr_assert_not_null (getcwd (here, sizeof here));
    setenv ("DEMO_FOLDER", place->folder, 1);
    setenv ("DEMO_MB", "1", 1);
    setenv ("DEMO_KEEP", keep, 1);
    snprintf (command, sizeof command, "cd '%s' && exec sh deploy/demo.sh \"$DMH_BUILD\"", here);
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    int ended = process_wait (process_start (place, log, argv), SECONDS);
    char *said = workplace_read (place->folder, log, NULL);
    cr_expect_eq (ended, status, "%s", said);
    return said;
}

//  What stands behind `label` as far as `end`; empty: nothing.
static void s_behind (const char *said, const char *label, const char *end, char out[256])
{
    const char *at = strstr (said, label);
    snprintf (out, 256, "%.*s", at ? (int) strcspn (at + strlen (label), end) : 0,
              at ? at + strlen (label) : "");
}

static unsigned s_port (const char *said)
{
    char port[256];
    s_behind (said, "http://127.0.0.1:", "/", port);
    return (unsigned) atoi (port);
}

static bool s_is_open (unsigned port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons ((uint16_t) port), .sin_addr = {htonl (INADDR_LOOPBACK)}};
    int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool open = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
    close (fd);
    return open;
}

//  fixtures/demo says what of 20 records becomes of which.
static void s_check_upload (const char *said)
{
    char job[256], ended[320];
    s_behind (said, "  job ", ":", job);
    snprintf (ended, sizeof ended, "  job %s: done, 20 read, 15 written, 3 rejected\n", job);
    cr_expect (*job && strstr (said, ended), "%s", said);
    cr_expect (strstr (said, "curl -F file=@fixtures/demo/lab-south-results.ndjson http://127.0.0.1:"), "%s",
               said);
}

Test (demo, shows_an_upload_by_HTTP_and_leaves_nothing_running, .timeout = 2 * SECONDS)
{
    struct workplace place;
    workplace_make (&place);
    char *said = s_demo (&place, "", 0);
    s_check_upload (said);
    cr_expect_null (strstr (said, "Left running"), "%s", said);
    cr_expect_not (s_is_open (s_port (said)));
    free (said);
    workplace_remove (&place);
}

//  Each of them has ended with 0 when this returns.
static void s_stop (const struct workplace *place, const char *said)
{
    char line[256], sockets[256], *rest = NULL;
    size_t count = 0;
    s_behind (said, "To stop them\n  ", "\n", line);
    s_behind (said, "rm -r ", "\n", sockets);
    cr_assert_eq (strncmp (line, "kill ", 5), 0, "%s", said);
    const char *argv[] = {"/bin/sh", "-c", line, NULL};
    cr_expect_eq (process_run (place, argv, NULL), 0);
    *strstr (line, " && ") = 0;
    for (char *word = strtok_r (line + 5, " ", &rest); word; word = strtok_r (NULL, " ", &rest), count++)
        cr_expect_eq (process_wait (atoi (word), 20), 0, "%s", word);
    cr_expect_eq (count, SERVERS, "%s", said);
    cr_expect (*sockets && access (sockets, F_OK) != 0, "%s", sockets);
}

Test (demo, leaves_a_page_to_look_at_when_it_is_told_to_keep_and_says_how_to_stop, .timeout = 3 * SECONDS)
{
    struct workplace place;
    prctl (PR_SET_CHILD_SUBREAPER, 1);    //  so that what it leaves can be waited for
    workplace_make (&place);
    char *said = s_demo (&place, "1", 0), left[256];
    s_check_upload (said);
    s_behind (said, "Left running, with a page to look at\n  http://127.0.0.1:", "/", left);
    cr_expect_eq ((unsigned) atoi (left), s_port (said), "%s", said);
    struct http_answer answer = http_get (s_port (said), "/");
    cr_expect (answer.status == 200 && strstr (answer.body, "<title>dmh"), "%s", answer.body);
    http_answer_clear (&answer);
    answer = http_get (s_port (said), "/api/v1/stats");
    cr_expect (http_answer_has (&answer, "\"done\":7") && http_answer_has (&answer, "\"workers\":2"), "%s",
               answer.body);
    http_answer_clear (&answer);
    char *again = s_demo (&place, "", 1);
    cr_expect (strstr (again, "still runs in") && strstr (again, "kill "), "%s", again);
    free (again);
    s_stop (&place, said);
    cr_expect_not (s_is_open (s_port (said)));
    again = s_demo (&place, "", 0);
    free (again);
    free (said);
    workplace_remove (&place);
}
