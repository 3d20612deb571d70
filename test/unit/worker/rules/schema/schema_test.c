//  schema_test.c: the kinds that come with the program, and the reader of schema files. What the fields are
//  is written down here a second time.
#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/read/read.h"
#include "worker/rules/schema/schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

static catalog_t *s_catalog (void)
{
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    return catalog;
}

//  "name*" is a field that every record needs.
static const struct {
    const char *kind, *fields, *key;
} KINDS[] = {
    {"imaging_study",
     "study_uid patient_id* encounter_id accession_number started_at modality* body_site body_site_code "
     "series_uid instance_uid sop_class_uid description procedure_code manufacturer status",
     "study_uid series_uid instance_uid"},
    {"lab_result",
     "result_id patient_id* encounter_id specimen_id category test_code* test_code_system test_name "
     "value_comparator value_number value_text unit reference_low reference_high abnormal_flag status "
     "collected_at resulted_at source_value source_unit",
     "result_id"},
    {"patient",
     "patient_id* given_name middle_name family_name prefix suffix maiden_name birth_date death_date "
     "deceased "
     "gender marital_status race ethnicity ssn phone email address_line city state county postal_code "
     "country "
     "latitude "
     "longitude",
     "patient_id"},
    {"sequence",
     "sequence_id* description alphabet length gc_fraction ambiguous_count md5 ga4gh_sq source_id",
     "sequence_id"},
    {"variant", "chrom* pos* id ref* alt qual filter variant_type", "chrom pos ref alt"},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

Test (schema, the_kinds_have_the_fields_of_the_contract_in_its_order)
{
    catalog_t *catalog = s_catalog ();
    cr_assert_eq (catalog_size (catalog), KIND_COUNT);
    for (size_t k = 0; k < KIND_COUNT; k++) {
        const schema_t *schema = catalog_at (catalog, k);
        cr_assert_str_eq (schema->name, KINDS[k].kind);
        cr_assert_eq (catalog_find (catalog, KINDS[k].kind), schema);
        char fields[1024] = "", key[256] = "";
        for (size_t f = 0; f < schema->field_count; f++) {
            const struct field *field = &schema->fields[f];
            size_t n = strlen (fields);
            snprintf (fields + n, sizeof fields - n, "%s%s%s", f ? " " : "", field->name,
                      field->required ? "*" : "");
            cr_expect_eq (schema_field (schema, field->name), (int) f);
            cr_expect (field->title && field->description, "%s says nothing", field->name);
        }
        cr_expect_str_eq (fields, KINDS[k].fields);
        for (size_t i = 0; i < schema->key_count; i++) {
            size_t n = strlen (key);
            snprintf (key + n, sizeof key - n, "%s%s", i ? " " : "", schema->fields[schema->key[i]].name);
        }
        cr_expect_str_eq (key, KINDS[k].key);
    }
    cr_expect_null (catalog_find (catalog, "invoice"));
    cr_expect_eq (schema_field (catalog_at (catalog, 0), "nobody"), FIELD_NONE);
    catalog_destroy (&catalog);
    cr_assert_null (catalog);
    catalog_destroy (&catalog);
}

Test (schema, a_lab_result_spreads_its_value_and_a_patient_dies_after_birth)
{
    catalog_t *catalog = s_catalog ();
    const schema_t *lab = catalog_find (catalog, "lab_result"), *patient = catalog_find (catalog, "patient");
    cr_assert (lab->has_measure && !patient->has_measure);
    cr_expect_str_eq (lab->fields[lab->measure.number].name, "value_number");
    cr_expect_str_eq (lab->fields[lab->measure.source_unit].name, "source_unit");
    cr_assert_eq (lab->any_of_count, 2);
    cr_expect_str_eq (lab->fields[lab->any_of[0]].name, "value_number");
    cr_expect_str_eq (lab->fields[lab->any_of[1]].name, "value_text");
    cr_assert_eq (patient->date_check_count, 1);
    cr_expect_str_eq (patient->fields[patient->date_checks[0].before].name, "birth_date");
    cr_expect_eq (patient->date_checks[0].rule, RULE_DEATH_BEFORE_BIRTH);
    cr_expect_eq (patient->fields[schema_field (patient, "latitude")].maximum, 90);
    cr_expect (patient->fields[schema_field (patient, "birth_date")].past);
    cr_expect_not_null (unit_test_find (catalog_units (catalog), TEXT ("2345-7")));
    catalog_destroy (&catalog);
}

//  Each name once, compared here without the index that the reader itself uses.
Test (schema, no_name_belongs_to_two_fields)
{
    enum { NAMES_MAX = 2048, BYTES = 128 };
    static char names[NAMES_MAX][BYTES];
    static size_t sizes[NAMES_MAX];
    catalog_t *catalog = s_catalog ();
    for (size_t k = 0; k < catalog_size (catalog); k++) {
        const schema_t *schema = catalog_at (catalog, k);
        size_t count = 0;
        for (size_t f = 0; f < schema->field_count; f++)
            for (size_t a = 0; a <= schema->fields[f].alias_count; a++) {
                const char *name = a ? schema->fields[f].aliases[a - 1] : schema->fields[f].name;
                cr_assert_lt (count, NAMES_MAX);
                sizes[count] = text_fold (text_of (name), names[count], BYTES);
                for (size_t i = 0; i < count; i++)
                    cr_expect_not (sizes[i] == sizes[count] && memcmp (names[i], names[count], sizes[i]) == 0,
                                   "%s: “%s” stands twice", schema->name, name);
                count++;
                const struct field_name *found = field_names_find (schema->names, text_of (name));
                cr_assert (found && found->field == (int) f && found->strength == (int) a, "%s", name);
            }
    }
    catalog_destroy (&catalog);
}

Test (schema, missing_of_a_missing_value_are_known_and_real_values_are_not)
{
    static const char *const MISSING[] = {"NA", "na", "N/A", "n/a", "NULL", "null",   "nan", "NaN", "None",
                                          ".",  "-",  "--",  "?",   "#N/A", "(null)", "\\N", "nil", "NIL"};
    static const char *const REAL[] = {"unknown", "0",  "N",  "A", "NAN A", "n",    "..,",
                                       "Na+",     "-1", "?!", "U", "nul",   "NA\0x"};
    catalog_t *catalog = s_catalog ();
    for (size_t k = 0; k < catalog_size (catalog); k++) {
        const missing_t *markers = catalog_at (catalog, k)->missing;
        if (catalog_at (catalog, k)->format)    //  NA may be the name of a sequence
            continue;
        for (size_t i = 0; i < sizeof MISSING / sizeof *MISSING; i++)
            cr_expect (missing_has (markers, text_of (MISSING[i])), "%s", MISSING[i]);
        for (size_t i = 0; i + 1 < sizeof REAL / sizeof *REAL; i++)
            cr_expect_not (missing_has (markers, text_of (REAL[i])), "%s", REAL[i]);
        cr_expect_not (missing_has (markers, (struct text){"NA\0x", 4}));
        cr_expect_not (missing_has (markers, (struct text){NULL, 0}));
    }
    catalog_destroy (&catalog);
}

static void s_expect_strings (yajl_val list, const char *what)
{
    cr_assert (YAJL_IS_ARRAY (list), "%s", what);
    for (size_t i = 0; i < list->u.array.len; i++)
        cr_expect (YAJL_IS_STRING (list->u.array.values[i]), "%s", what);
}

//  Table Schema, version 1: types, names, missingValues, primaryKey.
Test (schema, the_files_are_frictionless_table_schemas)
{
    static const char *const TYPES[] = {"string", "number", "integer", "boolean", "date", "datetime", "time"};
    const char *name_path[] = {"name", NULL}, *type_path[] = {"type", NULL},
               *fields_path[] = {"fields", NULL}, *missing_path[] = {"missingValues", NULL},
               *key_path[] = {"primaryKey", NULL};
    catalog_t *catalog = s_catalog ();
    for (size_t k = 0; k < catalog_size (catalog); k++) {
        const schema_t *schema = catalog_at (catalog, k);
        yajl_val root = yajl_tree_parse (schema->json, NULL, 0);
        yajl_val fields = yajl_tree_get (root, fields_path, yajl_t_array);
        cr_assert_eq (fields->u.array.len, schema->field_count);
        for (size_t f = 0; f < fields->u.array.len; f++) {
            yajl_val type = yajl_tree_get (fields->u.array.values[f], type_path, yajl_t_string);
            yajl_val name = yajl_tree_get (fields->u.array.values[f], name_path, yajl_t_string);
            bool known = false;
            for (size_t i = 0; type && i < sizeof TYPES / sizeof *TYPES; i++)
                known = known || strcmp (type->u.string, TYPES[i]) == 0;
            cr_expect (known && name, "%s field %zu", schema->name, f);
        }
        s_expect_strings (yajl_tree_get (root, missing_path, yajl_t_array), "missingValues");
        yajl_val key = yajl_tree_get (root, key_path, yajl_t_array);
        for (size_t i = 0; key && i < key->u.array.len; i++)
            cr_expect_neq (schema_field (schema, key->u.array.values[i]->u.string), FIELD_NONE);
        yajl_tree_free (root);
        char digest[DIGEST_HEX_BYTES];
        cr_expect_str_eq (schema->sha256, digest_of (schema->json, strlen (schema->json), digest));
    }
    catalog_destroy (&catalog);
}

#define FIELD(REST)                                                                                          \
    "{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":" REST "}}]}"
