//  join_test.c: dmh run --join: one table a kind over many inputs, against a model of it on random batches.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/results/random_batch.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <sys/stat.h>

//  What the audit says of each record, in order.
static void s_expect_audit (const struct model *model, const char *audit, uint64_t seed)
{
    static const char *const EVENTS[] = {NULL, "duplicate", "conflict", "reject"};
    static const char *const OTHERS[] = {NULL, "repeats", "conflicts_with", NULL};
    const char *at = audit;
    for (size_t r = 0; r < model->count; r++) {
        const struct model_record *record = &model->records[r];
        char event[160], source[160], other[64];
        if (record->fate == MODEL_WRITTEN)
            continue;
        snprintf (event, sizeof event, "\"event\":\"%s\",\"record\":%zu,", EVENTS[record->fate], r + 1);
        snprintf (source, sizeof source, ",\"source_file\":\"%s\",\"source_record\":%zu,",
                  model->files[record->file].name, record->number);
        const char *line = strstr (at, event);
        cr_assert_not_null (line, "seed %" PRIu64 ": no %s in\n%s", seed, event, audit);
        at = strchr (line, '\n');
        const char *from = memmem (line, (size_t) (at - line), source, strlen (source));
        cr_assert_not_null (from, "seed %" PRIu64 ": no %s in %.*s", seed, source, (int) (at - line), line);
        if (!OTHERS[record->fate])
            continue;
        snprintf (other, sizeof other, "\"%s\":%zu", OTHERS[record->fate], record->other + 1);
        const char *of = memmem (line, (size_t) (at - line), other, strlen (other));
        cr_assert (of && (of[strlen (other)] == '}' || of[strlen (other)] == ','),
                   "seed %" PRIu64 ": no %s in %.*s", seed, other, (int) (at - line), line);
    }
}

static struct command_result s_run (const struct workplace *place, const struct model *model,
                                    const char *format, const char *threads, const char *to)
{
    const char *words[MODEL_FILES + 16] = {"run"};
    size_t count = 1;
    for (size_t f = 0; f < model->file_count; f++)
        words[count++] = model->files[f].name;
    const char *const options[] = {"--kind",    model->kind->name, "--join", "--format", format,
                                   "--threads", threads,           "-o",     to,         "--json"};
    memcpy (words + count, options, sizeof options);
    return command_line_run (place, NULL, words);
}

//  The table of the one run has the same bytes as that of the other.
static void s_expect_same (const struct workplace *place, const char *a, const char *b, const char *kind,
                           const char *file)
{
    char left[600], right[600];
    size_t left_n = 0, right_n = 0;
    snprintf (left, sizeof left, "%s/%s/joined/%s", place->folder, a, kind);
    snprintf (right, sizeof right, "%s/%s/joined/%s", place->folder, b, kind);
    char *one = workplace_read (left, file, &left_n), *other = workplace_read (right, file, &right_n);
    cr_assert (one && other && left_n == right_n && memcmp (one, other, left_n) == 0, "%s differs", file);
    free (one);
    free (other);
}

static void s_expect_table (const struct workplace *place, const struct model *model, const char *to,
                            const char *said, uint64_t seed)
{
    char folder[600], counts[256], verified[600];
    size_t fates[4] = {0};
    for (size_t r = 0; r < model->count; r++)
        fates[model->records[r].fate]++;
    snprintf (folder, sizeof folder, "%s/%s/joined/%s", place->folder, to, model->kind->name);
    char *records = workplace_read (folder, "records.csv", NULL);
    char *audit = workplace_read (folder, "audit.ndjson", NULL);
    cr_assert (records && audit, "seed %" PRIu64 ": %s", seed, said);
    char *expected = random_batch_records (model, records);
    cr_assert_str_eq (records, expected, "seed %" PRIu64 ": records.csv is\n%s\nand should be\n%s", seed,
                      records, expected);
    s_expect_audit (model, audit, seed);
    snprintf (counts, sizeof counts, "%zu read, %zu written, %zu duplicate%s, %zu conflict%s, %zu rejected",
              model->count, fates[MODEL_WRITTEN], fates[MODEL_DUPLICATE],
              fates[MODEL_DUPLICATE] == 1 ? "" : "s", fates[MODEL_CONFLICT],
              fates[MODEL_CONFLICT] == 1 ? "" : "s", fates[MODEL_REJECTED]);
    snprintf (verified, sizeof verified, "%s/joined/%s", to, model->kind->name);
    command_line_expect (CALL (place, "verify", verified), 0, counts, NULL);
    free (expected);
    free (records);
    free (audit);
}

