//  datapackage_test.c: datapackage.json, member by member: what it says of the records' file, and of each
//  column.
#include "worker/output/datapackage.h"

#include "test/support/processes/workplace.h"
#include "test/support/results/planned_schema.h"
#include "worker/rules/dates/time_form.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char SCHEMA[] = "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
                             "{\"name\":\"id\",\"title\":\"Identifier\",\"description\":\"Whose visit\","
                             "\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
                             "{\"name\":\"born\",\"title\":\"Born\",\"dmh\":{\"type\":\"date\"}},"
                             "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
                             "{\"name\":\"weight\",\"description\":\"In "
                             "kg\",\"dmh\":{\"type\":\"number\"}}],\"dmh\":{\"key\":[\"id\"]}}";

static const char SCHEMA_TWO_KEYS[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"number\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}}],"
    "\"dmh\":{\"key\":[\"id\",\"number\"]}}";

static const char SCHEMA_LOOSE_KEY[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"number\",\"dmh\":{\"type\":\"identifier\"}}],\"dmh\":{\"key\":[\"number\"]}}";

static const char SCHEMA_PATIENT[] =
    "{\"name\":\"patient\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"patient_id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}}],"
    "\"dmh\":{\"key\":[\"patient_id\"]}}";

enum { ID, BORN, SEEN, WEIGHT, FIELDS };

static struct workplace s_place;
static struct planned_schema s_planned;
static struct layout s_layout;
static struct tally s_tally;
static struct input s_input;
static struct output s_output;
static struct report s_report;

static void s_make (const char *schema, const char *header, const char *encoder)
{
    planned_schema_make (&s_planned, schema, header);
    cr_assert_eq (layout_make (&s_layout, encoder_find (encoder), &s_planned.plan), 0);
    cr_assert_eq (tally_init (&s_tally, s_planned.schema->field_count), 0);
}

static void s_drop (void)
{
    tally_clear (&s_tally);
    layout_clear (&s_layout);
    planned_schema_drop (&s_planned);
}

static void s_setup (void)
{
    workplace_make (&s_place);
    s_input = (struct input){.name = "visits.csv"};
    s_output = (struct output){.name = "records.csv", .bytes = 200, .sha256 = "aa", .records = 5};
    s_report = (struct report){
        .input = &s_input, .layout = &s_layout, .tally = &s_tally, .outputs = &s_output, .output_count = 1};
}

static void s_teardown (void)
{
    workplace_remove (&s_place);
}

TestSuite (datapackage, .init = s_setup, .fini = s_teardown);

//  The document without line ends, with ' for ".
static void s_expect (const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    size_t n = 0;
    char path[600];
    cr_assert_eq (report_document (&s_report, s_place.folder, "d.json", datapackage_write, &out, &error),
                  DMH_OK, "%s", error.text);
    char *text = workplace_read (s_place.folder, "d.json", NULL);
    cr_assert_not_null (text);
    for (const char *at = text; *at; at++)
        if (*at != '\n')
            text[n++] = *at == '"' ? '\'' : *at;
    text[n] = 0;
    snprintf (path, sizeof path, "%s/d.json", s_place.folder);
    cr_assert_eq (unlink (path), 0);
    cr_expect_str_eq (text, expected);
    free (text);
}

#define OF_CSV                                                                                               \
    "{'profile': 'tabular-data-package','name': 'visits.csv','resources': [{"                                \
    "'profile': 'tabular-data-resource','name': 'records','path': 'records.csv','format': 'csv',"            \
    "'mediatype': 'text/csv','encoding': 'utf-8','bytes': 200,'hash': 'sha256:aa','schema': {'fields': ["
#define ID_AND_BORN                                                                                          \
    "{'name': 'id','type': 'string','title': 'Identifier','description': 'Whose visit',"                     \
    "'constraints': {'required': true}},{'name': 'born','type': 'date','title': 'Born'},"

Test (datapackage, of_a_table_of_text_describes_each_column)
{
    s_make (SCHEMA, "id,born,seen,weight,Ward,Bed", "csv");
    s_expect (OF_CSV ID_AND_BORN
              "{'name': 'seen','type': 'string','dmh': {'type': 'datetime','forms': []}},"
              "{'name': 'weight','type': 'number','description': 'In kg'},{'name': 'ward','type': 'string'},"
              "{'name': 'bed','type': 'string'}],'missingValues': [''],'primaryKey': 'id'}}]}");
    s_drop ();
}

Test (datapackage, a_column_of_partial_dates_is_one_of_texts_and_the_forms_of_times_are_named)
{
    s_make (SCHEMA, "id,born,seen,weight", "csv");
    s_tally.fields[BORN].partial = 1;
    s_tally.fields[SEEN].forms = TIME_FORM_DATE | TIME_FORM_OFFSET;
    s_expect (OF_CSV
              "{'name': 'id','type': 'string','title': 'Identifier','description': 'Whose visit',"
              "'constraints': {'required': true}},{'name': 'born','type': 'string','title': 'Born'},"
              "{'name': 'seen','type': 'string','dmh': {'type': 'datetime','forms': ['date','offset']}},"
              "{'name': 'weight','type': 'number','description': 'In kg'}],'missingValues': [''],"
              "'primaryKey': 'id'}}]}");
    s_tally.fields[BORN].partial = 0;
    s_tally.fields[SEEN].forms = TIME_FORM_LOCAL | TIME_FORM_PARTIAL;
    s_expect (OF_CSV ID_AND_BORN
              "{'name': 'seen','type': 'string','dmh': {'type': 'datetime','forms': ['local','partial']}},"
              "{'name': 'weight','type': 'number','description': 'In kg'}],'missingValues': [''],"
              "'primaryKey': 'id'}}]}");
    s_drop ();
}