#define TOP(REST)                                                                                            \
    "{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":\"text\"}},"            \
    "{\"name\":\"b\",\"dmh\":{\"type\":\"date\"}}]," REST "}"

//  What is wrong, where, and what to write instead.
static const struct {
    const char *json, *says;
} WRONG[] = {
    {"", "x.json is empty"},
    {"[]", "the document has to be an object"},
    {"{", "x.json, line 1: not JSON"},
    {"{\n\n\"name\": nope}", "x.json, line 3: not JSON"},
    {"// a comment\n{}", "not JSON"},
    {"{}", "name is missing"},
    {"{\"name\":7}", "name has to be a string"},
    {"{\"name\":\"Bad Name\",\"version\":\"1\"}", "snake_case"},
    {"{\"name\":\"x\",\"version\":\"1\"}", "needs 1 to 128 \"fields\""},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":[]}", "needs 1 to 128 \"fields\""},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":{}}", "fields has to be an array"},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":[7]}", "fields.0 has to be an object"},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\"}]}", "fields.0 needs \"dmh\""},
    {FIELD ("\"colour\""), "fields.0.dmh has an unknown type; write one of text"},
    {FIELD ("\"text\",\"alias\":[]"), "fields.0.dmh.alias is not known; write one of type"},
    {FIELD ("\"text\",\"aliases\":\"b\""), "fields.0.dmh.aliases has to be an array"},
    {FIELD ("\"text\",\"aliases\":[1]"), "fields.0.dmh.aliases holds something that is not a string"},
    {FIELD ("\"text\",\"aliases\":[\" - \"]"), "holds no letter"},
    {FIELD ("\"text\",\"aliases\":[\"A\"]"), "“A”, which is already a name of a"},
    {FIELD ("\"text\",\"values\":{}"), "is no code"},
    {FIELD ("\"text\",\"past\":1"), "past has to be true or false"},
    {FIELD ("\"text\",\"checks\":[]"), "fields.0.dmh.checks has to be an object"},
    {FIELD ("\"text\",\"checks\":{\"value_mising\":1}"), "checks.value_mising is not known"},
    {FIELD ("\"text\",\"checks\":{\"value_missing\":101}"),
     "fields.0.dmh.checks.value_missing has to be a percentage from 0 to 100"},
    {FIELD ("\"code\""), "needs \"values\""},
    {FIELD ("\"code\",\"values\":{\"m\":\"1\"}"), "values.m has to be an array"},
    {FIELD ("\"code\",\"values\":{\"m\":[1]}"), "empty or not a string"},
    {FIELD ("\"code\",\"values\":{\"m\":[\"1\"],\"f\":[\"1\"]}"),
     "values.f.1 is listed for another code too"},
    {FIELD ("\"code\",\"values\":{\"m\":[\"1\",\"1\"]}"), "values.m.1 is listed twice"},
    {FIELD ("\"code\",\"values\":{\"m\":[],\"M\":[]}"), "stands twice"},
    {TOP ("\"missingValues\":[1]"), "missingValues.0 is a missing value that is not a string"},
    {TOP ("\"dmh\":{\"keys\":[]}"), "dmh.keys is not known"},
    {TOP ("\"dmh\":{\"key\":[\"c\"]}"), "dmh.key names a field that the schema does not have"},
    {TOP ("\"dmh\":{\"any_of\":[1]}"), "dmh.any_of names a field"},
    {TOP ("\"dmh\":{\"measure\":{\"number\":\"a\"}}"),
     "dmh.measure.number names no field, or one of another type"},
    {TOP ("\"dmh\":{\"measure\":{}}"), "dmh.measure.number is missing"},
    {TOP ("\"dmh\":{\"before\":[[\"a\",\"b\"]]}"), "no date field"},
    {TOP ("\"dmh\":{\"before\":[7]}"), "[earlier field, later field, rule]"},
    {TOP ("\"dmh\":{\"before\":[[\"b\",\"b\",\"nonsense\"]]}"), "unknown rule"},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":\"text\",\"aliases\":["
     "\"b\"]}},"
     "{\"name\":\"b\",\"dmh\":{\"type\":\"text\"}}]}",
     "fields.0 (a) has the name “b”, which is already a name of b"},
    {"{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":\"text\"}},"
     "{\"name\":\"a\",\"dmh\":{\"type\":\"text\"}}]}",
     "fields.1 (a) has the name “a”, which is already a name of a"},
};

