//  client_test.c: dmh as its users call it: exit codes, what stands on which output, results that verify, and
//  those that do not. Real binaries of $DMH_BUILD, each call in a folder of its own.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

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

//  How many names the folder holds.
static size_t s_names (const char *folder)
{
    DIR *names = opendir (folder);
    size_t count = 0;
    for (struct dirent *entry; names && (entry = readdir (names));)
        count += strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0;
    if (names)
        closedir (names);
    return count;
}

Test (client, wrong_usage_ends_with_2_and_one_sentence, .timeout = 120)
{
    static const struct {
        const char *words[6], *says;
    } CASES[] = {
        {{"sumbit", "a.csv"}, "did you mean submit"},
        {{"xyzzy"}, "dmh help lists them"},
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
        {{"list", "--since", "soon"}, "--since takes a date"},
        {{"fetch", "a"}, "-o DIR"},
        {{"schema"}, "needs list"},
        {{"schema", "show"}, "KIND"},
        {{"schema", "show", "nothing"}, "no kind “nothing”"},
    };
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct command_result said = command_line_run (&place, NULL, CASES[i].words);
        cr_expect_eq (said.status, 2, "case %zu ended with %d: %s", i, said.status, said.err);
        cr_expect_not_null (strstr (said.err, CASES[i].says), "case %zu said: %s", i, said.err);
        cr_expect_eq (strchr (said.err, '\n'), said.err + strlen (said.err) - 1, "one line: %s", said.err);
        cr_expect_str_empty (said.out);
        command_result_clear (&said);
    }
    workplace_remove (&place);
}

Test (client, help_and_version_go_to_standard_output, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_expect (CALL (&place, "--help"), 0, "inspect", NULL);
    command_line_expect (CALL (&place, "--version"), 0, "dmh ", NULL);
    static const char *const NAMES[] = {"run",    "submit", "watch", "status",  "list",   "workers",
                                        "cancel", "retry",  "fetch", "inspect", "schema", "verify"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        command_line_expect (CALL (&place, NAMES[i], "--help"), 0, "usage: dmh", NULL);
    workplace_remove (&place);
}

Test (client, without_a_broker_it_ends_with_4_and_says_where_it_asked, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    //  A socket of this test's own that never answers.
    zsock_t *silent = zsock_new (ZMQ_ROUTER);
    int port = zsock_bind (silent, "tcp://127.0.0.1:*");
    char endpoint[64];
    cr_assert_gt (port, 0);
    snprintf (endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", port);
    static const char *const CASES[] = {"list", "workers", "watch"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        command_line_expect (CALL (&place, CASES[i], "--broker", endpoint, "--timeout", "1"), 4, NULL,
                             endpoint);
    command_line_expect (CALL (&place, "submit", "a.csv", "--broker", endpoint, "--timeout", "1"), 4, NULL,
                         "is it running?");
    zsock_destroy (&silent);
    workplace_remove (&place);
}

Test (client, run_harmonizes_and_verify_finds_the_result_whole, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "new/out"), 0, "new/out/a",
                         "a.csv: done, 5 read");
    char folder[512];
    snprintf (folder, sizeof folder, "%s/new/out/a", place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert_not_null (records);
    cr_expect_not_null (strstr (records, "1980-02-03,"), "%s", records);
    cr_expect_not_null (strstr (records, "female"), "%s", records);
    free (records);
    command_line_expect (CALL (&place, "verify", "new/out/a"), 0,
                         "5 read, 2 written, 1 duplicate, 1 conflict, 1 rejected", NULL);
    command_line_expect (CALL (&place, "verify", "new/out"), 0, "whole", NULL);
    //  Once more: the result is replaced; nothing else stays in the folder.
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "new/out", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/new/out", place.folder);
    cr_expect_eq (s_names (folder), 1, "one result and no scratch folder");
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "new/out", "--quiet", "--strict"), 3, NULL,
                         NULL);
    workplace_remove (&place);
}

