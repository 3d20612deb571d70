//  mapping_test.c: mapping files, and what they do to a binding.
#include "../../worker/rules/binding.h"

#include <criterion/criterion.h>
#include <stdio.h>

static mapping_t *s_mapping (const char *json)
{
    struct error error = {0};
    mapping_t *mapping = mapping_new (json, strlen (json), "m.json", &error);
    cr_assert_not_null (mapping, "%s", error.text);
    return mapping;
}

static catalog_t *s_catalog (void)
{
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    return catalog;
}

static const struct text HEADER[] = {TEXT ("Pat No"), TEXT ("Nm"), TEXT ("Sex"), TEXT ("City")};
enum { HEADER_COUNT = sizeof HEADER / sizeof *HEADER };

static binding_t *s_bind (const catalog_t *catalog, const mapping_t *mapping, const char *kind,
                          struct error *error)
{
    *error = (struct error){0};
    return binding_new (catalog, HEADER, HEADER_COUNT, kind, mapping, "in.csv", error);
}

Test (mapping, every_part_is_read)
{
    mapping_t *mapping = s_mapping (
        "{\"dmh\":\"mapping/1\",\"kind\":\"patient\",\"date_order\":\"dmy\","
        "\"columns\":{\"Pat No\":\"patient_id\",\"Nm\":null},\"constants\":{\"country\":\"DE\"},"
        "\"values\":{\"gender\":{\"w\":\"female\",\"d\":\"other\"}},\"missing\":[\"-99\",\"k.A.\"]}");
    cr_expect_str_eq (mapping->kind, "patient");
    cr_expect_str_eq (mapping->date_order, "dmy");
    cr_assert_eq (mapping->column_count, 2);
    cr_expect_str_eq (mapping->columns[0].from, "Pat No");
    cr_expect_str_eq (mapping->columns[0].to, "patient_id");
    cr_expect_null (mapping->columns[1].to);
    cr_assert_eq (mapping->constant_count, 1);
    cr_expect_str_eq (mapping->constants[0].to, "DE");
    cr_assert_eq (mapping->value_count, 2);
    cr_expect_str_eq (mapping->values[1].field, "gender");
    cr_expect_str_eq (mapping->values[1].to, "other");
    cr_assert_eq (mapping->missing_count, 2);
    cr_expect_str_eq (mapping->missing[0], "-99");
    mapping_destroy (&mapping);
    cr_expect_null (mapping);
    mapping_destroy (&mapping);
    mapping = s_mapping ("{}");
    cr_expect (!mapping->kind && mapping->column_count == 0);
    mapping_destroy (&mapping);
}

static const struct {
    const char *json, *says;
} WRONG[] = {
    {"", "m.json is empty"},
    {"nope", "m.json, line 1: not JSON"},
    {"[]", "the document has to be an object"},
    {"{\"column\":{}}", "column is not known; write one of dmh, kind, columns"},
    {"{\"dmh\":\"mapping/2\"}", "dmh has to be \"mapping/1\""},
    {"{\"kind\":7}", "kind has to be a string"},
    {"{\"date_order\":\"ydm\"}", "date_order has to be mdy, dmy or ymd"},
    {"{\"columns\":[]}", "columns has to be an object"},
    {"{\"columns\":{\"a\":1}}", "columns.a has to be a field's name or null"},
    {"{\"constants\":{\"a\":null}}", "constants.a has to be a string"},
    {"{\"values\":{\"gender\":\"x\"}}", "values.gender has to be an object"},
    {"{\"values\":{\"gender\":{\"w\":1}}}", "values.gender has a code that is empty or not a string"},
    {"{\"values\":{\"gender\":{\"w\":\"\"}}}", "values.gender has a code that is empty or not a string"},
    {"{\"missing\":[1]}", "missing marker that is not a string"},
    {"{\"missing\":{}}", "missing has to be an array"},
};

Test (mapping, a_wrong_file_is_told_with_its_path_and_what_to_write)
{
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct error error = {0};
        cr_expect_null (mapping_new (WRONG[i].json, strlen (WRONG[i].json), "m.json", &error));
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect (strncmp (error.text, "m.json", 6) == 0 && strstr (error.text, WRONG[i].says),
                   "%s\n  said: %s\n  want: %s", WRONG[i].json, error.text, WRONG[i].says);
    }
}

