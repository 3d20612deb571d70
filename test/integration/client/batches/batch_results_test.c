//  batch_results_test.c: what stands in the folder of a batch: the index, results as their jobs end, what
//  --skip-done finds done, and what a killed run leaves.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include "messages/base/digest.h"
#include "messages/json/value.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

//  folder/batch.json, as an object.
static struct json_value *s_index (const struct workplace *place, const char *folder)
{
    char path[512];
    size_t n;
    struct error error = {.code = DMH_OK};
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    char *text = workplace_read (path, "batch.json", &n);
    cr_assert_not_null (text, "%s has no batch.json", folder);
    struct json_value *index = json_value_new (text, n, JSON_VALUE_DEPTH_MAX, "batch.json", &error);
    cr_assert_not_null (index, "%s", error.text);
    free (text);
    return index;
}

static const char *s_text (const struct json_value *entry, const char *key)
{
    const char *text = json_value_string (json_value_member (entry, key));
    return text ? text : "";
}

//  The entry of that path.
static const struct json_value *s_entry (const struct json_value *index, const char *path)
{
    const struct json_value *inputs = json_value_member (index, "inputs");
    for (const struct json_value *at = inputs ? inputs->first : NULL; at; at = at->next)
        if (strcmp (s_text (at, "path"), path) == 0)
            return at;
    return NULL;
}

static size_t s_entries (const struct json_value *index)
{
    const struct json_value *inputs = json_value_member (index, "inputs");
    return inputs ? inputs->count : 0;
}

//  A number of counts of the index, or of an entry.
static long s_count (const struct json_value *of, const char *key)
{
    const struct json_value *number = json_value_member (json_value_member (of, "counts"), key);
    return number && number->type == JSON_NUMBER ? atol (number->text) : -1;
}

static size_t s_lines (const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

Test (batch_results, the_index_says_of_every_input_what_became_of_it, .timeout = 120)
{
    struct workplace place;
    char sha256[DIGEST_HEX_BYTES], path[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "bad, \"so\".csv", "1,Ann,Lee\n2,Bob,Ray\n");
    command_line_expect (CALL (&place, "run", "a.csv", "bad, \"so\".csv", "gone.csv", "-o", "out"), 1, NULL,
                         NULL);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_entries (index), 3);
    cr_expect_eq (s_count (index, "inputs"), 3);
    cr_expect_eq (s_count (index, "done"), 1);
    cr_expect_eq (s_count (index, "failed"), 2);
    cr_expect_eq (s_count (index, "read"), 5);
    cr_expect_neq (strlen (s_text (index, "finished_at")), 0);
    const struct json_value *good = s_entry (index, "a.csv"), *bad = s_entry (index, "bad, \"so\".csv");
    digest_of (COMMAND_LINE_PATIENTS, strlen (COMMAND_LINE_PATIENTS), sha256);
    cr_expect_str_eq (s_text (good, "sha256"), sha256);
    cr_expect_str_eq (s_text (good, "result"), "a");
    cr_expect_str_eq (s_text (good, "state"), "done");
    cr_expect_eq (s_count (good, "written"), 2);
    digest_of ("1,Ann,Lee\n2,Bob,Ray\n", 20, sha256);
    cr_expect_str_eq (s_text (bad, "sha256"), sha256, "of one that failed, too");
    cr_expect_str_eq (s_text (bad, "state"), "failed");
    cr_expect_not_null (strstr (s_text (bad, "error"), "looks like data"), "%s", s_text (bad, "error"));
    cr_expect_eq (json_value_member (bad, "result")->type, JSON_NULL);
    cr_expect_str_eq (s_text (s_entry (index, "gone.csv"), "state"), "failed");
    json_value_destroy (&index);
    snprintf (path, sizeof path, "%s/out", place.folder);
    char *rows = workplace_read (path, "batch.csv", NULL);
    cr_assert_not_null (rows);
    cr_expect_eq (s_lines (rows), 4, "%s", rows);
    cr_expect_not_null (strstr (rows, "\n\"bad, \"\"so\"\".csv\","), "%s", rows);
    free (rows);
    //  One input is no batch.
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "single"), 0, NULL, NULL);
    snprintf (path, sizeof path, "%s/single/batch.json", place.folder);
    cr_expect_neq (access (path, F_OK), 0);
    workplace_remove (&place);
}

