//  split_jobs_test.c: an input that is split is, in every file of its result, what one worker makes of it.
#include "test/support/results/golden_case.h"
#include "test/support/results/local_attempt.h"
#include "test/support/results/split_run.h"

#include "client/arguments/arguments.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_BYTES = 3 * 1024 * 1024 + 512 * 1024, TWO_PARTS_BYTES = 2300000 };
static size_t s_bytes = TEXT_BYTES;    //  of a text; as cuts are a MiB apart, these are two parts or more

struct text_of {
    char *at;
    size_t n;
};

static void s_add (struct text_of *text, const char *format, ...) __attribute__ ((format (printf, 2, 3)));
static void s_add (struct text_of *text, const char *format, ...)
{
    va_list list;
    va_start (list, format);
    text->n += (size_t) vsnprintf (text->at + text->n, TEXT_BYTES + 65536 - text->n, format, list);
    va_end (list);
}

//  What is wanted of a case besides that the results agree.
enum wanted { AS_SURVEYED, REDONE, ALONE };

static void s_expect_passes (const struct split_run *split, enum wanted wanted, const char *what)
{
    size_t parts = split->passes[2], alone = split->passes[3];
    enum wanted got = alone ? ALONE : parts ? REDONE : AS_SURVEYED;
    cr_expect_eq (got, wanted, "%s: %zu passes for parts, %zu of the writer's own", what, parts, alone);
}

static const struct mishap *s_mishap;
static void s_spoil (void *context, const struct split_run *self, const char *task, size_t part);
static size_t s_threads;         //  of the runner; 0: there is none
static uint64_t s_key_memory;    //  0: no bound

//  `text` is the input; it is freed.
static void s_expect (const char *name, struct text_of text, const struct options *options, size_t parts,
                      enum wanted wanted)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char path[512], results[512];
    size_t bytes = text.n;
    workplace_make (&place);
    workplace_write (&place, name, text.at, text.n);
    snprintf (path, sizeof path, "%s/%s", place.folder, name);
    snprintf (results, sizeof results, "%s/split", place.folder);
    cr_assert_eq (mkdir (results, 0700), 0);
    catalog_t *catalog = catalog_new (NULL, &error);
    struct split_run split = {.options = options,
                              .catalog = catalog,
                              .input = path,
                              .results = results,
                              .parts = parts,
                              .key_memory = s_key_memory,
                              .threads = s_threads,
                              .before = s_mishap ? s_spoil : NULL,
                              .context = (void *) (uintptr_t) s_mishap};
    cr_assert_eq (split_run (&split), DMH_OK, "%s: %s", name, split.error.text);
    struct local_attempt whole = local_attempt_run_path (&place, path, options, 1);    //  as it is by now
    cr_assert (whole.done, "%s", whole.error.text);
    cr_expect (results_agree (whole.folder, split.folder), "%s as “%s”", name, options->format);
    cr_expect_eq (memcmp (&whole.counts, &split.news.counts, sizeof whole.counts), 0);
    if (!s_threads)    //  a runner does not tell
        s_expect_passes (&split, wanted, name);
    //  Empty lines at the end may be in no block.
    if (!s_threads && wanted != ALONE && whole.counts.read)
        cr_expect (split.bytes == bytes && split.reached <= bytes && bytes - split.reached < 8,
                   "%s: says %llu of %llu bytes, of %zu", name, (unsigned long long) split.reached,
                   (unsigned long long) split.bytes, bytes);
    split_run_clear (&split);
    catalog_destroy (&catalog);
    workplace_remove (&place);
    free (text.at);
}

static struct text_of s_text (void)
{
    struct text_of text = {malloc (TEXT_BYTES + 65536), 0};
    cr_assert_not_null (text.at);
    return text;
}

