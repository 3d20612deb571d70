//  preparation_test.c: what dmh inspect says of a file is what a job does with it: the same dialect, kind and
//  columns, or the same sentence.
#include "test/support/results/local_attempt.h"

#include "messages/base/digest.h"
#include "messages/uri.h"
#include "worker/inspect/inspection.h"
#include "worker/pipeline/attempt.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

//  A file, and a job prepared for it.
struct prepared {
    struct workplace place;
    struct options options;
    struct assignment assignment;
    struct fetched_files fetched_files;
    catalog_t *catalog;
    char folder[PATH_BYTES];
    struct attempt attempt;
    int rc;
    struct error error;
    struct inspection inspection;
};

static void s_prepare (struct prepared *self, const char *path)
{
    struct error error = {.code = DMH_OK};
    const char *name = strrchr (path, '/') + 1;
    snprintf (self->folder, sizeof self->folder, "%s/result", self->place.folder);
    self->catalog = catalog_new (NULL, &error);
    cr_assert_not_null (self->catalog, "%s", error.text);
    self->assignment = (struct assignment){.job = "job",
                                           .attempt = 1,
                                           .options = &self->options,
                                           .catalog = self->catalog,
                                           .folder = self->folder,
                                           .results = self->place.folder};
    struct input *input = &self->assignment.input;
    snprintf (input->name, sizeof input->name, "%s", name);
    cr_assert_eq (uri_from_path (path, input->uri, sizeof input->uri, &error), DMH_OK);
    self->error = (struct error){.code = DMH_OK};
    self->rc = attempt_prepare (&self->attempt, &self->assignment, &self->fetched_files, 1, &self->error);
    int rc = inspection_of_file (path, name, &self->options, 1, NULL, &self->inspection, &error);
    if (rc != DMH_OK)
        self->inspection.error = error;
}

static void s_clear (struct prepared *self)
{
    inspection_clear (&self->inspection);
    attempt_clear (&self->attempt);
    catalog_destroy (&self->catalog);
    free (self->options.mapping);
    free (self->options.mapping_folder);
    free (self->options.schema);
    workplace_remove (&self->place);
}

static void s_expect_same_columns (const struct prepared *self, const char *what)
{
    const binding_t *binding = self->attempt.preparation.binding;
    if (binding->unpivot)    //  inspect shows the columns of the file, the job's are those of long rows
        return;
    cr_assert_eq (self->inspection.column_count, binding->column_count, "%s", what);
    for (size_t c = 0; c < binding->column_count; c++) {
        const struct column *job = &binding->columns[c];
        const struct inspection_column *seen = &self->inspection.columns[c];
        const char *field = job->field == FIELD_NONE ? "" : binding->schema->fields[job->field].name;
        cr_expect_str_eq (seen->source, job->source, "%s", what);
        cr_expect_str_eq (seen->field ? seen->field : "", field, "%s: %s", what, job->source);
        cr_expect_str_eq (seen->by, bound_by_word (job->by), "%s: %s", what, job->source);
        cr_expect_str_eq (seen->reason, job->reason ? job->reason : "", "%s: %s", what, job->source);
    }
}

//  Columns whose values contradict their names: inspect reads the file for them, a job its first pass, which
//  is none of the preparation. The fixture's records show what the job makes of them.
static bool s_is_contradicted (const struct inspection *seen)
{
    for (size_t c = 0; c < seen->column_count; c++)
        if (strstr (seen->columns[c].reason, "contradict that"))
            return true;
    return false;
}

//  That both agree; true: on a kind.
static bool s_expect_same (const struct prepared *self, const char *what)
{
    const struct inspection *seen = &self->inspection;
    cr_expect_str_eq (seen->error.text, self->error.text, "%s", what);
    cr_expect_eq (*seen->kind != 0, self->rc == DMH_OK, "%s", what);
    if (self->rc != DMH_OK || !*seen->kind)
        return false;
    const struct dialect *dialect = &self->attempt.preparation.dialect;
    cr_expect_str_eq (seen->kind, self->attempt.preparation.binding->schema->name, "%s", what);
    if (s_is_contradicted (seen))
        return true;
    cr_expect_eq (seen->score, self->attempt.preparation.binding->score, "%s", what);
    cr_expect_str_eq (seen->format, dialect->format->name, "%s", what);
    cr_expect_str_eq (seen->encoding, dialect->encoding, "%s", what);
    cr_expect_eq (seen->delimiter, dialect->delimiter, "%s", what);
    cr_expect_eq (seen->bom, dialect->bom, "%s", what);
    s_expect_same_columns (self, what);
    return true;
}

