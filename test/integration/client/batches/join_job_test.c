//  join_job_test.c: submit --join: a job that follows the others and joins their results at a worker, as any
//  job: the same bytes as of dmh run, whoever dies meanwhile and wherever the results lie.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <unistd.h>

enum { ID_LETTERS = 20 };

static void s_dmh (struct servers *servers, int status, const char *expected, const char *const *words)
{
    char *said = NULL;
    int got = servers_dmh (servers, words, &said);
    cr_assert (got == status && (!expected || strstr (said, expected)), "status %d, not %d, or no “%s”: %s",
               got, status, expected, said);
    free (said);
}
#define DMH(SERVERS, STATUS, EXPECTED, ...)                                                                  \
    s_dmh (SERVERS, STATUS, EXPECTED, (const char *const[]){"dmh", __VA_ARGS__, NULL})

//  Submits without waiting; the id of the last job, which joins, into out.
static void s_submit (struct servers *servers, const char *const *words, char out[64])
{
    char *said = NULL;
    cr_assert_eq (servers_dmh (servers, words, &said), 0, "%s", said);
    size_t n = strlen (said);
    while (n > 0 && said[n - 1] == '\n')
        said[--n] = 0;
    const char *last = strrchr (said, '\n');
    cr_assert (last && strlen (last + 1) == ID_LETTERS, "%s", said);
    snprintf (out, 64, "%s", last + 1);
    free (said);
}

static void s_expect_same (const struct workplace *place, const char *a, const char *b)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char left[512], right[512];
        size_t left_n = 0, right_n = 0;
        snprintf (left, sizeof left, "%s/joined/patient/%s", a, FILES[i]);
        snprintf (right, sizeof right, "%s/joined/patient/%s", b, FILES[i]);
        char *one = workplace_read (place->folder, left, &left_n),
             *other = workplace_read (place->folder, right, &right_n);
        cr_assert (one && other && left_n == right_n && memcmp (one, other, left_n) == 0, "%s differs",
                   FILES[i]);
        free (one);
        free (other);
    }
}

static void s_write_large (const struct workplace *place, const char *name, const char *city)
{
    enum { RECORDS = 60000 };
    char *text = malloc (RECORDS * 40), *at = text;
    cr_assert_not_null (text);
    at += sprintf (at, "patient_id,given_name,city\n");
    for (int i = 0; i < RECORDS; i++)
        at += sprintf (at, "%d,Name%d,%s\n", i, i % 97, i % 1000 ? "Rome" : city);
    workplace_write (place, name, text, (size_t) (at - text));
    free (text);
}

static size_t s_worker_of (const struct servers *servers, const char *job)
{
    char *log = workplace_read (servers->place->folder, "broker.log", NULL), line[128], pid[32];
    cr_assert_not_null (log);
    snprintf (line, sizeof line, "job.started job=%s", job);
    char *at = strstr (log, line), *worker = at ? strstr (at, "worker=") : NULL;
    cr_assert_not_null (worker, "%s", log);
    worker[strcspn (worker, " \n")] = 0;
    for (size_t i = 0; i < WORKERS_MAX; i++) {
        snprintf (pid, sizeof pid, "-%d-", (int) servers->workers[i]);
        if (servers->workers[i] && strstr (worker, pid)) {
            free (log);
            return i;
        }
    }
    cr_assert_fail ("no worker is %s", worker);
    return 0;
}

Test (join_job, goes_on_at_another_worker_when_its_own_is_killed_in_the_middle, .timeout = 180)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char join[64], begun[128], left[600];
    workplace_make (&place);
    s_write_large (&place, "a.csv", "Rome");
    s_write_large (&place, "b.csv", "Oslo");
    command_line_expect (CALL (&place, "run", "a.csv", "b.csv", "--join", "--quiet", "-o", "here"), 0, NULL,
                         NULL);
    servers_start_broker (&servers, false);
    for (size_t w = 0; w < 3; w++)
        servers_start_worker (&servers, w, "1");
    s_submit (&servers, (const char *const[]){"dmh", "submit", "a.csv", "b.csv", "--join", NULL}, join);
    snprintf (begun, sizeof begun, "job.started job=%s", join);
    process_await (&place, "broker.log", begun);
    size_t at = s_worker_of (&servers, join);
    cr_assert_eq (servers_end (&servers, &servers.workers[at], SIGKILL), 128 + SIGKILL);
    snprintf (left, sizeof left, "%s/results/%s.1", place.folder, join);
    cr_assert_neq (access (left, F_OK), 0, "it was done before it was killed");
    DMH (&servers, 0, "joined: done", "watch", join);
    DMH (&servers, 0, "attempt      2", "status", join);
    DMH (&servers, 0, NULL, "fetch", join, "-o", "there");
    s_expect_same (&place, "here", "there");
    servers_stop (&servers);
    workplace_remove (&place);
}

//  Neither worker may open the other's results, as if it was on another host.
static void s_start_apart (struct servers *servers, size_t at)
{
    char log[32], results[32], root[300];
    snprintf (log, sizeof log, "worker%zu.log", at);
    snprintf (results, sizeof results, "results%zu", at);
    snprintf (root, sizeof root, "%s/in", servers->place->folder);
    zsys_dir_create ("%s/%s", servers->place->folder, results);
    const char *argv[] = {"dmh-worker", "--broker", servers->back, "--results", results,
                          "--slots",    "1",        "--data-root", root,        NULL};
    servers->workers[at] = process_start (servers->place, log, argv);
}