//  Quotes over lines, so over borders as well; duplicates and conflicts far apart, rejects, empty lines.
static struct text_of s_patients (const char *end, bool last_end)
{
    struct text_of text = s_text ();
    s_add (&text, "patient_id,given_name,birth_date,gender,phone,note%s", end);
    for (int i = 0; text.n < s_bytes; i++) {
        s_add (&text, "%d,Ann %d,19%02d-0%d-1%d,%s,555-01%02d,", i % 40000, i % 50000, i % 90, 1 + i % 9,
               i % 10, i % 3 ? "F" : "male", i % 100);
        if (i % 7 == 0)
            s_add (&text, "\"line one%sline \"\"two\"\", and a long text that stands here for %d bytes\"",
                   end, i);
        else if (i % 1000 == 1)
            s_add (&text, "%*s", 300, "much");
        if (i % 501 == 0)
            s_add (&text, ",too,many");
        if (i % 777 == 0)
            s_add (&text, "%s", end);
        if (text.n < s_bytes || last_end)
            s_add (&text, "%s", end);
    }
    return text;
}

Test (split_jobs, a_table_with_quotes_duplicates_and_conflicts_over_the_borders, .timeout = 300)
{
    struct options options = {.audit = "full"};
    s_expect ("in.csv", s_patients ("\n", true), &options, 3, AS_SURVEYED);
    s_expect ("in.csv", s_patients ("\r\n", true), &options, 2, AS_SURVEYED);
    s_expect ("in.csv", s_patients ("\n", false), &options, 4, AS_SURVEYED);
}

Test (split_jobs, every_output_format, .timeout = 300)
{
    static const char *const FORMATS_OUT[] = {"ndjson", "fhir", "sqlite"};
    for (size_t i = 0; i < sizeof FORMATS_OUT / sizeof *FORMATS_OUT; i++) {
        struct options options = {.audit = "summary"};
        snprintf (options.format, sizeof options.format, "%s", FORMATS_OUT[i]);
        s_expect ("in.csv", s_patients ("\n", true), &options, 3, AS_SURVEYED);
    }
}

//  Which record of a key stands only the last part tells. Memory holds the keys of a range, or does not.
Test (split_jobs, another_record_of_a_key_than_the_first_stands, .timeout = 300)
{
    static const char *const CHOICES[] = {"last", "newest:birth_date", "newest:phone"};
    for (size_t i = 0; i < sizeof CHOICES / sizeof *CHOICES; i++)
        for (s_key_memory = 0; s_key_memory <= 65536; s_key_memory += 65536) {
            struct options options = {.audit = "full"};
            snprintf (options.on_conflict, sizeof options.on_conflict, "%s", CHOICES[i]);
            s_expect ("in.csv", s_patients ("\n", true), &options, 3, AS_SURVEYED);
        }
}

static struct text_of s_dates (const char *last)
{
    struct text_of text = s_text ();
    s_add (&text, "patient_id,birth_date\n");
    for (int i = 0; text.n < s_bytes; i++)
        s_add (&text, "%d,0%d/0%d/19%02d\n", i, 1 + i % 9, 1 + i % 7, i % 90);
    s_add (&text, "x,%s\n", last);
    return text;
}

Test (split_jobs, memory_does_not_hold_the_keys_of_a_range, .timeout = 300)
{
    struct options options = {.audit = "full"};
    s_key_memory = 32768;
    s_expect ("in.csv", s_patients ("\n", true), &options, 4, AS_SURVEYED);
    s_expect ("in.csv", s_dates ("31/12/1980"), &options, 3, REDONE);
}

//  Values that can be read both ways, and one at the end that tells.
Test (split_jobs, evidence_of_dates_lies_in_the_last_part, .timeout = 300)
{
    struct options options = {.audit = "full"};
    s_expect ("in.csv", s_dates ("31/12/1980"), &options, 3, REDONE);
    s_expect ("in.csv", s_dates ("12/31/1980"), &options, 3, AS_SURVEYED);
}

