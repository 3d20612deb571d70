//  dataset_test.c: --dataset: what is loaded job after job is the table that a model makes of all of it.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/results/random_batch.h"
#include "worker/dataset/dataset.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

//  Loads files [from, to) of the batch.
static struct command_result s_load (const struct workplace *place, const struct model *model, size_t from,
                                     size_t to)
{
    const char *words[MODEL_FILES + 16] = {"run"};
    size_t count = 1;
    for (size_t f = from; f < to; f++)
        words[count++] = model->files[f].name;
    const char *const options[] = {"--kind", model->kind->name, "--dataset", "set", "-o", "out", "--json"};
    memcpy (words + count, options, sizeof options);
    return command_line_run (place, NULL, words);
}

//  records.csv of the set, yours to free.
static char *s_export (const struct workplace *place, const char *kind, const char *to)
{
    char folder[512];
    command_line_expect (CALL (place, "dataset", "check", "set"), 0, "whole", NULL);
    command_line_expect (CALL (place, "dataset", "export", "set", "-o", to), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/%s/%s", place->folder, to, kind);
    return workplace_read (folder, "records.csv", NULL);
}

static void s_expect_added (const struct command_result *said, const char *kind, size_t added, uint64_t seed)
{
    char line[128];
    snprintf (line, sizeof line, "\"dataset\":\"set\",\"kind\":\"%s\"", kind);
    const char *at = strstr (said->out, line);
    snprintf (line, sizeof line, "\"written\":%zu,", added);
    cr_assert (said->status == 0 && at && strstr (at, line), "seed %" PRIu64 ": no %s in %s%s", seed, line,
               said->out, said->err);
}

//  DMH_SEED=N plays one batch again.
Test (dataset, is_what_a_model_makes_of_all_that_was_loaded, .timeout = 600)
{
    const char *given = getenv ("DMH_SEED");
    uint64_t first = given ? strtoull (given, NULL, 10) : 1, last = given ? first : 16;
    struct model *model = malloc (sizeof *model);
    for (uint64_t seed = first; seed <= last; seed++) {
        struct workplace place;
        workplace_make (&place);
        random_batch_make (&place, model, seed);
        for (size_t f = 0, next; f < model->file_count; f = next) {
            next = f + 1 + (seed + f) % 3;
            next = next < model->file_count ? next : model->file_count;
            struct command_result said = s_load (&place, model, f, next);
            cr_assert_eq (said.status, 0, "seed %" PRIu64 ": %s%s", seed, said.out, said.err);
            command_result_clear (&said);
        }
        char *records = s_export (&place, model->kind->name, "one");
        cr_assert_not_null (records);
        char *expected = random_batch_records (model, records);
        cr_assert_str_eq (records, expected, "seed %" PRIu64 ": records.csv is\n%s\nand should be\n%s", seed,
                          records, expected);
        struct command_result again = s_load (&place, model, 0, model->file_count);
        s_expect_added (&again, model->kind->name, 0, seed);
        char *after = s_export (&place, model->kind->name, "two");
        cr_assert_str_eq (after, records, "seed %" PRIu64 ": the same files have added something", seed);
        command_result_clear (&again);
        free (after);
        free (expected);
        free (records);
        workplace_remove (&place);
    }
    free (model);
}

Test (dataset, keeps_the_history_of_what_a_corrected_result_replaces, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv",
                        "result_id,patient_id,test_code,value,status\nr1,1,GLU,5,preliminary\n");
    command_line_write (&place, "b.csv",
                        "result_id,patient_id,test_code,value,status\nr1,1,GLU,6,corrected\n");
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "1 added", NULL);
    command_line_expect (CALL (&place, "run", "b.csv", "--dataset", "set", "-o", "out"), 0, "1 replaced",
                         NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "1 there already",
                         NULL);
    char *records = s_export (&place, "lab_result", "table");
    cr_assert (strstr (records, "corrected") && !strstr (records, "preliminary"), "%s", records);
    snprintf (folder, sizeof folder, "%s/table/lab_result", place.folder);
    char *history = workplace_read (folder, "history.csv", NULL);
    cr_assert (strstr (history, "a.csv,1,") && strstr (history, ",b.csv 1,") &&
                   strstr (history, "preliminary"),
               "%s", history);
    command_line_expect (CALL (&place, "dataset", "show", "set", "--json"), 0, "\"replaced\":1", NULL);
    free (history);
    free (records);
    workplace_remove (&place);
}