Test (schema, a_wrong_file_is_told_with_its_path_and_what_to_write)
{
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct error error = {0};
        cr_expect_null (schema_read (WRONG[i].json, strlen (WRONG[i].json), "x.json", &error));
        cr_expect_eq (error.code, DMH_BAD_INPUT, "%s", WRONG[i].json);
        cr_expect (strncmp (error.text, "x.json", 6) == 0 && strstr (error.text, WRONG[i].says),
                   "%s\n  said: %s\n  want: %s", WRONG[i].json, error.text, WRONG[i].says);
    }
}

//  One file with every kind of mistake, and what is said of each: the place, and what to write.
static const char MISTAKES[] =
    "{\"name\":\"Visit List\",\"verson\":\"1\",\"fields\":["
    "{\"title\":\"x\",\"dmh\":{\"type\":\"text\"}},7,"
    "{\"name\":\"a\",\"type\":\"sting\",\"dmh\":{\"type\":\"dat\",\"alias\":[],\"aliases\":[1,\"b\"]}},"
    "{\"name\":\"b\",\"constraints\":{\"pattern\":\"x\"},\"dmh\":{\"type\":\"code\",\"values\":{\"m\":[\"1\"]"
    ","
    "\"f\":[\"1\",2]}}},"
    "{\"name\":\"c\",\"dmh\":{\"type\":\"date\",\"identifying\":1}}],"
    "\"missingValues\":[1],\"dmh\":{\"key\":[\"aa\"],\"any_of\":[\"cc\",5],\"before\":[[\"c\",\"b\"],1],"
    "\"measure\":{\"number\":\"a\",\"numbr\":\"a\"}}}";