static struct text_of s_lines (const char *last)
{
    struct text_of text = s_text ();
    for (int i = 0; text.n < s_bytes; i++)
        s_add (&text, "{\"patient_id\":\"%d\",\"given_name\":\"A\\u00e9 %d\",\"own\":{\"deep\":%d}}\n%s",
               i % 60000, i % 70000, i % 5, i % 900 ? "" : "\n");
    s_add (&text, "%s", last);
    return text;
}

Test (split_jobs, json_an_object_a_line, .timeout = 300)
{
    struct options options = {.audit = "full"};
    s_expect ("in.ndjson", s_lines (""), &options, 3, AS_SURVEYED);
    s_expect ("in.ndjson", s_lines ("{\"patient_id\":\"x\",\"late\":1,\"birth_date\":\"1980-01-02\"}\n"),
              &options, 3, REDONE);
    //  What the new column shows is another thing again.
    s_expect ("in.ndjson", s_lines ("{\"patient_id\":\"x\",\"birth_date\":\"31/12/1980\"}\n"), &options, 3,
              ALONE);
}

Test (split_jobs, what_cannot_be_cut_is_one_workers, .timeout = 300)
{
    struct options options = {.audit = "full"};
    struct text_of array = s_text ();
    s_add (&array, "[{\"patient_id\":\"1\"},\n{\"patient_id\":\"2\"}]");
    s_expect ("in.json", array, &options, 3, ALONE);
    struct text_of latin = s_text ();
    s_add (&latin, "patient_id,given_name\n1,J\xf6rg\n");
    s_expect ("in.csv", latin, &options, 2, ALONE);
    struct text_of late = s_patients ("\n", true);    //  the beginning is UTF-8, the end is not
    s_add (&late, "z,J\xf6rg,,,,\n");
    s_expect ("in.csv", late, &options, 3, ALONE);
}

Test (split_jobs, parts_that_come_out_empty, .timeout = 300)
{
    struct options options = {.audit = "full"};
    struct text_of header = s_text ();
    s_add (&header, "patient_id,given_name\n");
    s_expect ("in.csv", header, &options, 3, AS_SURVEYED);
    struct text_of few = s_text ();
    s_add (&few, "patient_id,given_name\n1,Ann\n2,Bob\n");
    s_expect ("in.csv", few, &options, 5, AS_SURVEYED);
}

//  The way that a worker's slot takes, with its threads.
Test (split_jobs, by_the_runner_of_a_worker, .timeout = 300)
{
    struct options options = {.audit = "full", .on_conflict = "last"};
    s_threads = 3;
    s_expect ("in.csv", s_patients ("\n", true), &options, 3, AS_SURVEYED);
    s_expect ("in.ndjson", s_lines ("{\"patient_id\":\"x\",\"birth_date\":\"31/12/1980\"}\n"), &options, 2,
              ALONE);
    s_expect ("in.csv", s_dates ("31/12/1980"), &options, 3, REDONE);
}

//  Something happens to a file that another job has left, or to the input, before the job of that task.
struct mishap {
    const char *task, *file;    //  behind the results; NULL: the input
    int sort;                   //  0: a byte is another, 1: cut off, 2: gone, 3: as 0, and nobody sees when
};

static void s_spoil (void *context, const struct split_run *self, const char *task, size_t part)
{
    const struct mishap *mishap = context;
    char path[600];
    struct stat about;
    if (!streq (task, mishap->task) || part != 0)
        return;
    snprintf (path, sizeof path, "%s%s%s", mishap->file ? self->results : self->input,
              mishap->file ? "/" : "", mishap->file ? mishap->file : "");
    cr_assert_eq (stat (path, &about), 0, "%s", path);
    if (mishap->sort == 2) {
        cr_assert_eq (unlink (path), 0);
        return;
    }
    FILE *file = fopen (path, "r+");
    cr_assert_not_null (file);
    fseek (file, about.st_size / 2, SEEK_SET);
    int byte = fgetc (file);
    fseek (file, about.st_size / 2, SEEK_SET);
    //  The input stays as it was, but is written anew; or is another one and seems not to be.
    fputc (mishap->file ? byte ^ 4 : mishap->sort == 3 ? (byte == '5' ? '6' : '5') : byte, file);
    if (mishap->sort == 1)
        cr_assert_eq (ftruncate (fileno (file), about.st_size / 2), 0);
    fclose (file);
    const struct timespec times[] = {about.st_atim, about.st_mtim};
    if (mishap->sort == 3)
        cr_assert_eq (utimensat (AT_FDCWD, path, times, 0), 0);
}

