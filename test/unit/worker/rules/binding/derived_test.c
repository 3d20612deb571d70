//  derived_test.c: values from a table, from several columns, from a part of one; and code tables themselves.
#include "worker/rules/binding/binder.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/record/record.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { COLUMNS_MAX_HERE = 8 };

Test (derived, a_table_gives_the_cells_of_a_key_byte_for_byte)
{
    code_table_t *table = code_table_new (2);
    uint64_t before = 0;
    struct text glucose[] = {TEXT ("2345-7"), TEXT (" mg/dL ")}, other[] = {TEXT ("2345-7"), TEXT ("mmol/L")};
    cr_expect_eq (code_table_add (table, TEXT (" 50931"), glucose, 2, &before), TABLE_ADDED);
    cr_expect_eq (code_table_add (table, TEXT ("50931"), glucose, 3, &before), TABLE_REPEATED);
    cr_expect_eq (before, 2);
    cr_expect_eq (code_table_add (table, TEXT ("50931"), other, 4, &before), TABLE_CONFLICT);
    cr_expect_eq (code_table_rows (table), 1);
    const struct text *cells = code_table_find (table, TEXT ("50931"));
    cr_assert_not_null (cells);
    cr_expect (text_equal (cells[1], TEXT ("mg/dL")));
    cr_expect_null (code_table_find (table, TEXT ("5093")));
    for (int i = 0; i < 5000; i++) {
        char key[16];
        snprintf (key, sizeof key, "%d", i);
        cr_assert_eq (code_table_add (table, text_of (key), glucose, 5, &before), TABLE_ADDED);
    }
    cr_expect_not_null (code_table_find (table, TEXT ("4999")));
    code_table_destroy (&table);
    code_table_destroy (&table);
}