Test (batch_results, a_second_batch_in_the_folder_keeps_what_it_does_not_replace, .timeout = 120)
{
    static const char *const NAMES[] = {"a.csv", "b.csv", "c.csv", "d.csv"};
    struct workplace place;
    char path[512];
    workplace_make (&place);
    for (size_t i = 0; i < 4; i++)
        command_line_write (&place, NAMES[i], COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "b.csv", "gone.csv", "-o", "out"), 1, NULL, NULL);
    command_line_write (&place, "b.csv", "patient_id,first_name\n9,Zoe\n");
    command_line_expect (CALL (&place, "run", "b.csv", "c.csv", "d.csv", "-o", "out"), 0, NULL, NULL);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_entries (index), 4, "a of before, b, c and d; nothing of gone.csv is there");
    cr_expect_eq (s_count (s_entry (index, "a.csv"), "read"), 5);
    cr_expect_eq (s_count (s_entry (index, "b.csv"), "read"), 1);
    cr_expect_eq (s_count (index, "inputs"), 4, "the counts are of what is listed");
    cr_expect_eq (s_count (index, "done"), 4);
    cr_expect_eq (s_count (index, "failed"), 0);
    cr_expect_eq (s_count (index, "read"), 5 + 1 + 5 + 5);
    json_value_destroy (&index);
    //  A file of that name that is somebody's own stays.
    snprintf (path, sizeof path, "%s/own", place.folder);
    cr_assert_eq (mkdir (path, 0700), 0);
    command_line_write (&place, "own/batch.csv", "patient_id\n1\n");
    command_line_expect (CALL (&place, "run", "a.csv", "b.csv", "-o", "own"), 1, NULL, "is no index of dmh");
    char *own = workplace_read (path, "batch.csv", NULL);
    cr_expect_str_eq (own, "patient_id\n1\n");
    free (own);
    workplace_remove (&place);
}

//  The call ends with 0, and this many of its two inputs are skipped.
static void s_expect_skipped (struct command_result said, size_t skipped)
{
    size_t found = 0;
    for (const char *at = said.out; (at = strstr (at, "\"skipped\":true")); at++)
        found++;
    cr_expect_eq (said.status, 0, "%s", said.err);
    cr_expect_eq (found, skipped, "%zu skipped: %s", found, said.out);
    command_result_clear (&said);
}

Test (batch_results, skip_done_passes_over_what_would_be_the_same_and_nothing_else, .timeout = 300)
{
#define RUN(...) CALL (&place, "run", "a.csv", "b.csv", "-o", "out", "--skip-done", "--json", __VA_ARGS__)
    struct workplace place;
    char path[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "b.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "m.json", "{\"kind\": \"patient\"}");
    s_expect_skipped (RUN ("--quiet"), 0);
    s_expect_skipped (RUN ("--quiet"), 2);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_count (index, "skipped"), 2);
    cr_expect_eq (s_count (s_entry (index, "a.csv"), "read"), 5, "what is known of it is told again");
    json_value_destroy (&index);
    //  What takes no part in the records.
    s_expect_skipped (RUN ("--threads", "1", "--priority", "3", "--time-limit", "99"), 2);
    //  The same number of bytes, but others.
    char *text = strdup (COMMAND_LINE_PATIENTS);
    text[strlen (text) - 2] = text[strlen (text) - 2] == 'x' ? 'y' : 'x';
    command_line_write (&place, "b.csv", text);
    free (text);
    s_expect_skipped (RUN ("--quiet"), 1);
    s_expect_skipped (RUN ("--date-order", "dmy"), 0);
    s_expect_skipped (RUN ("--date-order", "dmy"), 2);
    s_expect_skipped (RUN ("--mapping", "m.json"), 0);
    s_expect_skipped (RUN ("--mapping", "m.json"), 2);
    command_line_write (&place, "m.json", "{\"kind\": \"patient\", \"date_order\": \"dmy\"}");
    s_expect_skipped (RUN ("--mapping", "m.json"), 0);
    //  A result that has lost a file, or a part of one.
    snprintf (path, sizeof path, "%s/out/a/records.csv", place.folder);
    cr_assert_eq (truncate (path, 10), 0);
    s_expect_skipped (RUN ("--mapping", "m.json"), 1);
    snprintf (path, sizeof path, "%s/out/b/audit.ndjson", place.folder);
    cr_assert_eq (unlink (path), 0);
    s_expect_skipped (RUN ("--mapping", "m.json"), 1);
    workplace_remove (&place);
#undef RUN
}

//  Results in `folder` of the place.
static size_t s_results (const struct workplace *place, const char *folder, bool *scratch)
{
    char path[512];
    size_t count = 0;
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    DIR *names = opendir (path);
    *scratch = false;
    for (struct dirent *entry; names && (entry = readdir (names));) {
        snprintf (path, sizeof path, "%s/%s/%.200s/report.json", place->folder, folder, entry->d_name);
        *scratch = *scratch || (strncmp (entry->d_name, ".dmh-", 5) == 0 && strlen (entry->d_name) == 11);
        count += entry->d_name[0] != '.' && access (path, F_OK) == 0;
    }
    if (names)
        closedir (names);
    return count;
}