static void s_write (const struct workplace *place, const char *name, const char *text)
{
    command_line_write (place, name, text);
}

Test (join, keeps_kinds_apart_and_names_what_is_left_out, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    s_write (&place, "l.csv", "result_id,patient_id,test_code,value\nr1,1,GLU,5\n");
    s_write (&place, "b.csv", "patient_id,city\n1,Rome\n2,Oslo\n");
    s_write (&place, "bad.csv", "what,is,this\n1,2,3\n");
    command_line_expect (CALL (&place, "run", "a.csv", "l.csv", "b.csv", "bad.csv", "--join", "-o", "out"), 1,
                         "joined/lab_result", "bad.csv");
    command_line_expect (CALL (&place, "verify", "out/joined/patient"), 0, "3 read, 2 written, 1 duplicate",
                         NULL);
    command_line_expect (CALL (&place, "verify", "out/joined/lab_result"), 0, "1 read, 1 written", NULL);
    char folder[512];
    snprintf (folder, sizeof folder, "%s/out/joined/patient", place.folder);
    char *report = workplace_read (folder, "report.json", NULL);
    cr_assert_not_null (strstr (report, "\"left_out\""));
    free (report);
    workplace_remove (&place);
}

//  The value before the last two of the record that begins so; into out.
static void s_source (const char *records, const char *begins, char out[64])
{
    const char *line = strstr (records, begins);
    cr_assert_not_null (line, "%s", records);
    const char *end = strstr (line, ",1,mine\n"), *at = end;
    cr_assert_not_null (end, "%s", records);
    while (at[-1] != ',')
        at--;
    snprintf (out, 64, "%.*s", (int) (end - at), at);
}

Test (join, tells_files_of_one_name_apart, .timeout = 120)
{
    struct workplace place;
    char folder[512], first[64], second[64];
    workplace_make (&place);
    zsys_dir_create ("%s/x", place.folder);
    zsys_dir_create ("%s/y", place.folder);
    s_write (&place, "x/p.csv", "patient_id,source_file\n1,mine\n");
    s_write (&place, "y/p.csv", "patient_id,source_file\n2,mine\n");
    command_line_expect (CALL (&place, "run", "x/p.csv", "y/p.csv", "--join", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "out/joined/patient", "--input", "y/p.csv"), 0,
                         "the table joins several inputs", NULL);
    s_write (&place, "z.csv", "patient_id\n3\n");
    command_line_expect (CALL (&place, "verify", "out/joined/patient", "--input", "z.csv"), 1, "NOT WHOLE",
                         "is not the input of the result");
    command_line_expect (CALL (&place, "verify", "out", "--input", "y/p.csv"), 2, NULL,
                         "--input takes the folder of one result");
    command_line_expect (CALL (&place, "rejects", "out", "-o", "r.csv"), 1, NULL,
                         "holds the results of several inputs");
    snprintf (folder, sizeof folder, "%s/out/joined/patient", place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert_not_null (strstr (records, ",source_file,source_record,source_file_2\n"), "%s", records);
    s_source (records, "\n1,", first);
    s_source (records, "\n2,", second);
    cr_expect (strstr (first, "p") && strcmp (first, second) != 0, "%s and %s", first, second);
    free (records);
    zsys_dir_create ("%s/top/a", place.folder);
    s_write (&place, "top/a/p.csv", "patient_id,source_file\n1,mine\n");
    command_line_expect (CALL (&place, "run", "top", "--recursive", "--join", "-o", "two"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/two/joined/patient", place.folder);
    records = workplace_read (folder, "records.csv", NULL);
    s_source (records, "\n1,", first);
    cr_expect_str_eq (first, "a/p.csv");
    free (records);
    workplace_remove (&place);
}

Test (join, of_ndjson_is_ndjson_and_fhir_is_refused, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    s_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    s_write (&place, "b.csv", "patient_id,city,ward\n1,Rome,W\n");
    command_line_expect (CALL (&place, "run", "a.csv", "b.csv", "--join", "--format", "ndjson", "-o", "out"),
                         0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "out/joined/patient"), 0, "1 conflict,", NULL);
    snprintf (folder, sizeof folder, "%s/out/joined/patient", place.folder);
    char *records = workplace_read (folder, "records.ndjson", NULL);
    cr_assert_not_null (strstr (records, "\"source_file\":\"a.csv\""), "%s", records);
    free (records);
    command_line_expect (CALL (&place, "run", "a.csv", "--join", "--format", "fhir", "-o", "out"), 2, NULL,
                         "csv or ndjson");
    command_line_expect (CALL (&place, "run", "a.csv", "--join", "--format", "sqlite", "-o", "out"), 2, NULL,
                         "--dataset DIR");
    workplace_remove (&place);
}

Test (join, may_fail_by_its_own_checks, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, "a.csv", "patient_id,city\n1,Rome\n");
    s_write (&place, "b.csv", "patient_id,city\n1,Oslo\n");
    command_line_expect (CALL (&place, "run", "a.csv", "b.csv", "--join", "--strict", "-o", "out"), 3,
                         "joined/patient: 2 of ", NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "one", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "one", "--skip-done"), 0, NULL,
                         "a.csv was passed over: its result is there");
    command_line_expect (
        CALL (&place, "run", "a.csv", "b.csv", "--join", "--on-conflict", "fail", "-o", "out"), 1, NULL,
        "record 1 of b.csv has the key of record 1 of a.csv");
    command_line_expect (CALL (&place, "verify", "out/joined/patient.failed"), 0, NULL, NULL);
    workplace_remove (&place);
}