static const char *const SAID[] = {
    "x.json: verson is not known; write one of name, version,",
    "did you mean “version”?",
    "x.json: the document has a name that is not snake_case",
    "x.json: version is missing; write a string",
    "x.json: fields.0.name is missing; write a string",
    "x.json: fields.1 has to be an object",
    "x.json: fields.2.type is no type of Table Schema; write string, number, integer, date or datetime; did "
    "you "
    "mean “string”?",
    "x.json: fields.2.dmh.alias is not known",
    "did you mean “aliases”?",
    "x.json: fields.2.dmh has an unknown type; write one of text",
    "did you mean “date”?",
    "x.json: fields.2.dmh.aliases holds something that is not a string",
    "x.json: fields.3.constraints.pattern is not known; write one of required, minimum, maximum",
    "x.json: fields.3.dmh.values.f.1 is listed for another code too",
    "x.json: fields.3.dmh.values.f holds a spelling that is empty or not a string",
    "x.json: fields.4.dmh.identifying has to be true or false",
    "x.json: fields.2 (a) has the name “b”, which is already a name of b",
    "x.json: missingValues.0 is a missing value that is not a string",
    "x.json: dmh.key names a field that the schema does not have, “aa”",
    "x.json: dmh.any_of names a field that the schema does not have, “cc”",
    "x.json: dmh.any_of names a field by something that is no string",
    "x.json: dmh.measure.numbr is not known",
    "x.json: dmh.measure.number names no field, or one of another type; write one whose dmh.type is number",
    "x.json: dmh.before.0 names “b”, which is no date field",
    "x.json: dmh.before.1 is a list of [earlier field, later field, rule]",
};