//  The options that the fixture's args name.
static void s_read_args (struct prepared *self, const char *folder)
{
    char option[64] = "", value[64] = "";
    char *args = workplace_read (folder, "args", NULL);
    int found = args ? sscanf (args, "%63s %63s", option, value) : 0;
    free (args);
    if (found < 1)
        return;
    cr_assert_eq (found, 2, "%s/args: %s", folder, option);
    if (streq (option, "--kind"))
        snprintf (self->options.kind, sizeof self->options.kind, "%s", value);
    else if (streq (option, "--date-order"))
        snprintf (self->options.date_order, sizeof self->options.date_order, "%s", value);
    else if (streq (option, "--decimal"))
        snprintf (self->options.decimal, sizeof self->options.decimal, "%s", value);
    else if (streq (option, "--on-conflict"))
        snprintf (self->options.on_conflict, sizeof self->options.on_conflict, "%s", value);
    else if (streq (option, "--mapping")) {
        self->options.mapping = workplace_read (folder, value, NULL);
        self->options.mapping_folder = strdup (folder);
    } else if (streq (option, "--schema"))
        self->options.schema = workplace_read (folder, value, NULL);
    else
        cr_assert_fail ("%s/args has %s, which this test does not know", folder, option);
}

static bool s_find_input (const char *folder, char path[PATH_BYTES])
{
    *path = 0;
    DIR *names = opendir (folder);
    for (struct dirent *entry; names && (entry = readdir (names));)
        if (strncmp (entry->d_name, "input.", 6) == 0)
            snprintf (path, PATH_BYTES, "%s/%s", folder, entry->d_name);
    if (names)
        closedir (names);
    return *path != 0;
}

Test (preparation, inspect_and_a_job_agree_on_every_fixture)
{
    size_t cases = 0;
    char root[PATH_BYTES / 4], folder[PATH_BYTES / 2], path[PATH_BYTES];
    DIR *names = opendir ("fixtures");
    cr_assert (names && getcwd (root, sizeof root));
    for (struct dirent *entry; (entry = readdir (names));) {
        snprintf (folder, sizeof folder, "%s/fixtures/%.200s", root, entry->d_name);
        if (entry->d_name[0] == '.' || !s_find_input (folder, path))
            continue;
        struct prepared *prepared = calloc (1, sizeof *prepared);
        cr_assert_not_null (prepared);
        workplace_make (&prepared->place);
        s_read_args (prepared, folder);
        s_prepare (prepared, path);
        cr_expect (s_expect_same (prepared, entry->d_name), "%s: no kind", entry->d_name);
        s_clear (prepared);
        free (prepared);
        cases++;
    }
    closedir (names);
    cr_expect_geq (cases, 25);
}

//  The field that inspect gives the column; "" for none.
static const char *s_field_of (const struct inspection *seen, const char *column)
{
    for (size_t c = 0; c < seen->column_count; c++)
        if (streq (seen->columns[c].source, column))
            return seen->columns[c].field ? seen->columns[c].field : "";
    return "not there";
}

Test (preparation, inspect_sets_columns_aside_whose_values_contradict_their_names)
{
    struct inspection seen;
    struct options options = {.kind = ""};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (inspection_of_file ("fixtures/columns-contradict/input.csv", "input.csv", &options, 1, NULL,
                                      &seen, &error),
                  DMH_OK, "%s", error.text);
    cr_expect_str_eq (s_field_of (&seen, "contact_number"), "");
    cr_expect_str_eq (s_field_of (&seen, "state"), "");
    cr_expect_str_eq (s_field_of (&seen, "province"), "state");
    inspection_clear (&seen);
}

Test (preparation, inspect_tells_the_columns_of_a_wide_table)
{
    struct inspection seen;
    struct options options = {.kind = ""};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (
        inspection_of_file ("fixtures/wide-results/input.csv", "input.csv", &options, 1, NULL, &seen, &error),
        DMH_OK, "%s", error.text);
    cr_expect_str_eq (seen.kind, "lab_result");
    cr_expect_str_eq (s_field_of (&seen, "Hemoglobin (g/dL)"), "value_number");
    cr_expect_str_eq (s_field_of (&seen, "WBC"), "value_number");
    cr_expect_str_eq (s_field_of (&seen, "PatientID"), "patient_id");
    cr_expect_str_eq (s_field_of (&seen, "Ward"), "");
    inspection_clear (&seen);
}

