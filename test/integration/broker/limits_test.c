//  limits_test.c: programs with few descriptors: the soft limit is no limit, a hard one makes a worker
//  smaller, and one that is too low ends with a sentence. Nobody aborts, whatever the number.
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <signal.h>

enum { FILES = 30 };

//  FILES inputs, and their results by one thread in base/.
static void s_write (struct workplace *place)
{
    workplace_make (place);
    const char *run[FILES + 8] = {"dmh", "run", "--quiet", "--threads", "1", "-o", "base"};
    static char names[FILES][16];
    for (int i = 0; i < FILES; i++) {
        char text[200];
        int n = snprintf (text, sizeof text,
                          "MRN,First Name,Last Name,DOB,Sex\n"
                          "%d,Ann,Doe,01/02/1970,F\n%d,Bob,Roe,02/13/1980,male\n,Cat,Moe,02/13/1980,male\n",
                          i, i + 1000);
        snprintf (names[i], sizeof names[i], "p%d.csv", i);
        workplace_write (place, names[i], text, (size_t) n);
        run[7 + i] = names[i];
    }
    char *output = NULL;
    cr_assert_eq (process_run (place, run, &output), 0, "%s", output);
    free (output);
}

//  The first `count` results of <folder>/ are those of base/, and each holds its own patient.
static void s_expect_right (const struct workplace *place, const char *folder, int count)
{
    static const char *const PARTS[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    for (int i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof PARTS / sizeof *PARTS; k++) {
            char ours[600], theirs[600], patient[16];
            size_t n = 0, right_n = 0;
            snprintf (ours, sizeof ours, "%s/%s/p%d", place->folder, folder, i);
            snprintf (theirs, sizeof theirs, "%s/base/p%d", place->folder, i);
            snprintf (patient, sizeof patient, "%d,", i + 1000);
            char *text = workplace_read (ours, PARTS[k], &n),
                 *right = workplace_read (theirs, PARTS[k], &right_n);
            cr_assert (text && right && n == right_n && memcmp (text, right, n) == 0, "%s/%s", ours,
                       PARTS[k]);
            cr_assert (k != 0 || strstr (text, patient), "%s: %s", ours, text);
            free (text);
            free (right);
        }
}

//  dmh run on `count` of the files with these words; its status.
static int s_run (const struct workplace *place, const char *threads, int count, char **output)
{
    static char names[FILES][16];
    const char *run[FILES + 8] = {"dmh", "run", "--quiet", "--threads", threads, "-o", "out"};
    for (int i = 0; i < count; i++) {
        snprintf (names[i], sizeof names[i], "p%d.csv", i);
        run[7 + i] = names[i];
    }
    char command[600];
    snprintf (command, sizeof command, "rm -rf '%s/out'", place->folder);
    cr_assert_eq (system (command), 0);
    return process_run (place, run, output);
}

Test (limits, a_run_on_64_threads_has_all_the_sockets_it_needs, .timeout = 120)
{
    struct workplace place;
    char *output = NULL;
    s_write (&place);
    cr_assert_eq (s_run (&place, "64", FILES, &output), 0, "%s", output);
    cr_assert_str_empty (output);
    s_expect_right (&place, "out", FILES);
    free (output);
    workplace_remove (&place);
}

Test (limits, a_soft_limit_is_raised, .timeout = 120)
{
    struct workplace place;
    char *output = NULL;
    s_write (&place);
    process_limit (64, 0);
    cr_assert_eq (s_run (&place, "16", FILES, &output), 0, "%s", output);
    cr_assert_str_empty (output);
    s_expect_right (&place, "out", FILES);
    free (output);
    workplace_remove (&place);
}

Test (limits, a_run_with_few_descriptors_uses_fewer_threads_and_says_so, .timeout = 120)
{
    struct workplace place;
    char *output = NULL;
    s_write (&place);
    process_limit (128, 128);
    cr_assert_eq (s_run (&place, "16", FILES, &output), 0, "%s", output);
    cr_assert (strstr (output, "of 16 threads") && strstr (output, " files, with ") &&
                   strstr (output, "ulimit -n"),
               "%s", output);
    s_expect_right (&place, "out", FILES);
    free (output);
    workplace_remove (&place);
}

Test (limits, a_run_with_too_few_descriptors_says_how_many_it_needs, .timeout = 120)
{
    struct workplace place;
    char *output = NULL;
    s_write (&place);
    process_limit (40, 40);
    cr_assert_eq (s_run (&place, "2", 2, &output), 1, "%s", output);
    cr_assert (strstr (output, "needs 48 open files") && strstr (output, "ulimit -n"), "%s", output);
    free (output);
    workplace_remove (&place);
}

Test (limits, whatever_the_limit_a_run_is_right_or_ends_with_a_sentence, .timeout = 300)
{
    struct workplace place;
    int right = 0, refused = 0;
    s_write (&place);
    for (rlim_t limit = 120; limit >= 8; limit -= 4) {
        char *output = NULL;
        process_limit (limit, limit);
        int status = s_run (&place, "2", 3, &output);
        cr_assert (status == 0 || (status == 1 && strstr (output, "dmh: ")), "limit %lu: status %d: %s",
                   (unsigned long) limit, status, output);
        if (status == 0)
            s_expect_right (&place, "out", 3);
        right += status == 0;
        refused += status == 1;
        free (output);
    }
    cr_assert (right > 5 && refused > 5, "%d were right, %d refused", right, refused);
    workplace_remove (&place);
}

//  A broker at sockets of a name, and a worker of 16 slots and 32 threads.
static void s_start (const struct workplace *place, pid_t *broker, pid_t *worker)
{
    const char *const of_broker[] = {"dmh-broker",  "--store", "sqlite:jobs.db", "--front",
                                     "ipc://front", "--back",  "ipc://back",     "--feed-in",
                                     "ipc://fin",   "--feed",  "ipc://feed",     NULL};
    const char *const of_worker[] = {"dmh-worker", "--broker", "ipc://back", "--results", "results",
                                     "--slots",    "16",       "--threads",  "32",        NULL};
    *broker = process_start (place, "broker.log", of_broker);
    process_await (place, "broker.log", "broker.started");
    *worker = process_start (place, "worker.log", of_worker);
}

static void s_submit (const struct workplace *place)
{
    static char names[FILES][16];
    const char *submit[FILES + 10] = {"dmh",      "submit",      "--wait", "--quiet",
                                      "--broker", "ipc://front", "-o",     "out"};
    for (int i = 0; i < FILES; i++) {
        snprintf (names[i], sizeof names[i], "p%d.csv", i);
        submit[8 + i] = names[i];
    }
    char *output = NULL;
    cr_assert_eq (process_run (place, submit, &output), 0, "%s", output);
    s_expect_right (place, "out", FILES);
    free (output);
}

static void s_stop (pid_t broker, pid_t worker)
{
    kill (worker, SIGTERM);
    cr_assert_eq (process_wait (worker, 60), 0);
    kill (broker, SIGTERM);
    cr_assert_eq (process_wait (broker, 60), 0);
}

Test (limits, a_worker_of_16_slots_and_32_threads_has_all_the_sockets_it_needs, .timeout = 120)
{
    struct workplace place;
    pid_t broker, worker;
    s_write (&place);
    s_start (&place, &broker, &worker);
    s_submit (&place);
    cr_assert_eq (process_log_count (&place, "worker.log", "worker.smaller"), 0);
    s_stop (broker, worker);
    workplace_remove (&place);
}

Test (limits, a_worker_with_few_descriptors_is_smaller_and_says_so, .timeout = 120)
{
    struct workplace place;
    pid_t broker, worker;
    s_write (&place);
    process_limit (256, 256);
    s_start (&place, &broker, &worker);
    s_submit (&place);
    cr_assert_eq (process_log_count (&place, "worker.log", "worker.smaller"), 1);
    cr_assert_eq (process_log_count (&place, "worker.log", "(ulimit -n)"), 1);
    cr_assert_eq (process_log_count (&place, "worker.log", "job.failed"), 0);
    s_stop (broker, worker);
    workplace_remove (&place);
}

Test (limits, servers_with_too_few_descriptors_end_with_a_sentence, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    for (rlim_t limit = 40; limit >= 8; limit -= 4) {
        process_limit (limit, limit);
        const char *const worker[] = {"dmh-worker", "--broker", "ipc://back", "--results", "results", NULL};
        char *output = NULL;
        cr_assert_eq (process_run (&place, worker, &output), 1, "%lu: %s", (unsigned long) limit, output);
        cr_assert (strstr (output, "dmh-worker: "), "%s", output);
        free (output);
        if (limit > 16)
            continue;
        const char *const broker[] = {"dmh-broker",  "--store", "sqlite:jobs.db", "--front",
                                      "ipc://front", "--back",  "ipc://back",     "--feed-in",
                                      "ipc://fin",   "--feed",  "ipc://feed",     NULL};
        cr_assert_eq (process_run (&place, broker, &output), 1, "%lu: %s", (unsigned long) limit, output);
        cr_assert (strstr (output, "dmh-broker: "), "%s", output);
        free (output);
    }
    workplace_remove (&place);
}