Test (dataset, refuses_what_is_none_and_another_rule, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    command_line_expect (CALL (&place, "dataset", "show", "."), 1, NULL, "no data set");
    command_line_expect (CALL (&place, "dataset", "show", "away"), 1, NULL, "no data set");
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", ".", "-o", "out"), 1, NULL,
                         "no data set");
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "1 added", NULL);
    command_line_expect (
        CALL (&place, "run", "a.csv", "--dataset", "set", "--on-conflict", "last", "-o", "out"), 1, NULL,
        "one rule for all its loads");
    command_line_expect (CALL (&place, "dataset", "show", "set"), 0, "a.csv", NULL);
    command_line_expect (CALL (&place, "dataset", "mend", "set"), 2, NULL, "show, check or export");
    command_line_write (&place, "set/dataset.json", "{\"format\":\"dmh-dataset/2\"}\n");
    command_line_expect (CALL (&place, "dataset", "show", "set"), 1, NULL, "later one");
    workplace_remove (&place);
}

//  At once, before anything is harmonized, and nothing is waited for or written there.
Test (dataset, is_none_where_a_file_of_it_is_something_else, .timeout = 120)
{
    static const struct {
        const char *make, *says;
    } CASES[] = {
        {"mkfifo set/dataset.sqlite", "set/dataset.sqlite is no regular file"},
        {"mkfifo set/dataset.json", "set/dataset.json is no regular file"},
        {"mkdir set/dataset.sqlite", "set/dataset.sqlite is no regular file"},
        {"echo a list of things to buy this week, and more of it > set/dataset.sqlite", "is no database"},
        {"sqlite3 set/dataset.sqlite 'CREATE TABLE bills (id)'", "a database of something else"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct workplace place;
        char command[1024], out[512];
        if (strstr (CASES[i].make, "sqlite3") && system ("command -v sqlite3 >/dev/null") != 0) {
            printf ("SKIP: there is no sqlite3\n");
            continue;
        }
        workplace_make (&place);
        command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
        snprintf (command, sizeof command, "cd %s && mkdir set && %s", place.folder, CASES[i].make);
        cr_assert_eq (system (command), 0);
        command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 1, NULL,
                             CASES[i].says);
        snprintf (out, sizeof out, "%s/out", place.folder);
        cr_expect_neq (access (out, F_OK), 0, "it was harmonized before");
        command_line_expect (CALL (&place, "dataset", "show", "set"), 1, NULL, CASES[i].says);
        workplace_remove (&place);
    }
}

//  SQLite finds nothing wrong with it.
Test (dataset, one_value_that_was_changed_is_told)
{
    struct workplace place;
    char path[512];
    size_t n = 0;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n2,Oslo\n");
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "2 added", NULL);
    command_line_expect (CALL (&place, "dataset", "check", "set"), 0, "whole", NULL);
    char *bytes = workplace_read (place.folder, "set/dataset.sqlite", &n);
    char *city = bytes ? memmem (bytes, n, "Rome", 4) : NULL;
    cr_assert_not_null (city);
    snprintf (path, sizeof path, "%s/set/dataset.sqlite", place.folder);
    FILE *file = fopen (path, "r+");
    cr_assert_not_null (file);
    fseek (file, city - bytes + 3, SEEK_SET);
    fputc ('a', file);
    fclose (file);
    command_line_expect (CALL (&place, "dataset", "check", "set"), 1, NULL, "records are damaged");
    free (bytes);
    workplace_remove (&place);
}

Test (dataset, whose_file_was_damaged_is_told, .timeout = 120)
{
    struct workplace place;
    char path[512];
    workplace_make (&place);
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    fputs ("patient_id,city\n", to);
    for (int i = 0; i < 3000; i++)
        fprintf (to, "%d,Rome\n", i);
    fclose (to);
    command_line_write (&place, "a.csv", text);
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "3000 added",
                         NULL);
    snprintf (path, sizeof path, "%s/set/dataset.sqlite", place.folder);
    FILE *file = fopen (path, "r+");
    cr_assert_not_null (file);
    fseek (file, 30 * 4096, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc (0x5a, file);
    fclose (file);
    command_line_expect (CALL (&place, "dataset", "check", "set"), 1, NULL, "dmh: set");
    free (text);
    workplace_remove (&place);
}

//  It is no empty one, which the next load would fill: what it had is missed.
Test (dataset, whose_database_is_gone_or_emptied_is_told, .timeout = 120)
{
    static const struct {
        const char *lose, *says;
    } CASES[] = {{"rm set/dataset.sqlite", "set/dataset.sqlite is gone"},
                 {": > set/dataset.sqlite", "set/dataset.sqlite has lost its tables"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct workplace place;
        char command[512];
        workplace_make (&place);
        command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
        command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "1 added",
                             NULL);
        snprintf (command, sizeof command, "cd %s && %s", place.folder, CASES[i].lose);
        cr_assert_eq (system (command), 0);
        command_line_expect (CALL (&place, "dataset", "check", "set"), 1, NULL, CASES[i].says);
        command_line_expect (CALL (&place, "dataset", "show", "set"), 1, NULL, CASES[i].says);
        command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 1, NULL,
                             CASES[i].says);
        workplace_remove (&place);
    }
}