Test (mapping, it_comes_before_all_names)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    mapping_t *mapping = s_mapping (
        "{\"kind\":\"patient\",\"columns\":{\"pat_no\":\"patient_id\",\"Nm\":\"family_name\","
        "\"Sex\":null},\"constants\":{\"city\":\"Ogden\"},\"values\":{\"gender\":{\"w\":\"female\"}},"
        "\"missing\":[\"-99\"]}");
    binding_t *binding = s_bind (catalog, mapping, NULL, &error);
    cr_assert_not_null (binding, "%s", error.text);
    const schema_t *schema = binding->schema;
    cr_expect_eq (binding->columns[0].by, BOUND_MAPPING);
    cr_expect_eq (binding->columns[0].field, schema_field (schema, "patient_id"));
    cr_expect_eq (binding->columns[1].field, schema_field (schema, "family_name"));
    cr_expect_eq (binding->columns[2].field, FIELD_NONE, "null keeps Sex as the source's own");
    cr_expect_str_eq (binding->columns[2].name, "sex");
    cr_expect_str_eq (binding->columns[2].reason, "the mapping keeps it as it is");
    //  A constant field takes no column, be its name right.
    cr_expect_eq (binding->columns[3].field, FIELD_NONE);
    cr_expect_str_eq (binding->columns[3].name, "city_2");
    cr_assert_eq (binding->constant_count, 1);
    cr_expect_eq (binding->constants[0].field, schema_field (schema, "city"));
    cr_expect_str_eq (binding->constants[0].value, "Ogden");
    struct text out;
    cr_expect_eq (code_map_find (binding->values[schema_field (schema, "gender")], TEXT ("W"), &out),
                  RULE_CODE_MAPPED);
    cr_expect (text_equal (out, TEXT ("female")));
    cr_expect_null (binding->values[schema_field (schema, "race")]);
    cr_expect (markers_has (binding->missing, TEXT ("-99")) && !markers_has (binding->missing, TEXT ("99")));
    mapping_destroy (&mapping);
    binding_destroy (&binding);
    catalog_destroy (&catalog);
}

Test (mapping, its_columns_count_when_the_kind_is_found)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    mapping_t *mapping =
        s_mapping ("{\"columns\":{\"Pat No\":\"patient_id\",\"Nm\":\"test_code\",\"City\":\"value_text\"}}");
    binding_t *binding = s_bind (catalog, mapping, NULL, &error);
    cr_assert_not_null (binding, "%s", error.text);
    cr_expect_str_eq (binding->schema->name, "lab_result");
    binding_destroy (&binding);
    mapping_destroy (&mapping);
    mapping = s_mapping ("{\"kind\":\"imaging_study\",\"constants\":{\"modality\":\"CT\"}}");
    binding = s_bind (catalog, mapping, "patient", &error);
    cr_expect_null (binding, "--kind wins over the mapping, whose constant is no field of a patient");
    cr_expect (strstr (error.text, "“modality”, which is no field of patient"), "%s", error.text);
    binding = s_bind (catalog, mapping, NULL, &error);
    cr_assert_not_null (binding, "%s", error.text);
    cr_expect_str_eq (binding->schema->name, "imaging_study");
    binding_destroy (&binding);
    mapping_destroy (&mapping);
    catalog_destroy (&catalog);
}

static const struct {
    const char *json, *says;
} MISFITS[] = {
    {"{\"columns\":{\"Nobody\":\"city\"}}", "the mapping names the column “Nobody”, which is not there"},
    {"{\"columns\":{\"Nm\":\"family_name\",\"nm\":\"given_name\"}}",
     "the mapping names the column “nm” twice"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"surname\"}}",
     "“surname”, which is no field of patient; dmh schema show patient lists its fields"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"city\",\"Sex\":\"city\"}}", "the mapping gives city twice"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"city\"},\"constants\":{\"city\":\"x\"}}",
     "the mapping gives city twice"},
    {"{\"kind\":\"patient\",\"constants\":{\"town\":\"x\"}}", "“town”, which is no field of patient"},
    {"{\"columns\":{\"Nm\":\"surname\"}}", "no kind of record has all the fields that the mapping names"},
    {"{\"kind\":\"patient\",\"values\":{\"colour\":{\"a\":\"b\"}}}",
     "“colour”, which is no field of patient"},
    {"{\"kind\":\"patient\",\"values\":{\"gender\":{\"w\":\"lady\"}}}",
     "values of gender to “lady”, which is none of its codes"},
    {"{\"kind\":\"invoice\"}", "no kind “invoice”"},
    {"{\"kind\":\"patient\",\"columns\":{\"Pat No\":null}}", "no column feeds patient_id"},
};

Test (mapping, what_does_not_fit_the_file_or_the_kind_is_told)
{
    catalog_t *catalog = s_catalog ();
    struct error error;
    for (size_t i = 0; i < sizeof MISFITS / sizeof *MISFITS; i++) {
        mapping_t *mapping = s_mapping (MISFITS[i].json);
        cr_expect_null (s_bind (catalog, mapping, NULL, &error), "%s", MISFITS[i].json);
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect (strncmp (error.text, "in.csv: ", 8) == 0 && strstr (error.text, MISFITS[i].says),
                   "%s\n  said: %s\n  want: %s", MISFITS[i].json, error.text, MISFITS[i].says);
        mapping_destroy (&mapping);
    }
    catalog_destroy (&catalog);
}