enum { FILES = 120 };

static void s_write_files (const struct workplace *place)
{
    char name[512];
    snprintf (name, sizeof name, "%s/in", place->folder);
    cr_assert_eq (mkdir (name, 0700), 0);
    for (int i = 0; i < FILES; i++) {
        snprintf (name, sizeof name, "in/%03d.csv", i);
        command_line_write (place, name, COMMAND_LINE_PATIENTS);
    }
}

//  One more that takes long, so that a signal finds the run at work.
static void s_write_long (const struct workplace *place)
{
    enum { ROWS = 1500000 };
    char path[512];
    snprintf (path, sizeof path, "%s/in/long.csv", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("patient_id,first_name,last_name\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf (file, "%d,Somebody,Of a long file\n", i);
    cr_assert_eq (fclose (file), 0);
}

//  Ends a run of all files by the signal once some of its results are there. Its exit, as waitpid has it.
static int s_end_early (const struct workplace *place, int number)
{
    static const char *const WORDS[] = {"run", "in", "-o", "out", "--quiet", NULL};
    bool scratch;
    int status = 0;
    pid_t child = command_line_start (place, WORDS, NULL);
    while (s_results (place, "out", &scratch) < 3)
        cr_assert_eq (waitpid (child, &status, WNOHANG), 0, "it ended before it was told to");
    cr_assert_eq (kill (child, number), 0);
    cr_assert_eq (waitpid (child, &status, 0), child);
    return status;
}

Test (batch_results, kill_9_loses_only_what_ran_and_the_next_run_sweeps_and_goes_on, .timeout = 300)
{
    struct workplace place;
    bool scratch;
    workplace_make (&place);
    s_write_files (&place);
    s_write_long (&place);
    int status = s_end_early (&place, SIGKILL);
    size_t there = s_results (&place, "out", &scratch);
    cr_assert (WIFSIGNALED (status));
    cr_expect (scratch, "nothing of it was left, so nothing can be swept");
    cr_assert_geq (there, 3);
    command_line_expect (CALL (&place, "verify", "out", "--quiet"), 0, NULL, NULL);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_entries (index), FILES + 1);
    for (const struct json_value *at = json_value_member (index, "inputs")->first; at; at = at->next) {
        char path[512];
        snprintf (path, sizeof path, "%s/out/%s/report.json", place.folder, s_text (at, "result"));
        cr_expect (!*s_text (at, "result") || access (path, F_OK) == 0, "%s is not there", path);
    }
    json_value_destroy (&index);
    struct command_result said = CALL (&place, "run", "in", "-o", "out", "--skip-done", "--json");
    size_t skipped = 0;
    for (const char *at = said.out; (at = strstr (at, "\"skipped\":true")); at++)
        skipped++;
    cr_expect_eq (said.status, 0, "%s", said.err);
    cr_expect_eq (skipped, there, "%zu were there, %zu skipped", there, skipped);
    command_result_clear (&said);
    cr_expect_eq (s_results (&place, "out", &scratch), FILES + 1);
    cr_expect (!scratch, "the dead run's folder is there still");
    workplace_remove (&place);
}

Test (batch_results, an_interrupted_run_says_what_is_there, .timeout = 120)
{
    struct workplace place;
    bool scratch;
    char wanted[96];
    workplace_make (&place);
    s_write_files (&place);
    s_write_long (&place);
    int status = s_end_early (&place, SIGINT);
    cr_expect (WIFEXITED (status) && WEXITSTATUS (status) == 130, "%d", status);
    size_t there = s_results (&place, "out", &scratch);
    snprintf (wanted, sizeof wanted, "interrupted; %zu of %d results are in out; --skip-done goes on", there,
              FILES + 1);
    char *said = workplace_read (place.folder, "call.err", NULL);
    cr_expect_not_null (strstr (said, wanted), "%s, not: %s", wanted, said);
    cr_expect (!scratch);
    free (said);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_count (index, "done"), (long) there);
    cr_expect_eq (s_count (index, "cancelled"), FILES + 1 - (long) there, "nothing of it goes on");
    json_value_destroy (&index);
    workplace_remove (&place);
}

Test (batch_results, names_that_are_no_UTF_8_leave_an_index_that_is, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a\xff.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "b\xc3\xa9.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a\xff.csv", "b\xc3\xa9.csv", "-o", "out", "--quiet"), 0, NULL,
                         NULL);
    char folder[512];
    snprintf (folder, sizeof folder, "%s/out", place.folder);
    char *text = workplace_read (folder, "batch.csv", NULL);
    cr_expect (strstr (text, "\na\xef\xbf\xbd.csv,") && strstr (text, "\nb\xc3\xa9.csv,"), "%s", text);
    free (text);
    workplace_remove (&place);
}