Test (client, one_bad_input_does_not_stop_the_others, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "empty.csv", "");
    command_line_write (&place, "a.txt", COMMAND_LINE_PATIENTS);
    struct command_result said =
        CALL (&place, "run", "a.csv", "gone.csv", "empty.csv", "/dev/null", "a.txt", "-o", "out");
    cr_expect_eq (said.status, 1);
    cr_expect_not_null (strstr (said.err, "gone.csv cannot be read"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "/dev/null is no regular file"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "empty.csv"), "%s", said.err);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "verify", "out/a.csv"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "out/a.txt"), 0, NULL, NULL);
    workplace_remove (&place);
}

Test (client, each_kind_of_unusable_input_is_one_sentence_and_leaves_nothing, .timeout = 120)
{
    enum { FIELD_BYTES = 50 * 1000 * 1000 };
    static const char NUL[] = "patient_id,first_name\n1,A\0n\n2,Bob\n";
    struct workplace place;
    char path[512];
    workplace_make (&place);
    char *giant = malloc (FIELD_BYTES + 64);
    cr_assert_not_null (giant);
    size_t n = (size_t) sprintf (giant, "patient_id,first_name\n1,\"");
    memset (giant + n, 'x', FIELD_BYTES);
    n += FIELD_BYTES;
    n += (size_t) sprintf (giant + n, "\"\n2,Bob\n");
    workplace_write (&place, "giant.csv", giant, n);
    free (giant);
    command_line_write (&place, "header.csv", "patient_id,first_name\n");
    command_line_expect (CALL (&place, "run", "--quiet", "header.csv", "-o", "empty"), 0, NULL,
                         "header.csv: there are no records in it; its result is empty");
    command_line_write (&place, "headless.csv", "1,Ann,Lee\n2,Bob,Ray\n");
    command_line_write (&place, "cut.csv", "patient_id,first_name\n1,\"Ann\n2,Bob\n");
    command_line_write (&place, "cut.json", "{\"patient_id\":");
    workplace_write (&place, "a.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0", 18);
    workplace_write (&place, "nul.csv", NUL, sizeof NUL - 1);
    snprintf (path, sizeof path, "%s/fifo.csv", place.folder);
    cr_assert_eq (mkfifo (path, 0600), 0);
    static const struct {
        const char *input, *says;
    } CASES[] = {{"giant.csv", "line 2 is longer than 16 MiB"},
                 {"headless.csv", "looks like data, not like a header"},
                 {"cut.json", "ends inside a record"},
                 {"a.png", "is a PNG image"},
                 {"fifo.csv", "is no regular file"},
                 {"gone.csv", "cannot be read"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        command_line_expect (CALL (&place, "run", "--quiet", CASES[i].input, "-o", "out"), 1, NULL,
                             CASES[i].says);
    //  One bad record is set aside, the rest is harmonized.
    command_line_expect (CALL (&place, "run", "--quiet", "nul.csv", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "--quiet", "cut.csv", "-o", "out"), 0, NULL, NULL);
    snprintf (path, sizeof path, "%s/out", place.folder);
    cr_expect_eq (s_names (path), 2, "only the results of nul.csv and cut.csv");
    char *rejects = workplace_read (path, "nul/rejects.csv", NULL);
    cr_assert_not_null (rejects);
    cr_expect_not_null (strstr (rejects, "1,2,rejected,record.nul_byte,"), "%s", rejects);
    free (rejects);
    char *records = workplace_read (path, "cut/records.csv", NULL);
    rejects = workplace_read (path, "cut/rejects.csv", NULL);
    cr_assert (records && rejects);
    cr_expect_not_null (strstr (rejects, "1,2,rejected,record.quote,"), "%s", rejects);
    cr_expect_not_null (strstr (records, "\n2,Bob,"), "%s", records);
    free (records);
    free (rejects);
    workplace_remove (&place);
}

Test (client, an_output_that_cannot_be_written_whole_fails_the_job_and_leaves_nothing, .timeout = 120)
{
    enum { LIMIT_BYTES = 64 * 1024, ROWS = 10000 };
    struct workplace place;
    struct rlimit before, limit;
    char path[512], *text = malloc (ROWS * 32);
    cr_assert_not_null (text);
    workplace_make (&place);
    size_t n = (size_t) sprintf (text, "patient_id,first_name\n");
    for (int i = 0; i < ROWS; i++)
        n += (size_t) sprintf (text + n, "%d,Somebody\n", i);
    workplace_write (&place, "many.csv", text, n);
    free (text);
    cr_assert_eq (getrlimit (RLIMIT_FSIZE, &before), 0);
    limit = (struct rlimit){LIMIT_BYTES, before.rlim_max};
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &limit), 0);
    command_line_expect (CALL (&place, "run", "--quiet", "many.csv", "-o", "out"), 1, NULL, "File too large");
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &before), 0);
    snprintf (path, sizeof path, "%s/out", place.folder);
    cr_expect_eq (s_names (path), 0);
    workplace_remove (&place);
}