//  One that a load has made and not filled says so; what one load has brought is a row.
Test (dataset, shows_nothing_as_nothing_and_one_load_as_one, .timeout = 120)
{
    struct workplace place;
    char path[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    snprintf (path, sizeof path, "%s/set", place.folder);
    struct error error = {.code = DMH_OK};
    dataset_t *set = dataset_open (path, true, DATASET_MEMORY, -1, &error);
    cr_assert_not_null (set, "%s", error.text);
    dataset_destroy (&set);
    struct command_result said = CALL (&place, "dataset", "show", "set");
    cr_expect_str_eq (said.out, "set: nothing was loaded yet\n", "%s", said.out);
    command_result_clear (&said);
    said = CALL (&place, "dataset", "show", "set", "--json");
    cr_expect (said.status == 0 && !*said.out, "%s", said.out);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "dataset", "check", "set"), 0, "set: whole", NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0,
                         "it has 1 record\n", NULL);
    said = CALL (&place, "dataset", "show", "set");
    cr_expect (said.status == 0 && strstr (said.out, "a.csv") && !strstr (said.out, "nothing"), "%s",
               said.out);
    command_result_clear (&said);
    workplace_remove (&place);
}

Test (dataset, loads_of_several_processes_wait_for_each_other, .timeout = 120)
{
    enum { LOADS = 4 };
    struct workplace place;
    pid_t children[LOADS];
    char name[32], to[32], text[64], log[16];
    workplace_make (&place);
    for (int i = 0; i < LOADS; i++) {
        snprintf (name, sizeof name, "f%d.csv", i);
        snprintf (text, sizeof text, "patient_id,city\n%d,Rome\n7,Oslo\n", 10 + i);
        command_line_write (&place, name, text);
    }
    for (int i = 0; i < LOADS; i++) {
        snprintf (name, sizeof name, "f%d.csv", i);
        snprintf (to, sizeof to, "out%d", i);
        snprintf (log, sizeof log, "load%d", i);
        const char *const words[] = {"run", name, "--dataset", "set", "-o", to, NULL};
        children[i] = command_line_program (&place, "dmh", log, NULL, words);
    }
    for (int i = 0; i < LOADS; i++) {
        int status = -1;
        waitpid (children[i], &status, 0);
        snprintf (log, sizeof log, "load%d.err", i);
        char *said = workplace_read (place.folder, log, NULL);
        cr_expect_eq (status, 0, "%s", said);
        free (said);
    }
    command_line_expect (CALL (&place, "dataset", "show", "set", "--json"), 0, "\"records\":5,", NULL);
    command_line_expect (CALL (&place, "dataset", "check", "set"), 0, "whole", NULL);
    workplace_remove (&place);
}

//  Wherever a load is killed, the set is as before it or as after it, and the same load goes on.
Test (dataset, is_as_before_or_after_a_load_that_is_killed, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    fputs ("patient_id,city\n", to);
    for (int i = 1; i <= 40000; i++)
        fprintf (to, "%d,Rome %d\n", i, i);
    fclose (to);
    command_line_write (&place, "b.csv", text);
    command_line_expect (CALL (&place, "run", "a.csv", "--dataset", "set", "-o", "out"), 0, "1 added", NULL);
    for (int round = 0; round < 6; round++) {
        static const char *const WORDS[] = {"run", "b.csv", "--dataset", "set", "-o", "out", NULL};
        pid_t child = command_line_start (&place, WORDS, NULL);
        //  Until the load has begun to write: its log is there, of another size each round.
        char path[512];
        snprintf (path, sizeof path, "%s/set/dataset.sqlite-wal", place.folder);
        struct stat about = {.st_size = 0};
        off_t enough = 1 + round * 300000;
        bool ended = false;
        while (!ended && (stat (path, &about) != 0 || about.st_size < enough)) {
            ended = waitpid (child, NULL, WNOHANG) == child;
            sched_yield ();
        }
        if (!ended) {
            kill (child, SIGKILL);
            waitpid (child, NULL, 0);
        }
        command_line_expect (CALL (&place, "dataset", "check", "set"), 0, "whole", NULL);
        struct command_result shown = CALL (&place, "dataset", "show", "set", "--json");
        cr_assert (strstr (shown.out, "\"records\":1,") || strstr (shown.out, "\"records\":40000,"), "%s",
                   shown.out);
        command_result_clear (&shown);
    }
    command_line_expect (CALL (&place, "run", "b.csv", "--dataset", "set", "-o", "out"), 0,
                         "it has 40000 records", NULL);
    free (text);
    workplace_remove (&place);
}

//  A night's second run finds the set of the first.
Test (dataset, is_no_input_of_the_folder_it_lies_in, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    for (int night = 0; night < 2; night++)
        command_line_expect (
            CALL (&place, "run", ".", "--dataset", "set", "-o", "out", "--recursive", "--replace"), 0,
            night ? "0 added" : "1 added", NULL);
    workplace_remove (&place);
}
