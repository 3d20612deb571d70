//  fixtures_test.c: every case under fixtures/ through `dmh run`: what was worked out by hand has to come
//  out, byte for byte; and some of them in each of the other formats.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"
#include "test/support/results/golden_case.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <limits.h>
#include <time.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { PATH_BYTES = 1024 };

static void s_expect_status (const struct workplace *place, const struct golden_case *golden,
                             const char *const words[], int status)
{
    char *said = NULL;
    int got = process_run (place, words, &said);
    cr_assert_eq (got, status, "%s: %s %s ended with %d instead of %d and said: %s", golden->name, words[0],
                  words[1], got, status, said);
    free (said);
}

//  The command's result is whole, and other code finds each record of the input in it.
static void s_verify (const struct workplace *place, const struct golden_case *golden)
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
static void s_each_case (void (*visit) (const struct workplace *, struct golden_case *), bool tables)
{
    struct workplace place;
    workplace_make (&place);
    golden_case_each (&place, visit);
    if (tables)
        s_ask_validator (&place);
    workplace_remove (&place);
}

//  --strict changes nothing but how it ends: with 3 where something was set aside.
static void s_visit_csv (const struct workplace *place, struct golden_case *golden)
{
    char *rejects = workplace_read (golden->folder, "rejects.csv", NULL);
    bool rejected = rejects && strstr (rejects, ",rejected,"),
         set_aside = rejects && strstr (rejects, ",conflict,");
    free (rejects);
    golden_case_add (golden, "--strict");
    s_expect_status (place, golden, golden->words, rejected || set_aside ? 3 : 0);
    char result[PATH_BYTES + 16];
    snprintf (result, sizeof result, "%s/input", golden->out);
    golden_case_check (golden, result);
    s_verify (place, golden);
}

Test (fixtures, what_was_worked_out_by_hand_comes_out_and_is_valid_whole_and_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_csv, true);
}

//  The other formats: with DMH_FAULT=all all cases in each, else every third one, another third in each.
static bool s_has_its_turn (unsigned format)
{
    static unsigned count = 0;    //  each test is a process of its own
    const char *fault = getenv ("DMH_FAULT");
    return (fault && strcmp (fault, "all") == 0) || count++ % 3 == format;
}

//  A schema of the user's own is no kind that FHIR knows.
static void s_visit_fhir (const struct workplace *place, struct golden_case *golden)
{
    if (!s_has_its_turn (0))
        return;
    for (size_t i = 0; i < golden->word_count; i++)
        if (golden->words[i] == golden->schema)
            return;
    golden_case_add (golden, "--format");
    golden_case_add (golden, "fhir");
    s_expect_status (place, golden, golden->words, 0);
    s_verify (place, golden);
}

Test (fixtures, results_in_fhir_verify_and_hold_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_fhir, false);
}

static void s_visit_sqlite (const struct workplace *place, struct golden_case *golden)
{
    if (!s_has_its_turn (1))
        return;
    golden_case_add (golden, "--format");
    golden_case_add (golden, "sqlite");
    s_expect_status (place, golden, golden->words, 0);
    s_verify (place, golden);
}

Test (fixtures, results_in_sqlite_verify_and_hold_all_of_its_input, .timeout = 900)
{
    s_each_case (s_visit_sqlite, false);
}

static const char *s_word (yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get (object, (const char *[]){key, NULL}, yajl_t_string);
    return value ? YAJL_GET_STRING (value) : "-";
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
static void s_check_types (const struct golden_case *golden, char *records, yajl_val fields)
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

static void s_check_typed (const struct golden_case *golden)
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

static void s_visit_ndjson (const struct workplace *place, struct golden_case *golden)
{
    if (!s_has_its_turn (2))
        return;
    golden_case_add (golden, "--format");
    golden_case_add (golden, "ndjson");
    s_expect_status (place, golden, golden->words, 0);
    s_check_typed (golden);
    s_verify (place, golden);
}

Test (fixtures, records_of_json_satisfy_the_types_that_datapackage_json_says_and_verify, .timeout = 900)
{
    s_each_case (s_visit_ndjson, true);
}