Test (batch_results, a_batch_ends_with_its_sum_and_says_each_failure_once_and_last, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write_files (&place);
    command_line_write (&place, "in/bad.csv", "1,Ann,Lee\n2,Bob,Ray\n");
    command_line_write (&place, "in/notes.md", "# Notes\n");
    struct command_result said = CALL (&place, "run", "in", "-o", "out");
    cr_expect_eq (said.status, 1);
    cr_expect (strstr (said.out, "121 files: 120 done, 1 failed, 1 passed over; 600 read, 240 written, ") ==
                   said.out,
               "%s", said.out);
    cr_expect_null (strstr (said.out, "000.csv"), "rows of so many files: %s", said.out);
    const char *failure = strstr (said.err, "dmh: in/bad.csv");
    cr_assert_not_null (failure, "%s", said.err);
    cr_expect_not_null (strstr (failure, "looks like data"), "%s", failure);
    cr_expect_eq (s_lines (failure), 1, "something is said behind it: %s", failure);
    cr_expect_null (strstr (said.out, "looks like data"), "twice: %s", said.out);
    cr_expect_null (strstr (said.err, "000.csv: done"), "a line for each of many files: %s", said.err);
    command_result_clear (&said);
    said = CALL (&place, "run", "in", "-o", "out", "--verbose");
    cr_expect_not_null (strstr (said.out, "in/000.csv"), "no rows: %s", said.out);
    cr_expect_not_null (strstr (said.err, "in/notes.md"), "%s", said.err);
    command_result_clear (&said);
    said = CALL (&place, "run", "in", "-o", "out", "--json");
    cr_expect_eq (s_lines (said.out), FILES + 1, "an object for each input and nothing else");
    command_result_clear (&said);
    workplace_remove (&place);
}

Test (batch_results, numbers_are_grouped_and_rules_counted_over_all_files, .timeout = 120)
{
    static const char LATE[] = "patient_id,birth_date\n1,2999-01-01\n2,2999-01-02\n";
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", LATE);
    command_line_write (&place, "b.csv", LATE);
    struct command_result said = CALL (&place, "run", "a.csv", "b.csv", "-o", "out");
    cr_expect_not_null (strstr (said.out, "2 files: 2 done, 0 failed, 0 passed over; 4 read"), "%s",
                        said.out);
    cr_expect_not_null (strstr (said.out, ": 4 values in 2 files\n"), "warnings by rule: %s", said.out);
    command_result_clear (&said);
    workplace_remove (&place);
}

static const char PERSON[] = "MRN,Sex\n1,F\n";

Test (batch_results, two_dots_in_a_name_are_no_way_out_of_the_folder, .timeout = 60)
{
    struct workplace place;
    workplace_make (&place);
    workplace_write (&place, "labs..old.csv", PERSON, sizeof PERSON - 1);
    workplace_write (&place, "a.csv", PERSON, sizeof PERSON - 1);
    workplace_write (&place, "b.csv", PERSON, sizeof PERSON - 1);
    command_line_expect (CALL (&place, "run", "-q", "-o", "out", "labs..old.csv", "a.csv"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "-q", "-o", "out", "a.csv", "b.csv"), 0, NULL, NULL);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_entries (index), 3);
    cr_expect_not_null (s_entry (index, "labs..old.csv"));
    json_value_destroy (&index);
    workplace_remove (&place);
}

Test (batch_results, who_keeps_the_folder_locked_and_what_lies_in_the_way_hold_up_no_run, .timeout = 60)
{
    struct workplace place;
    char out[512], path[600];
    workplace_make (&place);
    workplace_write (&place, "a.csv", PERSON, sizeof PERSON - 1);
    workplace_write (&place, "b.csv", PERSON, sizeof PERSON - 1);
    snprintf (out, sizeof out, "%s/out", place.folder);
    cr_assert_eq (mkdir (out, 0700), 0);
    snprintf (path, sizeof path, "%s/.dmh-batch.json", out);
    cr_assert_eq (mkfifo (path, 0600), 0);
    int lock = open (out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq (flock (lock, LOCK_EX), 0);
    command_line_expect (CALL (&place, "run", "-q", "-o", "out", "a.csv", "b.csv"), 0, NULL, NULL);
    close (lock);
    struct json_value *index = s_index (&place, "out");
    cr_expect_eq (s_entries (index), 2);
    json_value_destroy (&index);
    workplace_remove (&place);
}
