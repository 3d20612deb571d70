//  mapping_test.c: mapping files, and what they do to a binding.
#include "worker/rules/binding/binder.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>

static mapping_t *s_mapping (const char *json)
{
    struct error error = {0};
    mapping_t *mapping = mapping_read (json, strlen (json), "m.json", &error);
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
    {"{\"colums\":{}}", "did you mean “columns”?"},
    {"{\"kind\":\"patient\",\"kind\":\"patient\"}", "kind stands twice"},
    {"{\"dmh\":\"mapping/2\"}", "dmh has to be \"mapping/1\""},
    {"{\"kind\":7}", "kind has to be a string"},
    {"{\"date_order\":\"ydm\"}", "date_order has to be mdy, dmy or ymd"},
    {"{\"columns\":[]}", "columns has to be an object"},
    {"{\"columns\":{\"a\":1}}", "columns.a has to be a field's name or null"},
    {"{\"constants\":{\"a\":null}}", "constants.a has to be a string"},
    {"{\"values\":{\"gender\":\"x\"}}", "values.gender has to be an object"},
    {"{\"values\":{\"gender\":{\"w\":1}}}", "values.gender.w has a code that is empty or not a string"},
    {"{\"values\":{\"gender\":{\"w\":\"\"}}}", "values.gender.w has a code that is empty or not a string"},
    {"{\"missing\":[1]}", "m.json: missing.0 is a missing marker that is not a string; write it in quotes"},
    {"{\"dates\":[]}", "dates has to be an object"},
    {"{\"dates\":{\"a\":1}}", "dates.a has to be an object; write {\"form\""},
    {"{\"dates\":{\"a\":{\"frm\":\"x\"}}}", "dates.a.frm is not known"},
    {"{\"dates\":{\"a\":{\"form\":\"lotus\"}}}", "dates.a.form has to be excel, excel_1904"},
    {"{\"dates\":{\"a\":{\"order\":\"ydm\"}}}", "dates.a.order has to be mdy, dmy or ymd"},
    {"{\"dates\":{\"a\":{\"time_zone\":\"CET\"}}}", "dates.a.time_zone has to be Z or an offset"},
    {"{\"missing\":{}}", "missing has to be an array"},
    {"{\"joins\":{}}", "joins has to be an array"},
    {"{\"joins\":[7]}", "joins.0 has to be an object; write {\"column\": …"},
    {"{\"joins\":[{}]}", "joins.0.column is missing"},
    {"{\"joins\":[{\"colum\":\"a\"}]}",
     "joins.0.colum is not known; write one of column, table, key, take, keep; "
     "did you mean “column”?"},
    {"{\"joins\":[{\"column\":\"a\",\"table\":\"\"}]}", "joins.0.table is empty"},
    {"{\"joins\":[{\"column\":\"a\",\"table\":\"t\",\"key\":\"k\"}]}", "joins.0 needs \"take\""},
    {"{\"joins\":[{\"column\":\"a\",\"table\":\"t\",\"key\":\"k\",\"take\":{\"x\":1}}]}",
     "joins.0.take.x has to be the name of a field"},
    {"{\"joins\":[{},{},{},{},{},{},{},{},{}]}", "joins has more than 8 tables"},
    {"{\"combine\":{\"city\":[\"a\",\"b\"]}}", "combine.city has to be an object; write {\"from\""},
    {"{\"combine\":{\"city\":{\"join\":\" \"}}}", "combine.city needs \"from\": [\"COLUMN\""},
    {"{\"combine\":{\"city\":{\"from\":[]}}}", "combine.city.from has to name 1 to 16 columns"},
    {"{\"combine\":{\"city\":{\"from\":[1]}}}", "combine.city.from.0 has to be the name of a column"},
    {"{\"combine\":{\"city\":{\"from\":[\"a\"],\"join\":\"12345678901234567\"}}}",
     "combine.city.join is longer than 16 bytes"},
    {"{\"combine\":{\"city\":{\"from\":[\"a\"],\"form\":\"dicom\"}}}",
     "combine.city needs \"from\": {\"family\": \"COLUMN\""},
    {"{\"combine\":{\"city\":{\"from\":{\"famly\":\"a\"},\"form\":\"dicom\"}}}",
     "combine.city.from.famly is no part of a name; write family, given, middle, prefix or suffix; did you "
     "mean “family”?"},
    {"{\"combine\":{\"city\":{\"from\":[\"a\"],\"form\":\"dicom\",\"join\":\"-\"}}}",
     "combine.city has both a \"form\" and a \"join\""},
    {"{\"split\":{\"Name\":\"dicom\"}}", "split.Name has to be an object; write {\"form\""},
    {"{\"split\":{\"Name\":{\"form\":\"last, first\"}}}",
     "split.Name.form is no form of a name; write \"family, given\""},
    {"{\"split\":{\"Name\":{}}}", "split.Name needs a \"form\""},
    {"{\"split\":{\"Name\":{\"at\":\"-\"}}}", "split.Name needs \"into\": [\"field\""},
    {"{\"split\":{\"Name\":{\"form\":\"dicom\",\"at\":\"^\"}}}",
     "split.Name has both a \"form\" and an \"at\""},
    {"{\"split\":{\"Name\":{\"form\":\"dicom\",\"into\":{\"first\":\"a\"}}}}",
     "split.Name.into.first is no part of a name"},
    {"{\"split\":{\"Name\":{\"form\":\"dicom\",\"into\":{}}}}", "split.Name.into names no field"},
    {"{\"split\":{\"Name\":{\"at\":\"-\",\"into\":[\"a\",2]}}}",
     "split.Name.into.1 has to be the name of a field"},
};