Test (client, a_folder_that_is_no_result_is_never_replaced, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    cr_assert_eq (mkdir (folder, 0700), 0);
    command_line_write (&place, "a/diary.txt", "mine");
    command_line_expect (CALL (&place, "run", "a.csv"), 1, NULL, "is no result of dmh");
    char *diary = workplace_read (folder, "diary.txt", NULL);
    cr_expect_str_eq (diary, "mine");
    free (diary);
    workplace_remove (&place);
}

Test (client, standard_input_is_an_input_called_stdin, .timeout = 120)
{
    struct workplace place;
    char in[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    snprintf (in, sizeof in, "%s/a.csv", place.folder);
    command_line_expect (
        command_line_run (&place, in, (const char *const[]){"run", "-", "-o", "out", "--quiet", NULL}), 0,
        NULL, NULL);
    command_line_expect (CALL (&place, "verify", "out/stdin"), 0, "5 read", NULL);
    command_line_expect (CALL (&place, "run", "-", "-", "-o", "out2"), 1, NULL, "given twice");
    workplace_remove (&place);
}

Test (client, with_json_every_line_of_standard_output_is_an_object, .timeout = 120)
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
        {{"schema", "list", "--json"}, 0, 5},
        {{"schema", "show", "patient", "--json"}, 0, 1},
        {{"schema", "check", "a.csv", "--json"}, 1, 1},
    };
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct command_result said = command_line_run (&place, NULL, CASES[i].words);
        cr_expect_eq (said.status, CASES[i].status, "case %zu ended with %d: %s", i, said.status, said.err);
        cr_expect_eq (s_json_lines (said.out), CASES[i].lines, "case %zu: %s", i, said.out);
        command_result_clear (&said);
    }
    workplace_remove (&place);
}

Test (client, inspect_says_format_kind_and_why_each_column_feeds_its_field, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "MRN;First Name;Birth Date;Colour\n1;Ann;1980-02-03;red\n");
    struct command_result said = CALL (&place, "inspect", "a.csv");
    cr_expect_eq (said.status, 0, "%s", said.err);
    static const char *const PARTS[] = {"csv",        "semicolon",  "UTF-8", "patient",
                                        "patient_id", "birth_date", "Colour"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect_not_null (strstr (said.out, PARTS[i]), "no “%s”: %s", PARTS[i], said.out);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "inspect", "gone.csv"), 1, NULL, "gone.csv cannot be read");
    command_line_expect (CALL (&place, "inspect", "."), 1, NULL, "is a folder");
    workplace_remove (&place);
}