//  One record: the mapping, the header, the values, and what comes out as "field=value" and "rule:field".
static const struct {
    const char *mapping, *header[COLUMNS_MAX_HERE], *values[COLUMNS_MAX_HERE], *out;
} CASES[] = {
    {"{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"family, given\"}}}",
     {"id", "Name"},
     {"1", "van der Berg Jr., Dr. Jan P."},
     "patient_id=1 given_name=Jan middle_name=P. family_name=van der Berg prefix=Dr. suffix=Jr. "
     "column.split:given_name column.split:middle_name column.split:family_name column.split:prefix "
     "column.split:suffix "},
    {"{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"dicom\"}}}",
     {"id", "Name"},
     {"1", " Doe^Jane^Q^^ "},
     "patient_id=1 given_name=Jane middle_name=Q family_name=Doe column.split:given_name "
     "column.split:middle_name column.split:family_name "},
    //  What is not in the form stays whole, and somebody should look.
    {"{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"family, given\"}}}",
     {"id", "Name"},
     {"1", "Jane Doe"},
     "patient_id=1 family_name=Jane Doe column.form:family_name "},
    {"{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"family, given\"}}}",
     {"id", "Name"},
     {"1", "NA"},
     "patient_id=1 "},
    {"{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"given "
     "family\",\"into\":{\"family\":\"maiden_name\"}}}}",
     {"id", "Name"},
     {"1", "Jane Doe"},
     "patient_id=1 maiden_name=Doe column.split:maiden_name "},
    {"{\"kind\":\"lab_result\",\"combine\":{\"collected_at\":{\"from\":[\"d\",\"t\"],\"join\":\" \"}}}",
     {"patient_id", "test_code", "value", "d", "t"},
     {"1", "A1", "5", "2020-02-01", "07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01T07:05:00 "
     "columns.combined:collected_at datetime.format:collected_at "},
    //  A time of day in a column of its own.
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "Specimen Date", "SPECIMEN_TIME"},
     {"1", "A1", "5", "2020-02-01", "07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01T07:05:00 "
     "columns.combined:collected_at "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "specimen_date", "specimen_time"},
     {"1", "A1", "5", "2020-02-01", "soon"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "specimen_date", "specimen_time"},
     {"1", "A1", "5", "2020-02-01", "25:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "specimen_date", "specimen_time"},
     {"1", "A1", "5", "2020-02-01", "2020-02-01 07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "specimen_date", "specimen_time"},
     {"1", "A1", "5", "2020-02-01 06:00", "07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01T06:00:00 "
     "datetime.format:collected_at "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "Abnahmedatum", "Abnahmezeit"},
     {"1", "A1", "5", "1.2.2020", "064500"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01T06:45:00 datetime.format:collected_at "
     "columns.combined:collected_at "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "Date de prélèvement", "Heure de prélèvement"},
     {"1", "A1", "5", "2020-02-01", "7:05 pm"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01T19:05:00 "
     "columns.combined:collected_at "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "specimen_date", "drift_time"},
     {"1", "A1", "5", "2020-02-01", "07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    {"{\"kind\":\"lab_result\",\"columns\":{\"specimen_time\":null}}",
     {"patient_id", "test_code", "value", "specimen_date", "specimen_time"},
     {"1", "A1", "5", "2020-02-01", "07:05"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    //  A unit's number in OMOP's vocabulary.
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "unit_concept_id"},
     {"1", "A1", "5", "8840"},
     "patient_id=1 test_code=A1 value_number=5 unit=mg/dL code.mapped:unit "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "unit_concept_id"},
     {"1", "A1", "5", "44777588"},
     "patient_id=1 test_code=A1 value_number=5 unit.invalid:unit "},
    {"{\"kind\":\"lab_result\"}",
     {"patient_id", "test_code", "value", "unit_concept_id", "unit"},
     {"1", "A1", "5", "8840", "g/L"},
     "patient_id=1 test_code=A1 value_number=5 unit=g/L "},
    //  A part that is missing leaves nothing behind.
    {"{\"kind\":\"lab_result\",\"combine\":{\"collected_at\":{\"from\":[\"d\",\"t\"],\"join\":\" \"}}}",
     {"patient_id", "test_code", "value", "d", "t"},
     {"1", "A1", "5", "2020-02-01", "n/a"},
     "patient_id=1 test_code=A1 value_number=5 collected_at=2020-02-01 "},
    {"{\"kind\":\"lab_result\",\"split\":{\"r\":{\"at\":\"-\",\"into\":[\"reference_low\",\"reference_high\"]"
     "}}}",
     {"patient_id", "test_code", "value", "r"},
     {"1", "A1", "5", "3.5 - 5.0"},
     "patient_id=1 test_code=A1 value_number=5 reference_low=3.5 reference_high=5.0 "
     "column.split:reference_low column.split:reference_high "},
    {"{\"kind\":\"patient\",\"combine\":{\"maiden_name\":{\"from\":{\"family\":\"f\",\"given\":\"g\"},"
     "\"form\":"
     "\"family, given\"}}}",
     {"id", "g", "f"},
     {"1", "Jane", "Roe"},
     "patient_id=1 maiden_name=Roe, Jane columns.combined:maiden_name "},
    {"{\"kind\":\"patient\",\"combine\":{\"address_line\":{\"from\":[\"a\",\"b\",\"c\"],\"join\":\", \"}}}",
     {"id", "a", "b", "c"},
     {"1", "Ward 3", "", "Main Street 5"},
     "patient_id=1 address_line=Ward 3, Main Street 5 columns.combined:address_line "},
};

static void s_tell (const struct record *record, char *out, size_t size)
{
    const schema_t *schema = record->plan->schema;
    size_t n = 0;
    for (size_t f = 0; f < schema->field_count; f++)
        if (record->values[f].n)
            n += (size_t) snprintf (out + n, size - n, "%s=%.*s ", schema->fields[f].name,
                                    (int) record->values[f].n, record->values[f].at);
    for (size_t i = 0; i < record->finding_count; i++)
        if (record->findings[i].rule != RULE_VALUE_MISSING)
            n += (size_t) snprintf (out + n, size - n, "%s:%s ", RULE[record->findings[i].rule].name,
                                    schema->fields[record->findings[i].field].name);
}

//  Harmonizes one record; `fill` (may be NULL) readies the mapping's tables.
static void s_run (const catalog_t *catalog, const char *json, const char *const *header,
                   const char *const *values, void (*fill) (mapping_t *), char *out, size_t size)
{
    struct error error = {0};
    struct text names[COLUMNS_MAX_HERE], fields[COLUMNS_MAX_HERE];
    size_t count = 0;
    for (; count < COLUMNS_MAX_HERE && header[count]; count++) {
        names[count] = text_of (header[count]);
        fields[count] = text_of (values[count]);
    }
    mapping_t *mapping = mapping_read (json, strlen (json), "m.json", &error);
    cr_assert_not_null (mapping, "%s", error.text);
    if (fill)
        fill (mapping);
    binding_t *binding = binding_new (catalog, names, count, NULL, mapping, "in.csv", &error);
    cr_assert_not_null (binding, "%s: %s", json, error.text);
    struct plan plan;
    plan_make (&plan, binding, catalog_units (catalog), DATE_ORDER_MDY, 1700000000000);
    struct record *record = record_new (&plan);
    cr_assert_not_null (record);
    for (int again = 0; again < 2; again++) {    //  the second time by memo
        *out = 0;
        cr_assert_eq (record_harmonize (record, fields, count), 0);
        s_tell (record, out, size);
    }
    record_destroy (&record);
    binding_destroy (&binding);
    mapping_destroy (&mapping);
}

Test (derived, values_come_from_parts_of_columns_and_from_several)
{
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    char out[1024];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        s_run (catalog, CASES[i].mapping, CASES[i].header, CASES[i].values, NULL, out, sizeof out);
        cr_expect_str_eq (out, CASES[i].out, "%s\n  got:  %s\n  want: %s", CASES[i].mapping, out,
                          CASES[i].out);
    }
    catalog_destroy (&catalog);
}

static void s_fill (mapping_t *mapping)
{
    uint64_t before;
    struct text glucose[] = {TEXT ("2345-7"), TEXT ("mg/dL")}, nameless[] = {TEXT (""), TEXT ("mL")};
    mapping->joins[0].rows = code_table_new (2);
    code_table_add (mapping->joins[0].rows, TEXT ("50931"), glucose, 2, &before);
    code_table_add (mapping->joins[0].rows, TEXT ("50800"), nameless, 3, &before);
}

Test (derived, a_local_item_becomes_loinc_and_unit_and_what_the_table_lacks_is_told)
{
    static const char *const HEADER[] = {"subject", "ITEMID", "value", NULL};
    static const char KEEP[] =
        "{\"kind\":\"lab_result\",\"columns\":{\"subject\":\"patient_id\"},\"joins\":[{"
        "\"column\":\"ITEMID\",\"table\":\"d.csv\",\"key\":\"itemid\",\"take\":{\"loinc\":"
        "\"test_code\",\"uom\":\"unit\"},\"keep\":\"test_code\"}]}";
    static const char DROP[] =
        "{\"kind\":\"lab_result\",\"columns\":{\"subject\":\"patient_id\"},\"joins\":[{"
        "\"column\":\"ITEMID\",\"table\":\"d.csv\",\"key\":\"itemid\",\"take\":{\"loinc\":"
        "\"test_code\",\"uom\":\"unit\"}}]}";
    static const struct {
        const char *mapping, *values[3], *out;
    } JOINED[] = {
        {KEEP,
         {"1", " 50931 ", "99"},
         "patient_id=1 test_code=2345-7 test_code_system=http://loinc.org value_number=99 unit=mg/dL "
         "table.joined:test_code table.joined:unit "},
        {KEEP,
         {"1", "50800", "9"},
         "patient_id=1 test_code=50800 value_number=9 unit=mL table.unmatched:test_code table.joined:unit "},
        {KEEP, {"1", "777", "9"}, "patient_id=1 test_code=777 value_number=9 table.unmatched:test_code "},
        {DROP, {"1", "777", "9"}, "patient_id=1 value_number=9 table.unmatched:test_code "},
        {DROP, {"1", "", "9"}, "patient_id=1 value_number=9 "},
    };
    struct error error = {0};
    catalog_t *catalog = catalog_new (NULL, &error);
    char out[1024];
    for (size_t i = 0; i < sizeof JOINED / sizeof *JOINED; i++) {
        s_run (catalog, JOINED[i].mapping, HEADER, JOINED[i].values, s_fill, out, sizeof out);
        cr_expect_str_eq (out, JOINED[i].out, "got:  %s\n  want: %s", out, JOINED[i].out);
    }
    catalog_destroy (&catalog);
}