Test (mapping, a_wrong_file_is_told_with_its_path_and_what_to_write)
{
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct error error = {0};
        cr_expect_null (mapping_read (WRONG[i].json, strlen (WRONG[i].json), "m.json", &error));
        cr_expect_eq (error.code, DMH_BAD_INPUT);
        cr_expect (strncmp (error.text, "m.json", 6) == 0 && strstr (error.text, WRONG[i].says),
                   "%s\n  said: %s\n  want: %s", WRONG[i].json, error.text, WRONG[i].says);
    }
}

Test (mapping, what_it_makes_is_read)
{
    mapping_t *mapping = s_mapping (
        "{\"joins\":[{\"column\":\"ITEMID\",\"table\":\"d.csv\",\"key\":\"itemid\",\"take\":{\"loinc\":"
        "\"test_code\",\"uom\":\"unit\"},\"keep\":\"test_code\"}],"
        "\"combine\":{\"collected_at\":{\"from\":[\"D\",\"T\"],\"join\":\" \"},"
        "\"full_name\":{\"from\":{\"given\":\"F\",\"family\":\"L\"},\"form\":\"given family\"}},"
        "\"split\":{\"Name\":{\"form\":\"family, given\"},\"Range\":{\"at\":\" - \",\"into\":[\"a\",\"b\"]}},"
        "\"values\":{\"gender\":{\"w\":null}},\"notes\":{\"anything\":[1]}}");
    cr_assert_eq (mapping->join_count, 1);
    cr_expect_str_eq (mapping->joins[0].key, "itemid");
    cr_expect_str_eq (mapping->joins[0].takes[1].to, "unit");
    cr_expect_str_eq (mapping->joins[0].keep, "test_code");
    cr_assert_eq (mapping->combine_count, 2);
    cr_expect_str_eq (mapping->combines[0].from[1], "T");
    cr_expect_str_eq (mapping->combines[0].separator, " ");
    cr_expect (mapping->combines[1].name && mapping->combines[1].form == NAME_GIVEN_FIRST);
    cr_expect_eq (mapping->combines[1].parts[0], NAME_GIVEN);
    cr_assert_eq (mapping->split_count, 2);
    cr_expect_str_eq (mapping->splits[0].into[NAME_SUFFIX], "suffix");
    cr_expect_str_eq (mapping->splits[1].into[1], "b");
    cr_expect_eq (mapping->value_count, 0, "null decides nothing");
    //  loinc, uom; both combinations; five parts of the name; a, b.
    cr_expect_eq (mapping->feed_count, 2 + 2 + 5 + 2);
    cr_expect_eq (mapping->use_count, 1 + 4 + 2);
    mapping_destroy (&mapping);
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
    cr_expect_eq (value_map_find (binding->values[schema_field (schema, "gender")], TEXT ("W"), &out),
                  RULE_CODE_MAPPED);
    cr_expect (text_equal (out, TEXT ("female")));
    cr_expect_null (binding->values[schema_field (schema, "race")]);
    cr_expect (missing_has (binding->missing, TEXT ("-99")) && !missing_has (binding->missing, TEXT ("99")));
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
    {"{\"columns\":{\"Nobody\":\"city\"}}",
     "m.json: columns.Nobody names the column “Nobody”, which is not there"},
    {"{\"columns\":{\"Sex\":null},\"not_content\":[\"Sex\",\"Pat Nr\"]}",
     "m.json: not_content.1 names the column “Pat Nr”, which is not there; did you mean “Pat No”?"},
    {"{\"kind\":\"patient\",\"columns\":{\"Pat No\":\"patient_id\"},\"not_content\":[\"pat_no\"]}",
     "m.json: not_content.0 names the column “pat_no”, which feeds patient_id"},
    {"{\"columns\":{\"Pat Nr\":\"city\"}}", "which is not there; did you mean “Pat No”?"},
    {"{\"columns\":{\"Nm\":\"family_name\",\"nm\":\"given_name\"}}",
     "m.json: columns.nm names the column “nm” twice"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"surname\"}}",
     "m.json: columns.Nm names “surname”, which is no field of patient; did you mean “family_name”?; dmh "
     "schema "
     "show patient lists its fields"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"famly_name\"}}", "did you mean “family_name”?"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"city\",\"Sex\":\"city\"}}",
     "m.json: columns.Sex feeds city, which the mapping feeds already"},
    {"{\"kind\":\"patient\",\"columns\":{\"Nm\":\"city\"},\"constants\":{\"city\":\"x\"}}",
     "constants.city feeds city, which the mapping feeds already"},
    {"{\"kind\":\"patient\",\"constants\":{\"town\":\"x\"}}",
     "constants.town names “town”, which is no field of patient"},
    {"{\"columns\":{\"Nm\":\"surname\"}}", "no kind of record has all the fields that the mapping names"},
    {"{\"kind\":\"patient\",\"values\":{\"colour\":{\"a\":\"b\"}}}",
     "m.json: values.colour is for no field of patient"},
    {"{\"kind\":\"patient\",\"values\":{\"gender\":{\"w\":\"lady\"}}}",
     "m.json: values.gender maps to “lady”, which is none of its codes"},
    {"{\"kind\":\"patient\",\"dates\":{\"Nobody\":{}}}", "dates of the column “Nobody”, which is not there"},
    {"{\"kind\":\"patient\",\"dates\":{\"City\":{}}}", "“City”, which feeds no date field by itself"},
    {"{\"kind\":\"invoice\"}", "no kind “invoice”"},
    {"{\"kind\":\"patient\",\"columns\":{\"Pat No\":null}}", "no column feeds patient_id"},
    //  What is made counts as fed and used.
    {"{\"kind\":\"patient\",\"split\":{\"Nm\":{\"form\":\"dicom\"}},\"columns\":{\"City\":\"given_name\"}}",
     "m.json: split.Nm feeds given_name, which the mapping feeds already"},
    {"{\"kind\":\"patient\",\"split\":{\"Nm\":{\"form\":\"dicom\"}},\"columns\":{\"nm\":null}}",
     "m.json: columns.nm names the column “nm” twice"},
    {"{\"kind\":\"patient\",\"combine\":{\"city\":{\"from\":[\"City\",\"Town\"]}}}",
     "m.json: combine.city.from.1 names the column “Town”, which is not there"},
    {"{\"kind\":\"patient\",\"combine\":{\"cty\":{\"from\":[\"City\"]}}}",
     "m.json: combine.cty names “cty”, which is no field of patient; did you mean “city”?"},
    {"{\"kind\":\"patient\",\"joins\":[{\"column\":\"Cty\",\"table\":\"t.csv\",\"key\":\"k\",\"take\":{\"a\":"
     "\"race\"}}]}",
     "m.json: joins.0.column names the column “Cty”, which is not there; did you mean “City”?"},
    {"{\"kind\":\"patient\",\"joins\":[{\"column\":\"Nm\",\"table\":\"t.csv\",\"key\":\"k\",\"take\":{\"a\":"
     "\"rice\"}}]}",
     "m.json: joins.0.take.a names “rice”, which is no field of patient; did you mean “race”?"},
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

//  The example that users read is one: it parses, and every part of it is there.
Test (mapping, the_documented_example_is_a_mapping)
{
    static char text[64 * 1024];
    FILE *file = fopen ("worker/schemas/README.md", "r");
    cr_assert_not_null (file, "run the tests from the top of the checkout");
    text[fread (text, 1, sizeof text - 1, file)] = 0;
    fclose (file);
    char *begin = strstr (text, "```json\n"), *end = begin ? strstr (begin + 8, "```") : NULL;
    cr_assert_not_null (end);
    *end = 0;
    mapping_t *mapping = s_mapping (begin + 8);
    cr_expect (mapping->column_count && mapping->constant_count && mapping->value_count &&
               mapping->join_count && mapping->combine_count && mapping->split_count &&
               mapping->missing_count && mapping->date_order);
    mapping_destroy (&mapping);
}
