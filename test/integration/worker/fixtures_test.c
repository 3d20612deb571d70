//  fixtures_test.c: every case under fixtures/ through `dmh run`: what was worked out by hand has to come
//  out, byte for byte. A case is a folder with input.*, args (optional), records.csv, rejects.csv, counts and
//  issues and left (optional).
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { WORDS_MAX = 24, PATH_BYTES = 1024 };

//  One case, and the command that it is run by.
struct golden {
    const char *name;
    char folder[PATH_BYTES];          //  absolute: fixtures/<name>
    char input[PATH_BYTES + 256];     //  of it: input.csv, …
    char mapping[PATH_BYTES + 16];    //  of it: mapping.json
    char schema[PATH_BYTES + 16];     //  of it: schema.json
    char out[PATH_BYTES];             //  where its result goes
    char args[512];
    const char *words[WORDS_MAX];    //  ended by NULL
    size_t word_count;
};

static void s_add (struct golden *golden, const char *word)
{
    cr_assert_lt (golden->word_count, WORDS_MAX - 1, "%s: too many args", golden->name);
    golden->words[golden->word_count++] = word;
    golden->words[golden->word_count] = NULL;
}

static void s_add_args (struct golden *golden)
{
    char *args = workplace_read (golden->folder, "args", NULL), *rest = NULL;
    snprintf (golden->args, sizeof golden->args, "%s", args ? args : "");
    free (args);
    snprintf (golden->mapping, sizeof golden->mapping, "%s/mapping.json", golden->folder);
    snprintf (golden->schema, sizeof golden->schema, "%s/schema.json", golden->folder);
    for (char *word = strtok_r (golden->args, " \n", &rest); word; word = strtok_r (NULL, " \n", &rest))
        s_add (golden, streq (word, "mapping.json")  ? golden->mapping
                       : streq (word, "schema.json") ? golden->schema
                                                     : word);
}

//  Reads the case `name`; false: the folder is none.
static bool s_golden (const struct workplace *place, const char *name, struct golden *golden)
{
    char root[PATH_BYTES / 2];
    cr_assert_not_null (getcwd (root, sizeof root));
    *golden = (struct golden){.name = name};
    snprintf (golden->folder, sizeof golden->folder, "%s/fixtures/%s", root, name);
    snprintf (golden->out, sizeof golden->out, "%s/%s", place->folder, name);
    DIR *names = name[0] == '.' ? NULL : opendir (golden->folder);
    for (struct dirent *entry; names && (entry = readdir (names));)
        if (strncmp (entry->d_name, "input.", 6) == 0)
            snprintf (golden->input, sizeof golden->input, "%s/%s", golden->folder, entry->d_name);
    if (names)
        closedir (names);
    if (!golden->input[0])
        return false;
    static const char *const FIXED[] = {"dmh", "run", "--quiet", "-o"};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        s_add (golden, FIXED[i]);
    s_add (golden, golden->out);
    s_add (golden, golden->input);
    s_add_args (golden);
    return true;
}

static void s_same (const char *name, const char *expected_in, const char *got_in, const char *file)
{
    char *expected = workplace_read (expected_in, file, NULL), *got = workplace_read (got_in, file, NULL);
    cr_assert_not_null (expected, "%s: fixtures hold no %s", name, file);
    cr_assert_not_null (got, "%s: no %s came out", name, file);
    cr_expect_str_eq (got, expected, "%s: %s is\n%s\nand should be\n%s", name, file, got, expected);
    free (expected);
    free (got);
}

static long long s_number (yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get (object, (const char *[]){key, NULL}, yajl_t_number);
    return value ? YAJL_GET_INTEGER (value) : -1;
}

static const char *s_word (yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get (object, (const char *[]){key, NULL}, yajl_t_string);
    return value ? YAJL_GET_STRING (value) : "-";
}

//  The file `counts`: a word and a number a line, as in report.json.
static void s_same_counts (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "counts", NULL), *rest = NULL;
    yajl_val counts = yajl_tree_get (report, (const char *[]){"counts", NULL}, yajl_t_object);
    cr_assert (text && counts, "%s: no counts", name);
    for (char *line = strtok_r (text, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        char word[32];
        long long number;
        cr_assert_eq (sscanf (line, "%31s %lld", word, &number), 2, "%s: counts: %s", name, line);
        cr_expect_eq (s_number (counts, word), number, "%s: %s is %lld and should be %lld", name, word,
                      s_number (counts, word), number);
    }
    free (text);
}

//  The file `issues`: rule, field ("-": the record), count and first line, in any order.
static void s_same_issues (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "issues", NULL);
    if (!text)
        return;
    yajl_val issues = yajl_tree_get (report, (const char *[]){"issues", NULL}, yajl_t_array);
    cr_assert_not_null (issues, "%s: no issues in report.json", name);
    size_t lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    cr_expect_eq (issues->u.array.len, lines, "%s: %zu issues instead of %zu", name, issues->u.array.len,
                  lines);
    for (size_t i = 0; i < issues->u.array.len; i++) {
        yajl_val issue = issues->u.array.values[i];
        char line[512];
        snprintf (line, sizeof line, "%s %s %lld %lld\n", s_word (issue, "rule"), s_word (issue, "field"),
                  s_number (issue, "count"), s_number (issue, "first_line"));
        cr_expect_not_null (strstr (text, line), "%s: report.json has the issue %s", name, line);
    }
    free (text);
}