Test (datapackage, only_a_lone_key_that_every_record_has_is_unique)
{
    static const char *const SCHEMAS[] = {SCHEMA_TWO_KEYS, SCHEMA_LOOSE_KEY};
    for (size_t i = 0; i < 2; i++) {
        s_make (SCHEMAS[i], "id,number", "csv");
        s_expect (i == 0 ? OF_CSV "{'name': 'id','type': 'string','constraints': {'required': true}},"
                                  "{'name': 'number','type': 'string','constraints': {'required': true}}],"
                                  "'missingValues': ['']}}]}"
                         : OF_CSV "{'name': 'id','type': 'string','constraints': {'required': true}},"
                                  "{'name': 'number','type': 'string'}],'missingValues': ['']}}]}");
        s_drop ();
    }
}

Test (datapackage, of_a_database_names_the_table_and_the_columns_beside_others)
{
    s_make (SCHEMA, "id,born,seen,weight,Ward", "sqlite");
    snprintf (s_output.name, sizeof s_output.name, "records.sqlite");
    cr_assert_eq (layout_set_beside (&s_layout, SEEN), 0);
    cr_assert_eq (layout_set_beside (&s_layout, WEIGHT), 0);
    s_expect ("{'profile': 'data-package','name': 'visits.csv','resources': [{'profile': 'data-resource',"
              "'name': 'records','path': 'records.sqlite','format': 'sqlite',"
              "'mediatype': 'application/vnd.sqlite3','encoding': 'utf-8','bytes': 200,'hash': 'sha256:aa',"
              "'dialect': {'table': 'visit'},'schema': {'fields': [" ID_AND_BORN
              "{'name': 'seen','type': 'string','dmh': {'type': 'datetime','forms': []}},"
              "{'name': 'seen_date','type': 'date','dmh': {'date_of': 'seen'}},"
              "{'name': 'weight','type': 'number','description': 'In kg'},"
              "{'name': 'weight_digits','type': 'string','dmh': {'digits_of': 'weight'}},"
              "{'name': 'ward','type': 'string'}],'missingValues': [''],'primaryKey': 'id'}}]}");
    s_drop ();
}

static void s_write_inputs (const void *inputs, json_writer_t *doc)
{
    (void) inputs, (void) doc;
}

//  The columns that dmh puts behind the fields: which file, and which record of it.
Test (datapackage, of_a_joined_table_the_record_s_number_is_one)
{
    s_make (SCHEMA, "id,born,seen,weight,source file,source record,source number", "csv");
    s_report.write_inputs = s_write_inputs;
    s_expect (OF_CSV ID_AND_BORN
              "{'name': 'seen','type': 'string','dmh': {'type': 'datetime','forms': []}},"
              "{'name': 'weight','type': 'number','description': 'In kg'},"
              "{'name': 'source_file','type': 'string'},{'name': 'source_record','type': 'integer'},"
              "{'name': 'source_number','type': 'string'}],'missingValues': [''],'primaryKey': 'id'}}]}");
    s_drop ();
}

//  A name of the standard: lower case letters, digits, ".", "-" and "_".
Test (datapackage, is_named_after_the_input_as_the_standard_wants_it)
{
    static const struct {
        const char *input, *name;
    } CASES[] = {{"visits.csv", "visits.csv"},
                 {"AZaz09.-_", "azaz09.-_"},
                 {"a b/c@[`{:", "a_b_c_____"},
                 {"", "input"}};
    s_make (SCHEMA_TWO_KEYS, "id,number", "csv");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char expected[1024];
        snprintf (s_input.name, sizeof s_input.name, "%s", CASES[i].input);
        snprintf (expected, sizeof expected, "{'profile': 'tabular-data-package','name': '%s'%s",
                  CASES[i].name, strstr (OF_CSV, ",'resources'"));
        strncat (expected,
                 "{'name': 'id','type': 'string','constraints': {'required': true}},"
                 "{'name': 'number','type': 'string','constraints': {'required': true}}],"
                 "'missingValues': ['']}}]}",
                 sizeof expected - strlen (expected) - 1);
        s_expect (expected);
    }
    s_drop ();
}

Test (datapackage, of_resources_has_no_table_schema)
{
    s_make (SCHEMA_PATIENT, "patient_id", "fhir");
    s_expect (
        "{'profile': 'data-package','name': 'visits.csv','resources': [{'profile': 'data-resource',"
        "'name': 'records','path': 'records.csv','format': 'ndjson',"
        "'mediatype': 'application/fhir+ndjson','encoding': 'utf-8','bytes': 200,'hash': 'sha256:aa'}]}");
    s_drop ();
}