static const char OWN[] = "{\"name\":\"visit\",\"version\":\"1\",\"fields\":[{\"name\":\"visit_id\","
                          "\"constraints\":{\"required\":true},"
                          "\"dmh\":{\"type\":\"identifier\",\"aliases\":[\"no\"]}},{\"name\":\"ward\","
                          "\"dmh\":{\"type\":\"text\"}}],\"dmh\":{\"key\":[\"visit_id\"]}}";

static const struct {
    const char *what, *name, *text, *kind, *mapping, *schema;
    bool good;
} CASES[] = {
    {"no kind", "a.csv", "one,two\n1,2\n", "", NULL, NULL, false},
    {"a kind that is none", "a.csv", "MRN,DOB\n1,1980-03-25\n", "nobody", NULL, NULL, false},
    {"a kind that does not fit", "a.csv", "MRN,DOB\n1,1980-03-25\n", "lab_result", NULL, NULL, false},
    {"a kind of one's own", "a.csv", "no,ward\n1,A\n", "", NULL, OWN, true},
    {"a built-in kind beside one's own", "a.csv", "MRN,DOB\n1,1980-03-25\n", "patient", NULL, OWN, true},
    {"a kind of one's own that does not fit", "a.csv", "MRN,DOB\n1,1980-03-25\n", "", NULL, OWN, false},
    {"FHIR for a kind of one's own", "a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n", "", NULL,
     OWN, false},
    {"the mapping's kind", "a.csv", "id,when\n1,1980-03-25\n", "",
     "{\"dmh\":\"mapping/"
     "1\",\"kind\":\"patient\",\"columns\":{\"id\":\"patient_id\",\"when\":\"birth_date\"}}",
     NULL, true},
    {"the mapping's kind before one's own", "a.csv", "MRN,DOB\n1,1980-03-25\n", "",
     "{\"dmh\":\"mapping/1\",\"kind\":\"patient\"}", OWN, true},
    {"a mapping of a column that is not there", "a.csv", "MRN,DOB\n1,1980-03-25\n", "",
     "{\"dmh\":\"mapping/1\",\"columns\":{\"nowhere\":\"city\"}}", NULL, false},
    {"results of a column that is not there", "a.csv", "MRN,Hb\n1,14\n", "",
     "{\"kind\":\"lab_result\",\"unpivot\":[\"Hb\",\"WBC\"]}", NULL, false},
    {"results with a field that is none", "a.csv", "MRN,Hb\n1,14\n", "",
     "{\"kind\":\"lab_result\",\"unpivot\":{\"Hb\":{\"colour\":\"red\"}}}", NULL, false},
    {"results of a column", "a.csv", "MRN,Hb\n1,14\n", "", "{\"kind\":\"lab_result\",\"unpivot\":[\"Hb\"]}",
     NULL, true},
    {"a mapping that is none", "a.csv", "MRN,DOB\n1,1980-03-25\n", "", "{", NULL, false},
    {"a schema that is none", "a.csv", "MRN,DOB\n1,1980-03-25\n", "", NULL, "{", false},
    {"an empty file", "a.csv", "", "", NULL, NULL, false},
};

Test (preparation, inspect_and_a_job_agree_on_options_mapping_schema_and_file)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char path[PATH_BYTES];
        struct prepared *prepared = calloc (1, sizeof *prepared);
        cr_assert_not_null (prepared);
        workplace_make (&prepared->place);
        workplace_write (&prepared->place, CASES[i].name, CASES[i].text, strlen (CASES[i].text));
        snprintf (path, sizeof path, "%s/%s", prepared->place.folder, CASES[i].name);
        snprintf (prepared->options.kind, sizeof prepared->options.kind, "%s", CASES[i].kind);
        prepared->options.mapping = CASES[i].mapping ? strdup (CASES[i].mapping) : NULL;
        prepared->options.schema = CASES[i].schema ? strdup (CASES[i].schema) : NULL;
        s_prepare (prepared, path);
        cr_expect_eq (s_expect_same (prepared, CASES[i].what), CASES[i].good, "%s: %s", CASES[i].what,
                      prepared->error.text);
        s_clear (prepared);
        free (prepared);
    }
}

//  Records behind the first MiB: `last` is the one that may have what the mapping names.
static void s_late (struct prepared *self, const char *last)
{
    enum { RECORDS = 40000 };
    char *text = malloc ((size_t) RECORDS * 64 + 256), *to = text, path[PATH_BYTES];
    cr_assert_not_null (text);
    for (int i = 0; i < RECORDS; i++)
        to += sprintf (to, "{\"patient_id\":\"%d\",\"birth_date\":\"1980-03-25\"}\n", i);
    to += sprintf (to, "%s\n", last);
    workplace_make (&self->place);
    workplace_write (&self->place, "late.ndjson", text, (size_t) (to - text));
    free (text);
    snprintf (path, sizeof path, "%s/late.ndjson", self->place.folder);
    self->options.mapping = strdup ("{\"dmh\":\"mapping/1\",\"columns\":{\"where\":\"city\"}}");
    s_prepare (self, path);
}