//  Lines "WORD COUNT NAME" of what report.json counts by name under WORD of its input.
static void s_count_left (const char *name, yajl_val input, const char *word, const char *text, size_t *lines)
{
    yajl_val counts = yajl_tree_get (input, (const char *[]){word, NULL}, yajl_t_object);
    for (size_t i = 0; counts && i < counts->u.object.len; i++, ++*lines) {
        char line[512];
        yajl_val count = counts->u.object.values[i];
        cr_assert (YAJL_IS_INTEGER (count), "%s: %s", name, word);
        snprintf (line, sizeof line, "%s %lld %s\n", word, YAJL_GET_INTEGER (count),
                  counts->u.object.keys[i]);
        cr_expect_not_null (strstr (text, line), "%s: report.json says %s", name, line);
    }
}

//  The file `left`: what of the input became no record, or no part of one, in any order.
static void s_same_left (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "left", NULL);
    yajl_val input = yajl_tree_get (report, (const char *[]){"input", NULL}, yajl_t_object);
    size_t lines = 0, found = 0;
    for (const char *at = text; at && *at; at++)
        lines += *at == '\n';
    cr_assert_not_null (input, "%s: report.json has no input", name);
    if (text) {
        s_count_left (name, input, "passed_by", text, &found);
        s_count_left (name, input, "not_carried_over", text, &found);
        cr_expect_eq (found, lines, "%s: report.json counts %zu and not %zu", name, found, lines);
    }
    free (text);
}

static void s_check (const struct golden *golden)
{
    char result[PATH_BYTES + 16], why[1024] = "";
    snprintf (result, sizeof result, "%s/input", golden->out);
    s_same (golden->name, golden->folder, result, "records.csv");
    s_same (golden->name, golden->folder, result, "rejects.csv");
    char *text = workplace_read (result, "report.json", NULL);
    yajl_val report = text ? yajl_tree_parse (text, why, sizeof why) : NULL;
    cr_assert_not_null (report, "%s: report.json: %s", golden->name, why);
    s_same_counts (golden->name, golden->folder, report);
    s_same_issues (golden->name, golden->folder, report);
    s_same_left (golden->name, golden->folder, report);
    yajl_tree_free (report);
    free (text);
}

static void s_expect_status (const struct workplace *place, const struct golden *golden,
                             const char *const words[], int status)
{
    char *said = NULL;
    int got = process_run (place, words, &said);
    cr_assert_eq (got, status, "%s: %s %s ended with %d instead of %d and said: %s", golden->name, words[0],
                  words[1], got, status, said);
    free (said);
}

//  The command's result is whole, and other code finds each record of the input in it.
static void s_verify (const struct workplace *place, const struct golden *golden)
{
    char result[PATH_BYTES + 16], *said = NULL;
    snprintf (result, sizeof result, "%s/input", golden->out);
    const char *const verify[] = {"dmh", "verify", result, "--input", golden->input, NULL};
    cr_assert_eq (process_run (place, verify, &said), 0, "%s: %s", golden->name, said);
    cr_assert (strstr (said, "were found again"), "%s: %s", golden->name, said);
    free (said);
}

//  Says of every table in the place's results what the outside validator says by their datapackage.json.
static void s_ask_validator (const struct workplace *place)
{
    char modules[PATH_MAX], script[PATH_MAX], *command = NULL;
    if (access ("build/validators/node_modules/tableschema", R_OK) != 0 ||
        system ("command -v node >/dev/null") != 0) {
        fprintf (stderr,
                 "SKIP: build/validators has no tableschema (deploy/validators.sh brings it by npm)\n");
        return;
    }
    cr_assert (realpath ("build/validators", modules) &&
               realpath ("test/support/results/table_validator.mjs", script));
    cr_assert_gt (asprintf (&command, "node '%s' '%s' '%s' >'%s/said' 2>&1", script, modules, place->folder,
                            place->folder),
                  0);
    int status = system (command);
    char *said = workplace_read (place->folder, "said", NULL);
    cr_expect_eq (status, 0, "%s", said);
    cr_expect_not_null (strstr (said, " rows valid"), "%s", said);
    free (said);
    free (command);
}

//  `visit` runs each case, once; then the validator is asked about all that came out, if `tables`.
static void s_each_case (void (*visit) (const struct workplace *, struct golden *), bool tables)
{
    struct workplace place;
    workplace_make (&place);
    size_t count = 0;
    DIR *names = opendir ("fixtures");
    cr_assert_not_null (names, "run the tests from the top of the checkout");
    for (struct dirent *entry; (entry = readdir (names));) {
        struct golden golden;
        if (!s_golden (&place, entry->d_name, &golden))
            continue;
        visit (&place, &golden);
        count++;
    }
    closedir (names);
    if (tables)
        s_ask_validator (&place);
    workplace_remove (&place);
    cr_assert_geq (count, 10, "fixtures hold %zu cases", count);
}