//  Files made before letters beyond ASCII were compared without case list both.
Test (schema, a_field_may_list_two_spellings_of_letters_beyond_ASCII_and_two_fields_may_not)
{
    static const char GOOD[] =
        "{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":"
        "\"code\",\"aliases\":[\"prénom\",\"PRÉNOM\",\"straße\",\"strasse\"],\"values\":{"
        "\"f\":[\"féminin\",\"FÉMININ\"]}}}]}";
    static const char BAD[] =
        "{\"name\":\"x\",\"version\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":"
        "\"text\",\"aliases\":[\"prénom\"]}},{\"name\":\"b\",\"dmh\":{\"type\":\"text\","
        "\"aliases\":[\"PRÉNOM\"]}}]}";
    static struct json_findings findings;
    struct error error = {0};
    size_t fields = 0;
    cr_expect_eq (schema_check (GOOD, strlen (GOOD), "x.json", &findings, &fields, &error), DMH_OK, "%s",
                  error.text);
    cr_expect_eq (schema_check (BAD, strlen (BAD), "x.json", &findings, &fields, &error), DMH_BAD_INPUT);
    cr_expect_not_null (strstr (error.text, "is already a name of a"), "%s", error.text);
}

Test (schema, a_check_tells_every_mistake_of_a_file)
{
    static struct json_findings findings;
    struct error error = {0};
    size_t fields = 0;
    cr_assert_eq (schema_check (MISTAKES, strlen (MISTAKES), "x.json", &findings, &fields, &error),
                  DMH_BAD_INPUT);
    cr_expect_str_eq (error.text, findings.texts[0]);
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
        bool found = false;
        for (size_t f = 0; f < findings.count; f++)
            found = found || strstr (findings.texts[f], SAID[i]);
        cr_expect (found, "nothing says: %s", SAID[i]);
    }
    for (size_t f = 0; f < findings.count; f++) {
        bool wanted = false;
        for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++)
            wanted = wanted || strstr (findings.texts[f], SAID[i]);
        cr_expect (wanted, "said besides: %s", findings.texts[f]);
    }
    json_findings_clear (&findings);
}

Test (schema, the_files_that_come_with_the_program_have_no_mistake)
{
    static struct json_findings findings;
    struct error error = {0};
    catalog_t *catalog = s_catalog ();
    for (size_t k = 0; k < catalog_size (catalog); k++) {
        const schema_t *schema = catalog_at (catalog, k);
        size_t fields = 0;
        cr_expect_eq (
            schema_check (schema->json, strlen (schema->json), schema->name, &findings, &fields, &error),
            DMH_OK, "%s", error.text);
        cr_expect_eq (fields, schema->field_count);
    }
    catalog_destroy (&catalog);
}