//  A worker makes the table: the same bytes as of a run here.
Test (join, over_a_broker_with_several_workers_is_the_same, .timeout = 300)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct model *model = malloc (sizeof *model);
    workplace_make (&place);
    random_batch_make (&place, model, 11);
    struct command_result here = s_run (&place, model, "csv", "2", "here");
    cr_assert_eq (here.status, 0, "%s", here.err);
    command_result_clear (&here);
    servers_start_broker (&servers, false);
    for (size_t w = 0; w < 3; w++)
        servers_start_worker (&servers, w, "1");
    char paths[MODEL_FILES][512], to[512], *said = NULL;
    const char *words[MODEL_FILES + 16] = {"dmh", "submit"};
    size_t count = 2;
    for (size_t f = 0; f < model->file_count; f++) {
        snprintf (paths[f], sizeof paths[f], "%s/%s", place.folder, model->files[f].name);
        words[count++] = paths[f];
    }
    snprintf (to, sizeof to, "%s/there", place.folder);
    const char *const options[] = {"--kind", model->kind->name, "--join", "--wait", "-o", to, NULL};
    memcpy (words + count, options, sizeof options);
    cr_assert_eq (servers_dmh (&servers, words, &said), 0, "%s", said);
    for (size_t i = 0; i < 4; i++)
        s_expect_same (&place, "here", "there", model->kind->name,
                       (const char *[]){"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"}[i]);
    servers_stop (&servers);
    free (said);
    free (model);
    workplace_remove (&place);
}

//  DMH_SEED=N plays one batch again.
Test (join, is_what_a_straightforward_model_makes_of_random_batches, .timeout = 600)
{
    const char *given = getenv ("DMH_SEED");
    uint64_t first = given ? strtoull (given, NULL, 10) : 1, last = given ? first : 24;
    struct model *model = malloc (sizeof *model);
    for (uint64_t seed = first; seed <= last; seed++) {
        struct workplace place;
        workplace_make (&place);
        random_batch_make (&place, model, seed);
        struct command_result one = s_run (&place, model, "csv", "1", "one");
        cr_assert_eq (one.status, 0, "seed %" PRIu64 ": %s%s", seed, one.out, one.err);
        s_expect_table (&place, model, "one", one.err, seed);
        if (seed % 6 == 0) {    //  however many threads work, and in which format its inputs' results are
            command_result_clear (&one);
            one = s_run (&place, model, "csv", "4", "many");
            cr_assert_eq (one.status, 0, "%s", one.err);
            for (size_t i = 0; i < 4; i++)
                s_expect_same (
                    &place, "one", "many", model->kind->name,
                    (const char *[]){"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"}[i]);
        }
        command_result_clear (&one);
        workplace_remove (&place);
    }
    free (model);
}

//  Its table would stand where the other's result lies.
Test (join, refuses_an_input_whose_result_would_lie_among_its_tables, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < 3; i++) {
        char path[512];
        snprintf (path, sizeof path, "%s/%s", place.folder,
                  (const char *[]){"in", "in/joined", "in/joined/patient"}[i]);
        cr_assert_eq (mkdir (path, 0700), 0);
    }
    command_line_write (&place, "in/a.csv", "patient_id,city\n1,Rome\n");
    command_line_write (&place, "in/joined/patient/records.csv", "patient_id,city\n2,Oslo\n");
    command_line_expect (CALL (&place, "run", "in", "--recursive", "--join", "-o", "out"), 1,
                         "joined/patient  patient     1        1", "which --join keeps for its tables");
    workplace_remove (&place);
}