//  --strict changes nothing but how it ends: with 3 where something was set aside.
static void s_visit_csv (const struct workplace *place, struct golden *golden)
{
    char *rejects = workplace_read (golden->folder, "rejects.csv", NULL);
    bool rejected = rejects && strstr (rejects, ",rejected,"),
         set_aside = rejects && strstr (rejects, ",conflict,");
    free (rejects);
    s_add (golden, "--strict");
    s_expect_status (place, golden, golden->words, rejected || set_aside ? 3 : 0);
    s_check (golden);
    s_verify (place, golden);
}

Test (fixtures, what_was_worked_out_by_hand_comes_out_and_is_valid_whole_and_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_csv, true);
}

//  A schema of the user's own is no kind that FHIR knows.
static void s_visit_fhir (const struct workplace *place, struct golden *golden)
{
    for (size_t i = 0; i < golden->word_count; i++)
        if (golden->words[i] == golden->schema)
            return;
    s_add (golden, "--format");
    s_add (golden, "fhir");
    s_expect_status (place, golden, golden->words, 0);
    s_verify (place, golden);
}

Test (fixtures, every_result_in_fhir_verifies_and_holds_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_fhir, false);
}

static void s_visit_sqlite (const struct workplace *place, struct golden *golden)
{
    s_add (golden, "--format");
    s_add (golden, "sqlite");
    s_expect_status (place, golden, golden->words, 0);
    s_verify (place, golden);
}

Test (fixtures, every_result_in_sqlite_verifies_and_holds_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_sqlite, false);
}

//  A value of records.ndjson against its field's type in the Table Schema; null: there is none.
static bool s_satisfies (const char *type, yajl_val value)
{
    if (YAJL_IS_NULL (value))
        return true;
    if (strcmp (type, "number") == 0)
        return YAJL_IS_NUMBER (value);
    if (!YAJL_IS_STRING (value) || strcmp (type, "date") != 0)
        return YAJL_IS_STRING (value) && strcmp (type, "string") == 0;
    struct tm tm = {0};
    const char *text = YAJL_GET_STRING (value), *end = strptime (text, "%Y-%m-%d", &tm);
    return strlen (text) == 10 && end && !*end;
}

//  Each line is JSON for another library, and has the fields of datapackage.json, of their types.
static void s_check_types (const struct golden *golden, char *records, yajl_val fields)
{
    char why[1024] = "", *rest = NULL;
    for (char *line = strtok_r (records, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        yajl_val record = yajl_tree_parse (line, why, sizeof why);
        cr_assert (YAJL_IS_OBJECT (record), "%s: %s is no JSON: %s", golden->name, line, why);
        cr_assert_eq (record->u.object.len, fields->u.array.len, "%s: %s", golden->name, line);
        for (size_t i = 0; i < record->u.object.len; i++) {
            yajl_val field = fields->u.array.values[i];
            cr_expect_str_eq (record->u.object.keys[i], s_word (field, "name"), "%s: %s", golden->name, line);
            cr_expect (s_satisfies (s_word (field, "type"), record->u.object.values[i]),
                       "%s: %s is no %s in %s", golden->name, s_word (field, "name"), s_word (field, "type"),
                       line);
        }
        yajl_tree_free (record);
    }
}

static void s_check_typed (const struct golden *golden)
{
    char result[PATH_BYTES + 16], why[1024] = "";
    snprintf (result, sizeof result, "%s/input", golden->out);
    char *records = workplace_read (result, "records.ndjson", NULL),
         *package = workplace_read (result, "datapackage.json", NULL);
    cr_assert (records && package, "%s: no records.ndjson or no datapackage.json", golden->name);
    yajl_val whole = yajl_tree_parse (package, why, sizeof why);
    yajl_val resources = yajl_tree_get (whole, (const char *[]){"resources", NULL}, yajl_t_array);
    yajl_val fields = NULL;
    for (size_t i = 0; resources && i < resources->u.array.len; i++)
        if (strcmp (s_word (resources->u.array.values[i], "path"), "records.ndjson") == 0)
            fields = yajl_tree_get (resources->u.array.values[i], (const char *[]){"schema", "fields", NULL},
                                    yajl_t_array);
    cr_assert_not_null (fields, "%s: datapackage.json: %s", golden->name, why);
    s_check_types (golden, records, fields);
    yajl_tree_free (whole);
    free (records);
    free (package);
}

static void s_visit_ndjson (const struct workplace *place, struct golden *golden)
{
    s_add (golden, "--format");
    s_add (golden, "ndjson");
    s_expect_status (place, golden, golden->words, 0);
    s_check_typed (golden);
    s_verify (place, golden);
}

Test (fixtures, records_of_json_satisfy_the_types_that_datapackage_json_says_and_verify, .timeout = 900)
{
    s_each_case (s_visit_ndjson, true);
}