//  What a crash of a host leaves, a disk, somebody: the result is the same, or there is none.
Test (split_jobs, what_is_lost_or_damaged_is_one_workers, .timeout = 300)
{
#define SURVEY "10000000000000000001.1/survey-1."
#define PART "20000000000000000001.1/part-1."
    static const struct mishap MISHAPS[] = {{TASK_WRITE, SURVEY "blocks", 0},
                                            {TASK_WRITE, SURVEY "blocks", 1},
                                            {TASK_WRITE, SURVEY "blocks", 2},
                                            {TASK_WRITE, SURVEY "tally", 1},
                                            {TASK_WRITE, SURVEY "tally", 0},
                                            {TASK_WRITE, PART "tally", 0},
                                            {TASK_PART, SURVEY "tally", 0},
                                            {TASK_SURVEY, "00000000000000000000.1/cut.dmh", 0},
                                            {TASK_PART, SURVEY "keys", 0},
                                            {TASK_PART, SURVEY "keys", 1},
                                            {TASK_PART, SURVEY "keys", 2},
                                            {TASK_WRITE, PART "answers", 0},
                                            {TASK_WRITE, PART "answers", 1},
                                            {TASK_WRITE, PART "answers", 2},
                                            {TASK_PART, SURVEY "tally", 2},
                                            {TASK_SURVEY, "00000000000000000000.1/cut.dmh", 1},
                                            {TASK_SURVEY, NULL, 0},
                                            {TASK_WRITE, NULL, 0},
                                            {TASK_PART, NULL, 0},
                                            {TASK_PART, NULL, 3}};
    struct options options = {.audit = "full"};
    s_bytes = TWO_PARTS_BYTES;
    for (size_t i = 0; i < sizeof MISHAPS / sizeof *MISHAPS; i++) {
        s_mishap = &MISHAPS[i];
        s_expect ("in.csv", s_patients ("\n", true), &options, 2, ALONE);
    }
}

static size_t s_cases;

static void s_visit (const struct workplace *place, struct golden_case *golden)
{
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (arguments_read (&arguments,
                                  ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_FOLDER | ARGUMENTS_QUIET, NULL,
                                  (int) golden->word_count - 1, (char **) golden->words + 1, &error),
                  DMH_OK, "%s: %s", golden->name, error.text);
    struct workplace own = *place;
    snprintf (own.folder + strlen (own.folder), sizeof own.folder - strlen (own.folder), "/%s", golden->name);
    cr_assert_eq (mkdir (own.folder, 0700), 0);
    catalog_t *catalog = catalog_new (NULL, &error);
    struct local_attempt whole = local_attempt_run_path (&own, golden->input, &arguments.options, 1);
    struct split_run split = {.options = &arguments.options,
                              .catalog = catalog,
                              .input = golden->input,
                              .results = own.folder,
                              .parts = 2};
    cr_assert_eq (split_run (&split), whole.done ? DMH_OK : whole.error.code, "%s: %s", golden->name,
                  split.error.text);
    cr_assert (!whole.done || results_agree (whole.folder, split.folder), "%s", golden->name);
    s_cases++;
    split_run_clear (&split);
    catalog_destroy (&catalog);
    arguments_clear (&arguments);
}

//  Mappings, schemas, tables, wide tables, options: whatever there is a case for.
Test (split_jobs, all_fixtures, .timeout = 300)
{
    struct workplace place;
    workplace_make (&place);
    golden_case_each (&place, s_visit);
    workplace_remove (&place);
    cr_assert_geq (s_cases, 100);
}