Test (preparation, inspect_awaits_a_key_that_comes_late_as_a_job_does)
{
    struct prepared *prepared = calloc (1, sizeof *prepared);
    cr_assert_not_null (prepared);
    s_late (prepared, "{\"patient_id\":\"x\",\"where\":\"Bern\"}");
    cr_expect (s_expect_same (prepared, "late"), "%s", prepared->error.text);
    cr_expect_str_eq (prepared->inspection.columns[2].source, "where");
    cr_expect_str_eq (prepared->inspection.columns[2].field, "city");
    s_clear (prepared);
    free (prepared);
}

Test (preparation, inspect_says_that_a_key_has_not_come_as_a_job_does_at_its_end)
{
    struct prepared *prepared = calloc (1, sizeof *prepared);
    cr_assert_not_null (prepared);
    s_late (prepared, "{\"patient_id\":\"x\"}");
    cr_expect_eq (prepared->rc, DMH_OK, "a job sees it after its last record");
    char want[SENTENCE_BYTES];
    snprintf (want, sizeof want, "%s", prepared->inspection.error.text);
    struct options options = {.mapping = prepared->options.mapping};
    struct local_attempt ran = local_attempt_run (&prepared->place, "late.ndjson", &options, 1);
    cr_expect_not (ran.done);
    cr_expect_str_eq (want, ran.error.text);
    cr_expect (strstr (want, "where"), "%s", want);
    s_clear (prepared);
    free (prepared);
}

//  Tables that came from the broker, of which one was edited on this host's disk before it was read.
Test (preparation, a_table_that_is_not_the_one_that_was_sent_is_refused)
{
    enum { TABLES = 2 };
    static const char TABLE[] = "itemid,code\n1,2345-7\n",
                      INPUT[] = "patient_id,ITEMID,UNIT,value\n1,1,1,90\n",
                      MAPPING[] = "{\"kind\":\"lab_result\",\"joins\":["
                                  "{\"column\":\"ITEMID\",\"table\":\"d0.csv\",\"key\":\"itemid\","
                                  "\"take\":{\"code\":\"test_code\"}},"
                                  "{\"column\":\"UNIT\",\"table\":\"d1.csv\",\"key\":\"itemid\","
                                  "\"take\":{\"code\":\"unit\"}}]}";
    for (int edited = -1; edited < TABLES; edited++) {
        struct prepared self = {.rc = DMH_OK};
        struct stored_file sent[TABLES];
        struct fetched_file files[1 + TABLES];
        char paths[1 + TABLES][PATH_BYTES], name[16], sentence[80];
        workplace_make (&self.place);
        workplace_write (&self.place, "in.csv", INPUT, sizeof INPUT - 1);
        for (int i = 0; i < TABLES; i++) {
            snprintf (name, sizeof name, "d%d.csv", i);
            workplace_write (&self.place, name, TABLE, sizeof TABLE - 1 - (i == edited));
            sent[i] = (struct stored_file){.bytes = sizeof TABLE - 1};
            digest_of (TABLE, sizeof TABLE - 1, sent[i].sha256);
        }
        for (int i = 0; i < 1 + TABLES; i++) {
            snprintf (name, sizeof name, i ? "d%d.csv" : "in.csv", i - 1);
            snprintf (paths[i], PATH_BYTES, "%s/%s", self.place.folder, name);
            files[i] = (struct fetched_file){.fd = open (paths[i], O_RDONLY | O_CLOEXEC)};
            snprintf (files[i].path, sizeof files[i].path, "/proc/self/fd/%d", files[i].fd);
        }
        self.fetched_files = (struct fetched_files){.files = files, .count = 1 + TABLES};
        self.options.mapping = strdup (MAPPING);
        self.options.mapping_folder = strdup (self.place.folder);
        self.options.tables = sent;
        self.options.tables_count = TABLES;
        s_prepare (&self, paths[0]);
        cr_expect_eq (self.rc, edited < 0 ? DMH_OK : DMH_BAD_INPUT, "%d: %s", edited, self.error.text);
        snprintf (sentence, sizeof sentence, "joins.%d.table: it is not the file that was submitted", edited);
        cr_expect (edited < 0 || strstr (self.error.text, sentence), "%s", self.error.text);
        for (int i = 0; i < 1 + TABLES; i++)
            close (files[i].fd);
        s_clear (&self);
    }
}
