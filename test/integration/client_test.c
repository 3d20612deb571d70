//  client_test.c: dmh as its users call it: exit codes, what stands on which output, results that verify, and
//  those that do not. Real binaries of $DMH_BUILD, each call in a folder of its own.
#define _GNU_SOURCE
#include "../attempted.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { WORDS_MAX = 24 };

static const char PATIENTS[] = "patient_id,given_name,family_name,birth_date,gender\n"
                               "1,Ann,Lee,1980-02-03,F\n"
                               "2,Bob,Ray,1975-11-30,M\n"
                               "2,Bob,Ray,1975-11-30,M\n"
                               "2,Bobby,Ray,1975-11-30,M\n"
                               ",Nobody,Here,1990-01-01,M\n";

//  What one call of dmh said.
struct said {
    int status;    //  its exit code; -1 when it did not exit
    char *out, *err;
};

static pid_t s_start (const struct workplace *place, const char *const *words, const char *in)
{
    char *arguments[WORDS_MAX] = {"dmh"}, program[512];
    const char *build = getenv ("DMH_BUILD");
    snprintf (program, sizeof program, "%s/dmh", build ? build : "build/release");
    for (size_t i = 0; words[i]; i++)
        arguments[i + 1] = (char *) words[i];
    char *absolute = realpath (program, NULL);
    cr_assert_not_null (absolute, "%s is not built", program);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init (&actions);
    posix_spawn_file_actions_addchdir_np (&actions, place->folder);
    posix_spawn_file_actions_addopen (&actions, 0, in ? in : "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen (&actions, 1, "out.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen (&actions, 2, "err.log", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child;
    int rc = posix_spawn (&child, absolute, &actions, NULL, arguments, environ);
    cr_assert_eq (rc, 0, "%s cannot be started: %s", absolute, strerror (rc));
    posix_spawn_file_actions_destroy (&actions);
    free (absolute);
    return child;
}

static struct said s_end (const struct workplace *place, pid_t child)
{
    int status = 0;
    cr_assert_eq (waitpid (child, &status, 0), child);
    return (struct said){WIFEXITED (status) ? WEXITSTATUS (status) : -1,
                         workplace_read (place->folder, "out.log", NULL),
                         workplace_read (place->folder, "err.log", NULL)};
}

static struct said s_dmh_from (const struct workplace *place, const char *in, const char *const *words)
{
    return s_end (place, s_start (place, words, in));
}
#define DMH(PLACE, ...) s_dmh_from (PLACE, NULL, (const char *const[]){__VA_ARGS__, NULL})

static void s_forget (struct said *said)
{
    free (said->out);
    free (said->err);
}

//  Ends as wanted; says `part` on `text` where it is not NULL.
static void s_expect (struct said said, int status, const char *on_out, const char *on_err)
{
    cr_expect_eq (said.status, status, "status %d, not %d; it said: %s%s", said.status, status, said.out,
                  said.err);
    if (on_out)
        cr_expect_not_null (strstr (said.out, on_out), "no “%s” on standard output: %s", on_out, said.out);
    if (on_err)
        cr_expect_not_null (strstr (said.err, on_err), "no “%s” on standard error: %s", on_err, said.err);
    s_forget (&said);
}

static void s_write (const struct workplace *place, const char *name, const char *text)
{
    workplace_write (place, name, text, strlen (text));
}

//  Each line of `text` is one object of JSON. Returns how many.
static size_t s_json_lines (const char *text)
{
    size_t count = 0;
    char *copy = strdup (text), *rest = NULL, why[256];
    cr_assert (*text == 0 || text[strlen (text) - 1] == '\n', "the last line has no end: %s", text);
    for (char *line = strtok_r (copy, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        yajl_val object = yajl_tree_parse (line, why, sizeof why);
        cr_expect (YAJL_IS_OBJECT (object), "is no JSON object: %s", line);
        yajl_tree_free (object);
        count++;
    }
    free (copy);
    return count;
}

Test (client, wrong_usage_ends_with_2_and_one_sentence)
{
    static const struct {
        const char *words[6], *says;
    } CASES[] = {
        {{NULL}, "no command"},
        {{"sumbit", "a.csv"}, "did you mean submit"},
        {{"xyzzy"}, "--help"},
        {{"run"}, "needs INPUT"},
        {{"run", "--kidn", "patient", "a.csv"}, "did you mean --kind"},
        {{"run", "--kind", "person", "a.csv"}, "--kind takes patient"},
        {{"run", "--format", "xml", "a.csv"}, "--format takes csv"},
        {{"run", "--date-order", "ydm", "a.csv"}, "--date-order takes mdy"},
        {{"run", "--audit", "some", "a.csv"}, "--audit takes summary"},
        {{"run", "--threads", "0", "a.csv"}, "--threads takes a whole number"},
        {{"run", "--block-bytes", "1", "a.csv"}, "--block-bytes takes a whole number"},
        {{"run", "--priority", "high", "a.csv"}, "--priority takes a whole number"},
        {{"run", "--mapping", "none.json", "a.csv"}, "none.json cannot be read"},
        {{"run", "--log-level", "loud", "a.csv"}, "--log-level takes"},
        {{"submit", "-o", "here", "a.csv"}, "--wait"},
        {{"submit", "--broker", "nonsense", "a.csv"}, "nonsense"},
        {{"list", "a"}, "does not know what to do with"},
        {{"list", "--state", "lost"}, "--state takes queued"},
        {{"status"}, "needs JOB"},
        {{"status", "a", "b"}, "does not know what to do with"},
        {{"fetch", "a"}, "-o DIR"},
        {{"schema"}, "needs list"},
        {{"schema", "show"}, "KIND"},
        {{"schema", "show", "nothing"}, "no kind “nothing”"},
    };
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct said said = s_dmh_from (&place, NULL, CASES[i].words);
        cr_expect_eq (said.status, 2, "case %zu ended with %d: %s", i, said.status, said.err);
        cr_expect_not_null (strstr (said.err, CASES[i].says), "case %zu said: %s", i, said.err);
        cr_expect_eq (strchr (said.err, '\n'), said.err + strlen (said.err) - 1, "one line: %s", said.err);
        cr_expect_str_empty (said.out);
        s_forget (&said);
    }
    workplace_remove (&place);
}

Test (client, help_and_version_go_to_standard_output)
{
    struct workplace place;
    workplace_make (&place);
    s_expect (DMH (&place, "--help"), 0, "inspect", NULL);
    s_expect (DMH (&place, "--version"), 0, "dmh ", NULL);
    static const char *const NAMES[] = {"run",    "submit", "watch", "status",  "list",   "workers",
                                        "cancel", "retry",  "fetch", "inspect", "schema", "verify"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        s_expect (DMH (&place, NAMES[i], "--help"), 0, "usage: dmh", NULL);
    workplace_remove (&place);
}

Test (client, without_a_broker_it_ends_with_4_and_says_where_it_asked)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    //  A socket of this test's own that never answers.
    zsock_t *silent = zsock_new (ZMQ_ROUTER);
    int port = zsock_bind (silent, "tcp://127.0.0.1:*");
    char endpoint[64];
    cr_assert_gt (port, 0);
    snprintf (endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", port);
    static const char *const CASES[] = {"list", "workers", "watch"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect (DMH (&place, CASES[i], "--broker", endpoint, "--timeout", "1"), 4, NULL, endpoint);
    s_expect (DMH (&place, "submit", "a.csv", "--broker", endpoint, "--timeout", "1"), 4, NULL,
              "is it running?");
    zsock_destroy (&silent);
    workplace_remove (&place);
}

Test (client, run_harmonizes_and_verify_finds_the_result_whole)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    s_expect (DMH (&place, "run", "a.csv", "-o", "new/out"), 0, "new/out/a", "a.csv: done, 5 read");
    char folder[512];
    snprintf (folder, sizeof folder, "%s/new/out/a", place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert_not_null (records);
    cr_expect_not_null (strstr (records, "1980-02-03,"), "%s", records);
    cr_expect_not_null (strstr (records, "female"), "%s", records);
    free (records);
    s_expect (DMH (&place, "verify", "new/out/a"), 0,
              "5 read, 2 written, 1 duplicates, 1 conflicts, 1 rejected", NULL);
    s_expect (DMH (&place, "verify", "new/out"), 0, "whole", NULL);
    //  Once more: the result is replaced; nothing else stays in the folder.
    s_expect (DMH (&place, "run", "a.csv", "-o", "new/out", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/new/out", place.folder);
    DIR *names = opendir (folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir (names));)
        count += strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0;
    closedir (names);
    cr_expect_eq (count, 1, "one result and no scratch folder");
    s_expect (DMH (&place, "run", "a.csv", "-o", "new/out", "--quiet", "--strict"), 3, NULL, NULL);
    workplace_remove (&place);
}

Test (client, one_bad_input_does_not_stop_the_others)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    s_write (&place, "empty.csv", "");
    s_write (&place, "a.txt", PATIENTS);
    struct said said = DMH (&place, "run", "a.csv", "gone.csv", "empty.csv", ".", "a.txt", "-o", "out");
    cr_expect_eq (said.status, 1);
    cr_expect_not_null (strstr (said.err, "gone.csv cannot be read"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "is a folder"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "empty.csv"), "%s", said.err);
    s_forget (&said);
    s_expect (DMH (&place, "verify", "out/a"), 0, NULL, NULL);
    s_expect (DMH (&place, "verify", "out/a-2"), 0, NULL, NULL);
    workplace_remove (&place);
}

Test (client, a_folder_that_is_no_result_is_never_replaced)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    cr_assert_eq (mkdir (folder, 0700), 0);
    s_write (&place, "a/diary.txt", "mine");
    s_expect (DMH (&place, "run", "a.csv"), 1, NULL, "is no result of dmh");
    char *diary = workplace_read (folder, "diary.txt", NULL);
    cr_expect_str_eq (diary, "mine");
    free (diary);
    workplace_remove (&place);
}

Test (client, standard_input_is_an_input_called_stdin)
{
    struct workplace place;
    char in[512];
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    snprintf (in, sizeof in, "%s/a.csv", place.folder);
    s_expect (s_dmh_from (&place, in, (const char *const[]){"run", "-", "-o", "out", "--quiet", NULL}), 0,
              NULL, NULL);
    s_expect (DMH (&place, "verify", "out/stdin"), 0, "5 read", NULL);
    s_expect (DMH (&place, "run", "-", "-", "-o", "out2"), 1, NULL, "given twice");
    workplace_remove (&place);
}

Test (client, with_json_every_line_of_standard_output_is_an_object)
{
    static const struct {
        const char *words[8];
        int status;
        size_t lines;
    } CASES[] = {
        {{"run", "a.csv", "gone.csv", "-o", "out", "--json"}, 1, 2},
        {{"run", "a.csv", "-o", "out", "--json", "--strict"}, 3, 1},
        {{"run", "bad\xff\x01.csv", "--json"}, 1, 1},
        {{"verify", "out", "--json"}, 0, 1},
        {{"inspect", "a.csv", "--json"}, 0, 1},
        {{"schema", "list", "--json"}, 0, 3},
        {{"schema", "show", "patient", "--json"}, 0, 1},
        {{"schema", "check", "a.csv", "--json"}, 1, 1},
    };
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct said said = s_dmh_from (&place, NULL, CASES[i].words);
        cr_expect_eq (said.status, CASES[i].status, "case %zu ended with %d: %s", i, said.status, said.err);
        cr_expect_eq (s_json_lines (said.out), CASES[i].lines, "case %zu: %s", i, said.out);
        s_forget (&said);
    }
    workplace_remove (&place);
}

//  Changes one byte in the middle of a file, and back.
static void s_flip (const char *folder, const char *name)
{
    char path[600];
    struct stat about;
    unsigned char byte = 0;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    int file = open (path, O_RDWR);
    cr_assert (file >= 0 && fstat (file, &about) == 0 && about.st_size > 0, "%s", path);
    cr_assert_eq (pread (file, &byte, 1, about.st_size / 2), 1);
    byte ^= 1;
    cr_assert_eq (pwrite (file, &byte, 1, about.st_size / 2), 1);
    close (file);
}

Test (client, verify_finds_one_changed_byte_in_any_output)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    s_expect (DMH (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        s_flip (folder, FILES[i]);
        s_expect (DMH (&place, "verify", "a"), 1, "NOT WHOLE", FILES[i]);
        s_flip (folder, FILES[i]);
    }
    s_expect (DMH (&place, "verify", "a"), 0, "whole", NULL);
    workplace_remove (&place);
}

//  Replaces `from` in the file by `to`, of the same length.
static void s_replace (const char *folder, const char *name, const char *from, const char *to)
{
    char path[600];
    size_t n = 0;
    char *text = workplace_read (folder, name, &n), *at = text ? strstr (text, from) : NULL;
    cr_assert_not_null (at, "no “%s” in %s", from, name);
    memcpy (at, to, strlen (to));
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert (file && fwrite (text, 1, n, file) == n && fclose (file) == 0);
    free (text);
}

Test (client, verify_finds_counts_that_do_not_add_up_and_files_that_are_gone)
{
    struct workplace place;
    char folder[512], path[600];
    workplace_make (&place);
    s_write (&place, "a.csv", PATIENTS);
    s_expect (DMH (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    s_replace (folder, "report.json", "\"duplicates\": 1", "\"duplicates\": 2");
    s_expect (DMH (&place, "verify", "a"), 1, NULL, "do not add up");
    s_replace (folder, "report.json", "\"duplicates\": 2", "\"duplicates\": 1");
    snprintf (path, sizeof path, "%s/rejects.csv", folder);
    cr_assert_eq (unlink (path), 0);
    s_expect (DMH (&place, "verify", "a"), 1, NULL, "rejects.csv cannot be read");
    s_expect (DMH (&place, "verify", "/dev"), 1, NULL, "no report.json");
    s_expect (DMH (&place, "verify", "nowhere"), 1, NULL, "nowhere");
    workplace_remove (&place);
}

Test (client, inspect_says_format_kind_and_why_each_column_feeds_its_field)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", "MRN;First Name;Birth Date;Colour\n1;Ann;1980-02-03;red\n");
    struct said said = DMH (&place, "inspect", "a.csv");
    cr_expect_eq (said.status, 0, "%s", said.err);
    static const char *const PARTS[] = {"csv",        "semicolon",  "UTF-8", "patient",
                                        "patient_id", "birth_date", "Colour"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect_not_null (strstr (said.out, PARTS[i]), "no “%s”: %s", PARTS[i], said.out);
    s_forget (&said);
    s_expect (DMH (&place, "inspect", "gone.csv"), 1, NULL, "gone.csv cannot be read");
    s_expect (DMH (&place, "inspect", "."), 1, NULL, "is a folder");
    workplace_remove (&place);
}

Test (client, schemas_are_listed_shown_and_checked)
{
    struct workplace place;
    workplace_make (&place);
    s_expect (DMH (&place, "schema", "list"), 0, "imaging_study", NULL);
    s_expect (DMH (&place, "schema", "show", "patient"), 0, "birth_date", NULL);
    struct said said = DMH (&place, "schema", "show", "lab_result", "--json");
    s_write (&place, "lab.json", said.out);
    s_forget (&said);
    s_expect (DMH (&place, "schema", "check", "lab.json"), 0, "20 fields", NULL);
    s_write (&place, "bad.json", "{\"name\": 1}");
    s_expect (DMH (&place, "schema", "check", "bad.json"), 1, NULL, "bad.json");
    workplace_remove (&place);
}

//  Waits until the run has begun to write: its scratch folder is there.
static bool s_scratch_is_there (const struct workplace *place)
{
    char path[512];
    bool found = false;
    snprintf (path, sizeof path, "%s/out", place->folder);
    DIR *names = opendir (path);
    for (struct dirent *entry; names && (entry = readdir (names));)
        found = found || strncmp (entry->d_name, ".dmh-", 5) == 0;
    if (names)
        closedir (names);
    return found;
}

Test (client, an_interrupted_run_ends_with_130_and_leaves_nothing)
{
    struct workplace place;
    char path[512];
    workplace_make (&place);
    snprintf (path, sizeof path, "%s/big.csv", place.folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fprintf (file, "patient_id,given_name,birth_date\n");
    for (int i = 0; i < 2000000; i++)
        fprintf (file, "%d,Name%d,1980-02-03\n", i, i);
    fclose (file);
    pid_t child = s_start (&place, (const char *const[]){"run", "big.csv", "-o", "out", NULL}, NULL);
    siginfo_t about = {.si_pid = 0};
    while (!s_scratch_is_there (&place) && about.si_pid == 0) {
        sched_yield ();
        waitid (P_PID, (id_t) child, &about, WEXITED | WNOHANG | WNOWAIT);
    }
    kill (child, SIGINT);
    s_expect (s_end (&place, child), 130, NULL, "interrupted");
    cr_expect_not (s_scratch_is_there (&place), "the scratch folder is removed");
    snprintf (path, sizeof path, "%s/out/big", place.folder);
    cr_expect_neq (access (path, F_OK), 0, "no half result");
    workplace_remove (&place);
}