Test (join_job, has_results_brought_that_lie_with_another_worker, .timeout = 180)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char join[64];
    workplace_make (&place);
    zsys_dir_create ("%s/in", place.folder);
    s_write_large (&place, "in/a.csv", "Rome");
    s_write_large (&place, "in/b.csv", "Oslo");
    s_write_large (&place, "in/c.csv", "Kiel");
    command_line_expect (CALL (&place, "run", "in", "--join", "--quiet", "-o", "here"), 0, NULL, NULL);
    servers_start_broker (&servers, false);
    for (size_t w = 0; w < 3; w++)
        s_start_apart (&servers, w);
    for (size_t w = 0; w < 3; w++) {
        char log[32];
        snprintf (log, sizeof log, "worker%zu.log", w);
        process_await (&place, log, "worker.registered");
    }
    s_submit (&servers, (const char *const[]){"dmh", "submit", "in", "--join", "--transfer", "never", NULL},
              join);
    DMH (&servers, 0, "joined: done", "watch", join);
    cr_expect_gt (process_log_count (&place, "broker.log", "result.wanted"), 0);
    DMH (&servers, 0, NULL, "fetch", join, "-o", "there");
    s_expect_same (&place, "here", "there");
    servers_stop (&servers);
    workplace_remove (&place);
}

//  More results than one message holds, of inputs that went to the broker, whose names clash.
Test (join_job, of_many_inputs_that_were_sent_is_the_same, .timeout = 300)
{
    enum { FILES = 160 };
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    for (int f = 0; f < FILES; f++) {
        char name[32], text[128];
        zsys_dir_create ("%s/in/%03d", place.folder, f);
        snprintf (name, sizeof name, "in/%03d/p.csv", f);
        snprintf (text, sizeof text, "patient_id,city\n%d,Rome\n%d,City%d\n", f, f / 2, f);
        command_line_write (&place, name, text);
    }
    command_line_expect (CALL (&place, "run", "in", "--recursive", "--join", "--quiet", "-o", "here"), 0,
                         NULL, NULL);
    servers_start_broker (&servers, false);
    for (size_t w = 0; w < 2; w++)
        servers_start_worker (&servers, w, "4");
    DMH (&servers, 0, NULL, "submit", "in", "--recursive", "--join", "--transfer", "always", "--wait",
         "--quiet", "-o", "there");
    s_expect_same (&place, "here", "there");
    command_line_expect (CALL (&place, "verify", "there/joined/patient"), 0, "320 read", NULL);
    command_line_expect (CALL (&place, "rejects", "there/joined/patient", "-o", "mend.csv"), 0, "conflicts",
                         NULL);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (join_job, is_cancelled_retried_fetched_and_removed_as_any_job, .timeout = 180)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char join[64];
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    command_line_write (&place, "l.csv", "result_id,patient_id,test_code,value\nr1,1,GLU,5\n");
    servers_start_broker (&servers, false);
    s_submit (&servers,
              (const char *const[]){"dmh", "submit", "a.csv", "l.csv", "--join", "--batch", "night",
                                    "--transfer", "never", NULL},
              join);
    DMH (&servers, 0, "follows      2 jobs", "status", join);
    DMH (&servers, 0, NULL, "cancel", join);
    servers_start_worker (&servers, 0, "2");
    DMH (&servers, 0, NULL, "watch");
    DMH (&servers, 0, NULL, "retry", join);
    DMH (&servers, 0, "2 read, 2 written", "watch", join);
    DMH (&servers, 0, "joined/lab_result", "fetch", join, "-o", "out");
    command_line_expect (CALL (&place, "verify", "out"), 0, "joined/patient: whole, 1 read", NULL);
    DMH (&servers, 0, NULL, "verify", "out/joined/patient", "--job", join);
    DMH (&servers, 0, NULL, "fetch", join, "-o", "out");    //  again: it is its own
    DMH (&servers, 0, NULL, "fetch", "night", "-o", "all");
    char here[600];
    snprintf (here, sizeof here, "%s/all", place.folder);
    char *index = workplace_read (here, "batch.json", NULL);
    cr_expect (index && strstr (index, "\"inputs\":2,"), "%s", index);
    free (index);
    snprintf (here, sizeof here, "%s/results/%s.1", place.folder, join);
    cr_expect_eq (access (here, F_OK), 0);
    DMH (&servers, 0, "is removed", "remove", join);
    cr_expect_neq (access (here, F_OK), 0);
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (join_job, fails_with_the_sentence_of_a_part_that_failed, .timeout = 180)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    command_line_write (&place, "bad.csv", "what,is,this\n1,2,3\n");
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    DMH (&servers, 1, "(bad.csv), which it follows, has failed", "submit", "a.csv", "bad.csv", "--join",
         "--wait", "-o", "out");
    DMH (&servers, 1, "joined/patient.failed", "submit", "a.csv", "a.csv", "--join", "--fail-on",
         "plausibility,completeness,conformance", "--wait", "-o", "two");
    servers_stop (&servers);
    workplace_remove (&place);
}