Test (schema, a_catalog_takes_a_kind_more_and_leaves_its_base_alone)
{
    struct error error = {0};
    catalog_t *base = s_catalog ();
    static const char OWN[] = FIELD ("\"text\"");
    catalog_t *with = catalog_with (base, schema_read (OWN, strlen (OWN), "x.json", &error));
    cr_assert_not_null (with);
    cr_expect_eq (catalog_size (with), catalog_size (base) + 1);
    cr_expect_not_null (catalog_find (with, "x"));
    cr_expect_eq (catalog_find (with, "patient"), catalog_find (base, "patient"));
    cr_expect_eq (catalog_units (with), catalog_units (base));
    catalog_destroy (&with);
    static const char PATIENT[] =
        "{\"name\":\"patient\",\"version\":\"9\",\"fields\":[{\"name\":\"n\",\"dmh\":{\"type\":\"text\"}}]}";
    with = catalog_with (base, schema_read (PATIENT, strlen (PATIENT), "p.json", &error));
    cr_assert_not_null (with);
    cr_expect_eq (catalog_size (with), catalog_size (base));
    cr_expect_str_eq (catalog_find (with, "patient")->version, "9");
    catalog_destroy (&with);
    cr_expect_str_neq (catalog_find (base, "patient")->version, "9");
    catalog_destroy (&base);
}

static void s_expect_refused (const char *text, size_t n, const char *says)
{
    struct error error = {0};
    cr_expect_null (schema_read (text, n, "x.json", &error));
    cr_expect (strstr (error.text, says), "%s", error.text);
}

Test (schema, hostile_json_is_refused_without_a_deep_stack)
{
    enum { MANY = 900000 };
    char *text = malloc (2 * MANY);
    cr_assert_not_null (text);
    memset (text, '[', MANY);
    s_expect_refused (text, MANY, "nested deeper than 16");
    //  A quote in what would be a comment must not hide the depth.
    memcpy (text, "/*\"*/", 5);
    s_expect_refused (text, MANY, "not JSON");
    memset (text, ' ', 2 * MANY);
    s_expect_refused (text, 2 * MANY, "longer than 1 MiB");
    s_expect_refused ("{\"a\0\":1}", 8, "NUL byte");
    s_expect_refused ("{\"name\":\"\xff\xfe\"}", 13, "not JSON");
    free (text);
}

static void s_write (const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    cr_assert_eq (fputs (text, file) < 0, 0);
    fclose (file);
}

static void s_remove (const char *folder, const char *name)
{
    char path[256];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    remove (path);
}

Test (schema, a_folder_adds_kinds_and_replaces_those_of_the_same_name)
{
    char folder[] = "/tmp/dmh-schema-XXXXXX";
    struct error error = {0};
    cr_assert_not_null (mkdtemp (folder));
    s_write (folder, "a.json", FIELD ("\"text\",\"aliases\":[\"first\",\"second\"]"));
    s_write (
        folder, "b.json",
        "{\"name\":\"patient\",\"version\":\"9\",\"fields\":[{\"name\":\"n\",\"dmh\":{\"type\":\"text\"}}]}");
    s_write (folder, "notes.txt", "not a schema");
    catalog_t *catalog = catalog_new (folder, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    cr_assert_eq (catalog_size (catalog), KIND_COUNT + 1);
    for (size_t i = 1; i < catalog_size (catalog); i++)
        cr_expect_lt (strcmp (catalog_at (catalog, i - 1)->name, catalog_at (catalog, i)->name), 0);
    cr_expect_str_eq (catalog_find (catalog, "patient")->version, "9");
    cr_expect_eq (catalog_find (catalog, "x")->fields[0].alias_count, 2);
    catalog_destroy (&catalog);
    s_write (folder, "c.json", "{}");
    cr_expect_null (catalog_new (folder, &error));
    cr_expect (strstr (error.text, "c.json: name is missing"), "%s", error.text);
    s_remove (folder, "a.json");
    s_remove (folder, "b.json");
    s_remove (folder, "c.json");
    s_remove (folder, "notes.txt");
    cr_assert_eq (rmdir (folder), 0);
    cr_expect_null (catalog_new (folder, &error));
    cr_expect (strstr (error.text, "cannot be read"), "%s", error.text);
}

Test (schema, each_type_has_its_word)
{
    cr_expect_str_eq (field_type_word (FIELD_TEXT), "text");
    cr_expect_str_eq (field_type_word (FIELD_DATETIME), "datetime");
    cr_expect_str_eq (field_type_word (FIELD_STATE), "state");
}