Test (client, schemas_are_listed_shown_and_checked, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_expect (CALL (&place, "schema", "list"), 0, "imaging_study", NULL);
    command_line_expect (CALL (&place, "schema", "show", "patient"), 0, "birth_date", NULL);
    struct command_result said = CALL (&place, "schema", "show", "lab_result", "--json");
    command_line_write (&place, "lab.json", said.out);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "schema", "check", "lab.json"), 0, "20 fields", NULL);
    command_line_write (&place, "bad.json", "{\"name\": 1}");
    command_line_expect (CALL (&place, "schema", "check", "bad.json"), 1, NULL, "bad.json");
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

Test (client, an_interrupted_run_ends_with_130_and_leaves_nothing, .timeout = 120)
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
    pid_t child =
        command_line_start (&place, (const char *const[]){"run", "big.csv", "-o", "out", NULL}, NULL);
    siginfo_t about = {.si_pid = 0};
    while (!s_scratch_is_there (&place) && about.si_pid == 0) {
        sched_yield ();
        waitid (P_PID, (id_t) child, &about, WEXITED | WNOHANG | WNOWAIT);
    }
    kill (child, SIGINT);
    command_line_expect (command_line_end (&place, child), 130, NULL, "interrupted");
    cr_expect_not (s_scratch_is_there (&place), "the scratch folder is removed");
    snprintf (path, sizeof path, "%s/out/big", place.folder);
    cr_expect_neq (access (path, F_OK), 0, "no half result");
    workplace_remove (&place);
}

//  What moves a terminal, turns its text or cannot be seen, and stands in a name or in a header.
static void s_expect_clean (struct command_result said, const char *shows)
{
    static const char *const DIRTY[] = {"\x1b", "\a", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8b"};
    for (size_t i = 0; i < sizeof DIRTY / sizeof *DIRTY; i++) {
        cr_expect_null (strstr (said.out, DIRTY[i]), "%zu: %s", i, said.out);
        cr_expect_null (strstr (said.err, DIRTY[i]), "%zu: %s", i, said.err);
    }
    cr_expect (strstr (said.out, shows) || strstr (said.err, shows), "no %s in %s%s", shows, said.out,
               said.err);
    command_result_clear (&said);
}

//  Without the last line, which is for sha256sum, byte for byte.
static struct command_result s_but_digest (struct command_result said)
{
    size_t n = strlen (said.out);
    cr_assert (n > 1 && strstr (said.out, "/report.json\n"), "%s", said.out);
    while (--n && said.out[n - 1] != '\n')
        ;
    said.out[n] = 0;
    return said;
}

Test (client, no_name_and_no_header_writes_on_the_terminal, .timeout = 120)
{
    static const char NAME[] = "la\xe2\x80\xae\xe2\x80\x8b"
                               "bs.csv",
                      FOLDER[] = "out/la\xe2\x80\xae\xe2\x80\x8b"
                                 "bs";
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, NAME,
                        "patient_id,birth_date,\"a\x1b]0;x\a\xc2\x9b"
                        "2J\"\n1,2000-01-01,x\n2,soon,y\n");
    s_expect_clean (s_but_digest (CALL (&place, "run", "-o", "out", NAME)), "la\\u202e\\u200bbs");
    s_expect_clean (CALL (&place, "run", "--json", "-o", "out", NAME), "la\\u202e\\u200bbs");
    s_expect_clean (s_but_digest (CALL (&place, "run", "--log-level", "debug", "-o", "out", NAME)),
                    "\\u202e");
    s_expect_clean (CALL (&place, "verify", FOLDER), "\\u202e");
    s_expect_clean (CALL (&place, "verify", "--json", FOLDER), "\\u202e");
    s_expect_clean (CALL (&place, "inspect", NAME), "a]0;x2J");
    s_expect_clean (CALL (&place, "inspect", "--json", NAME), "a]0;x2J");
    s_expect_clean (CALL (&place, "verify", "no\x1b[2Jwhere"), "no\\u001b[2Jwhere");
    s_expect_clean (CALL (&place, "st\x1b[2Jatus"), "st\\u001b[2Jatus");
    workplace_remove (&place);
}
