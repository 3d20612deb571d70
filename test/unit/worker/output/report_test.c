//  report_test.c: report.json, member by member, of a report in which everything is said, and of one in which
//  nothing is.
#define _GNU_SOURCE
#include "worker/output/report.h"

#include "messages/options_digest.h"
#include "messages/version.h"
#include "test/support/processes/workplace.h"
#include "test/support/results/planned_schema.h"
#include "worker/formats/fhir/links/people.h"
#include "worker/output/checks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1.2\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"unit\",\"dmh\":{\"type\":\"unit\"}}],"
    "\"missingValues\":[\"\",\"na\",\"-\"],"
    "\"dmh\":{\"key\":[\"id\"],\"measure\":{\"number\":\"weight\",\"unit\":\"unit\"}}}";

enum { ID, BORN, SEEN, WEIGHT, UNIT, FIELDS };

static struct workplace s_place;
static struct planned_schema s_planned;
static struct layout s_layout;
static struct tally s_tally;
static struct input s_input;
static struct options s_options;
static struct dialect s_dialect;
static struct counts s_counts;
static struct skipped s_skipped;
static struct path_counts s_left_over;
static struct output s_outputs[2];
static struct report s_report;

//  Ward is the source's own column, and nothing is told of when one was seen.
static void s_setup (void)
{
    workplace_make (&s_place);
    planned_schema_make (&s_planned, SCHEMA, "id,DOB,weight,unit,Ward");
    for (size_t c = 0; c < s_planned.binding->column_count; c++)
        if (strcmp (s_planned.binding->columns[c].source, "DOB") == 0)
            cr_assert_eq (s_planned.binding->columns[c].field, FIELD_NONE);
    cr_assert_eq (layout_make (&s_layout, encoder_find ("csv"), &s_planned.plan), 0);
    cr_assert_eq (tally_init (&s_tally, FIELDS), 0);
    s_dialect = (struct dialect){.format = &FORMAT_CSV, .encoding = "UTF-8", .delimiter = ';'};
    s_input = (struct input){.name = "visits.csv", .uri = "file:///data/visits.csv"};
    s_options = (struct options){.kind = ""};
    s_counts = (struct counts){.read = 10, .written = 5, .duplicates = 1, .conflicts = 3, .rejected = 1};
    s_outputs[0] = (struct output){.name = "records.csv", .bytes = 200, .sha256 = "aa", .records = 5};
    s_outputs[1] = (struct output){.name = "rejects.csv", .bytes = 100, .sha256 = "bb", .records = 4};
    s_skipped = (struct skipped){NULL, 0};
    s_report = (struct report){.job = "job-1",
                               .correlation = "0123",
                               .attempt = 2,
                               .input = &s_input,
                               .options = &s_options,
                               .dialect = &s_dialect,
                               .layout = &s_layout,
                               .tally = &s_tally,
                               .counts = &s_counts,
                               .skipped = &s_skipped,
                               .left_over = &s_left_over,
                               .input_bytes = 5000,
                               .input_sha256 = "cc",
                               .warned_listed = 1000,
                               .outputs = s_outputs,
                               .output_count = 2,
                               .started_at = 1795392000000,
                               .finished_at = 1795392002500,
                               .wall_ms = 2500};
}

static void s_teardown (void)
{
    path_counts_clear (&s_left_over);
    skipped_clear (&s_skipped);
    tally_clear (&s_tally);
    layout_clear (&s_layout);
    planned_schema_drop (&s_planned);
    workplace_remove (&s_place);
}

TestSuite (report, .init = s_setup, .fini = s_teardown);

//  The report without line ends, with ' for ". Yours to free.
static char *s_written (void)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    size_t n = 0;
    char path[600];
    cr_assert_eq (report_document (&s_report, s_place.folder, "report.json", report_write, &out, &error),
                  DMH_OK, "%s", error.text);
    char *text = workplace_read (s_place.folder, "report.json", NULL);
    cr_assert_not_null (text);
    cr_expect_eq (out.bytes, strlen (text));
    cr_expect_str_eq (out.name, "report.json");
    for (const char *at = text; *at; at++)
        if (*at != '\n')
            text[n++] = *at == '"' ? '\'' : *at;
    text[n] = 0;
    snprintf (path, sizeof path, "%s/report.json", s_place.folder);
    cr_assert_eq (unlink (path), 0);
    return text;
}

//  Each of the parts stands in the report, one behind the other. NULL ends.
static void s_expect (const char *text, const char *const *parts)
{
    const char *at = text;
    for (size_t i = 0; parts[i]; i++) {
        const char *found = strstr (at, parts[i]);
        cr_assert_not_null (found, "%s\nholds here no\n%s", at, parts[i]);
        at = found + strlen (parts[i]);
    }
}

static void s_expect_not (const char *text, const char *const *parts)
{
    for (size_t i = 0; parts[i]; i++)
        cr_expect_null (strstr (text, parts[i]), "%s\nholds\n%s", text, parts[i]);
}

Test (report, of_a_job_of_which_nothing_was_said_holds_the_defaults)
{
    char *expected = NULL, *text = s_written (), sha256[HEX_BYTES], host[256] = "";
    gethostname (host, sizeof host - 1);
    cr_assert_gt (
        asprintf (&expected,
                  "{'format': 'dmh-report/1','job': {'id': 'job-1','correlation_id': '0123','attempt': 2,"
                  "'kind': 'visit','schema': {'name': 'visit','version': '1.2','sha256': '%s'},"
                  "'options': {'kind': null,'format': 'csv','date_order': null,'decimal': null,"
                  "'audit': 'summary','mapping': null,'schema': null,'strict': false,'encoding': null,"
                  "'delimiter': null,'no_header': false,'on_conflict': null,'fail_on': null,"
                  "'output_bytes': null,'unpacked_bytes': null},'options_sha256': '%s'},"
                  "'input': {'name': 'visits.csv','path': '/data/visits.csv','bytes': 5000,"
                  "'sha256': 'cc','format': 'csv','encoding': 'UTF-8','compression': null,"
                  "'delimiter': ';','decimal_mark': '.','columns': [",
                  s_planned.schema->sha256, options_digest (&s_options, sha256)),
        0);
    cr_expect_eq (strncmp (text, expected, strlen (expected)), 0, "%s\nis not\n%s", text, expected);
    free (expected);
    cr_assert_gt (
        asprintf (&expected,
                  "'timing': {'started_at': '2026-11-23T00:00:00.000Z',"
                  "'finished_at': '2026-11-23T00:00:02.500Z','wall_ms': 2500,'records_per_second': 4.0,"
                  "'bytes_per_second': 2000.0},'software': {'name': 'dmh','version': '%s','host': '%s'}}",
                  DMH_VERSION, host),
        0);
    cr_expect_str_eq (strstr (text, "'timing'"), expected);
    s_expect (text, (const char *const[]){"'columns': [{'source': 'id','field': 'id','by': 'name',",
                                          ",'written_as': 'id'},{'source': 'DOB','field': null,'by': 'none',",
                                          ",'written_as': 'dob'},{'source': 'weight','field': 'weight',",
                                          ",'written_as': 'weight'},{'source': 'unit',",
                                          ",'written_as': 'unit'},{'source': 'Ward',",
                                          ",'written_as': 'ward'}],'fields': ['id',", "'weight'",
                                          "'tables': []},'output': [", NULL});
    s_expect_not (text,
                  (const char *const[]){"failed", "quote_escape", "lines_above", "unpivoted", "no_results",
                                        "passed_by", "not_carried_over", "not_content", NULL});
    s_expect (text,
              (const char *const[]){
                  "'output': [{'name': 'records.csv','bytes': 200,'sha256': 'aa','records': 5},"
                  "{'name': 'rejects.csv','bytes': 100,'sha256': 'bb','records': 4}],"
                  "'counts': {'read': 10,'written': 5,'duplicates': 1,'conflicts': 3,'rejected': 1},"
                  "'fields': {'id': {'changed': 0,'missing': 0,'invalid': 0},'born': {",
                  "},'unit': {'changed': 0,'missing': 0,'invalid': 0}},'issues': [],'checks': [{", NULL});
    free (text);
    free (expected);
}

Test (report, holds_every_option_that_was_given)
{
    static const struct error REFUSAL = {.code = DMH_BAD_INPUT, .text = "visits.csv: a check failed"},
                              NONE = {.code = DMH_OK, .text = "nothing"};
    char mapping[] = "{}", schema[] = "{}";
    s_options = (struct options){.kind = "visit",
                                 .format = "ndjson",
                                 .date_order = "dmy",
                                 .decimal = "comma",
                                 .audit = "full",
                                 .mapping = mapping,
                                 .mapping_name = "map.json",
                                 .schema = schema,
                                 .schema_name = "own.json",
                                 .strict = true,
                                 .encoding = "latin-1",
                                 .delimiter = "tab",
                                 .no_header = true,
                                 .on_conflict = "last",
                                 .fail_on = "any",
                                 .output_bytes = 1000,
                                 .unpacked_bytes = 2000};
    s_report.refusal = &REFUSAL;
    char *text = s_written ();
    s_expect (text,
              (const char *const[]){
                  "'kind': 'visit','failed': 'visits.csv: a check failed','schema': {",
                  "'options': {'kind': 'visit','format': 'ndjson','date_order': 'dmy','decimal': 'comma',"
                  "'audit': 'full','mapping': 'map.json','schema': 'own.json','strict': true,"
                  "'encoding': 'latin-1','delimiter': 'tab','no_header': true,'on_conflict': 'last',"
                  "'fail_on': 'any','output_bytes': 1000,'unpacked_bytes': 2000},'options_sha256'",
                  NULL});
    free (text);
    s_options.mapping_name[0] = s_options.schema_name[0] = 0;
    s_report.refusal = &NONE;
    text = s_written ();
    s_expect (text, (const char *const[]){"'mapping': 'mapping','schema': 'schema',", NULL});
    s_expect_not (text, (const char *const[]){"failed", NULL});
    free (text);
}

Test (report, an_option_of_one_letter_is_one)
{
    s_options = (struct options){.kind = "k",
                                 .format = "f",
                                 .date_order = "o",
                                 .decimal = "d",
                                 .audit = "a",
                                 .encoding = "e",
                                 .delimiter = ";",
                                 .on_conflict = "c",
                                 .fail_on = "x"};
    char *text = s_written ();
    s_expect (text,
              (const char *const[]){"'options': {'kind': 'k','format': 'f','date_order': 'o','decimal': 'd',"
                                    "'audit': 'a','mapping': null,'schema': null,'strict': false,"
                                    "'encoding': 'e','delimiter': ';','no_header': false,"
                                    "'on_conflict': 'c','fail_on': 'x',",
                                    NULL});
    free (text);
}

Test (report, says_how_the_input_was_read)
{
    s_dialect = (struct dialect){.format = &FORMAT_FHIR,
                                 .encoding = "UTF-16LE",
                                 .compression = "gzip",
                                 .delimiter = 0,
                                 .escape = '\\',
                                 .lines_above = 3};
    s_planned.plan.steps[WEIGHT].mark = DECIMAL_COMMA;
    snprintf (s_input.origin, sizeof s_input.origin, "file:///home/ann/a%%20b.csv");
    char *text = s_written ();
    s_expect (
        text,
        (const char *const[]){
            "'path': '/home/ann/a b.csv',", "'encoding': 'UTF-16LE','compression': 'gzip',",
            "'delimiter': null,'decimal_mark': ',','quote_escape': '\\\\','lines_above_header': 3,'columns'",
            "'passed_by': {},'not_carried_over': {},'tables': []}", NULL});
    free (text);
    snprintf (s_input.origin, sizeof s_input.origin, "%s", ORIGIN_STDIN);
    s_planned.plan.numbered_count = 0;
    text = s_written ();
    s_expect (text, (const char *const[]){"'path': null,", "'decimal_mark': null,", NULL});
    free (text);
}

Test (report, says_what_became_no_record_and_no_part_of_one)
{
    static const struct skipped_records ROWS[] = {{"Encounter", 3}, {"Claim", 4}};
    cr_assert_eq (skipped_add (&s_skipped, ROWS, 2), 0);
    cr_assert_eq (path_counts_add (&s_left_over, "Patient.photo", 5), 0);
    cr_assert_eq (path_counts_add (&s_left_over, "Patient.link", 6), 0);
    char *text = s_written ();
    s_expect (text, (const char *const[]){"'passed_by': {'Encounter': 3,'Claim': 4},'tables': []", NULL});
    free (text);
    s_dialect.format = &FORMAT_FHIR;
    text = s_written ();
    s_expect (text,
              (const char *const[]){"'passed_by': {'Encounter': 3,'Claim': 4},"
                                    "'not_carried_over': {'Patient.photo': 5,'Patient.link': 6},'tables'",
                                    NULL});
    free (text);
    s_left_over.others = 7;
    text = s_written ();
    s_expect (text, (const char *const[]){"'Patient.link': 6,'other paths': 7},", NULL});
    free (text);
}

Test (report, names_the_tables_that_were_joined_and_the_columns_that_make_no_other_record)
{
    static mapping_t mapping;
    struct text cell = text_of ("x");
    uint64_t before;
    mapping.join_count = 2;
    mapping.joins[0] = (struct mapping_join){.table = (char *) "items.csv", .sha256 = "dd"};
    mapping.joins[1] = (struct mapping_join){.table = (char *) "wards.csv", .sha256 = "ee"};
    for (size_t j = 0; j < 2; j++) {
        mapping.joins[j].rows = code_table_new (1);
        cr_assert_not_null (mapping.joins[j].rows);
        cr_assert_eq (code_table_add (mapping.joins[j].rows, text_of ("1"), &cell, 2, &before), TABLE_ADDED);
    }
    cr_assert_eq (code_table_add (mapping.joins[1].rows, text_of ("2"), &cell, 3, &before), TABLE_ADDED);
    s_planned.binding->mapping = &mapping;
    s_planned.binding->columns[1].not_content = true;    //  DOB
    layout_clear (&s_layout);
    cr_assert_eq (layout_make (&s_layout, encoder_find ("csv"), &s_planned.plan), 0);
    char *text = s_written ();
    s_expect (text,
              (const char *const[]){"],'not_content': ['dob'],'tables': [{'name': 'items.csv','sha256': 'dd',"
                                    "'rows': 1},{'name': 'wards.csv','sha256': 'ee','rows': 2}]}",
                                    NULL});
    free (text);
    s_planned.binding->columns[1].not_content = false;
    layout_clear (&s_layout);
    cr_assert_eq (layout_make (&s_layout, encoder_find ("csv"), &s_planned.plan), 0);
    text = s_written ();
    s_expect_not (text, (const char *const[]){"not_content", NULL});
    free (text);
    s_planned.binding->mapping = NULL;
    for (size_t j = 0; j < 2; j++)
        code_table_destroy (&mapping.joins[j].rows);
}

Test (report, says_which_columns_of_a_wide_table_were_results_and_what_none_is)
{
    static char mass[] = "Body weight", kg[] = "kg", grams[] = "g";
    static struct unpivot_test tests[] = {{.column = 4, .values = {mass, kg}},
                                          {.column = 7, .values = {NULL, grams}}};
    static char *names[] = {"a", "b", "c", "d", "Mass (kg)", "f", "g", "Birth mass"};
    unpivot_t unpivot = {.schema = s_planned.schema,
                         .fields = {BORN, UNIT},
                         .field_count = 2,
                         .tests = tests,
                         .test_count = 2};
    s_planned.binding->unpivot = &unpivot;
    s_dialect.names = names;
    s_dialect.name_count = 8;
    missing_t *own = missing_new (), *except = missing_new ();
    cr_assert (own && except && missing_add (own, "lost") == 0 && missing_add (own, "-") == 0 &&
               missing_add (except, "-") == 0);
    s_planned.binding->missing = own;
    char *text = s_written ();
    s_expect (text,
              (const char *const[]){
                  "'unpivoted': [{'source': 'Mass (kg)','column': 5,'born': 'Body weight','unit': 'kg'},"
                  "{'source': 'Birth mass','column': 8,'born': null,'unit': 'g'}],"
                  "'no_results': ['na','-','lost','-'],",
                  NULL});
    free (text);
    //  A marker of the schema that is a value of the field; one of the mapping is none for all.
    s_planned.schema->fields[WEIGHT].missing_except = except;
    text = s_written ();
    s_expect (text, (const char *const[]){"'no_results': ['na','lost','-'],", NULL});
    free (text);
    s_planned.binding->unpivot = NULL;
}

static void s_write_inputs (const void *inputs, json_writer_t *doc)
{
    json_writer_string (doc, "inputs", inputs);
}

Test (report, of_a_joined_table_has_its_inputs_written_by_who_joined_it)
{
    s_report.write_inputs = s_write_inputs;
    s_report.inputs = "two";
    char *text = s_written ();
    s_expect (text, (const char *const[]){"},'inputs': 'two','output': [", NULL});
    s_expect_not (text, (const char *const[]){"'input'", NULL});
    free (text);
}

Test (report, lists_issues_by_field_and_rule_and_how_many_the_audit_lists)
{
    s_report.warned_listed = 3;
    s_tally.fields[ID].rules[RULE_FIELD_REQUIRED] = (struct mark){.count = 2, .first_line = 7};
    s_tally.fields[BORN].rules[RULE_DATE_FORMAT] = (struct mark){.count = 9, .first_line = 2};
    s_tally.fields[BORN].rules[RULE_DATE_FUTURE] = (struct mark){.count = 4, .first_line = 3, .listed = 3};
    s_tally.fields[SEEN].rules[RULE_DATE_FUTURE] = (struct mark){.count = 3, .first_line = 5, .listed = 3};
    s_tally.fields[FIELDS].rules[RULE_RECORD_NUL] = (struct mark){.count = 1, .first_line = 9};
    s_tally.fields[BORN].changed = 9;
    s_tally.fields[BORN].missing = 8;
    s_tally.fields[BORN].invalid = 7;
    char *text = s_written ();
    s_expect (text,
              (const char *const[]){
                  "'born': {'changed': 9,'missing': 8,'invalid': 7},'seen': {'changed': 0,",
                  "'issues': [{'rule': 'field.required','severity': 'error','field': 'id','count': 2,"
                  "'first_line': 7,'message': 'is required and empty or invalid'},"
                  "{'rule': 'date.future','severity': 'warning','field': 'born','count': 4,'first_line': 3,"
                  "'listed': 3,'message': 'lies in the future'},"
                  "{'rule': 'date.future','severity': 'warning','field': 'seen','count': 3,'first_line': 5,"
                  "'message': 'lies in the future'},"
                  "{'rule': 'record.nul_byte','severity': 'error','field': null,'count': 1,'first_line': 9,"
                  "'message': 'holds a NUL byte'}],'checks'",
                  NULL});
    free (text);
}

//  seen is fed by nothing: what finds nothing there is left out.
Test (report, lists_the_checks_by_the_table_then_by_field)
{
    static const struct {
        enum check check;
        const char *field;
        uint64_t count;
        const char *measured, *threshold;
        bool passed;
    } CHECKED[] = {{CHECK_INVALID, "'id'", 0, "0.0000", "5.0000", true},
                   {CHECK_INVALID, "'weight'", 1, "11.1111", "5.0000", false},
                   {CHECK_INVALID, "'unit'", 0, "0.0000", "5.0000", true},
                   {CHECK_REQUIRED, "'id'", 0, "0.0000", "0.0000", true},
                   {CHECK_STRUCTURE, "null", 0, "0.0000", "0.0000", true},
                   {CHECK_KEY, "null", 3, "30.0000", "0.0000", false},
                   {CHECK_MISSING, "'id'", 0, "0.0000", "100.0000", true},
                   {CHECK_MISSING, "'seen'", 10, "100.0000", "100.0000", true},
                   {CHECK_MISSING, "'weight'", 1, "10.0000", "100.0000", true},
                   {CHECK_MISSING, "'unit'", 0, "0.0000", "100.0000", true},
                   {CHECK_DUPLICATE, "null", 1, "10.0000", "5.0000", false},
                   {CHECK_KEY_REPEATS, "null", 3, "30.0000", "20.0000", false},
                   {CHECK_SERVERS, "'id'", 2, "20.0000", "0.0000", false},
                   {CHECK_RANGE, "'weight'", 0, "0.0000", "5.0000", true}};
    char expected[8192] = "'checks': [", *text;
    s_tally.fields[SEEN].missing = 10;
    s_tally.fields[WEIGHT].missing = s_tally.fields[WEIGHT].invalid = 1;
    s_tally.fields[ID].rules[RULE_IDENTIFIER_SERVERS].count = 2;
    for (size_t i = 0; i < sizeof CHECKED / sizeof *CHECKED; i++) {
        const struct check_entry *check = &CHECK[CHECKED[i].check];
        snprintf (
            expected + strlen (expected), sizeof expected - strlen (expected),
            "%s{'name': '%s','category': '%s','subcategory': '%s','field': %s,'count': %llu,'measured': %s,"
            "'threshold': %s,'unit': 'percent','passed': %s%s}",
            i ? "," : "", check->name, check->category, check->subcategory, CHECKED[i].field,
            (unsigned long long) CHECKED[i].count, CHECKED[i].measured, CHECKED[i].threshold,
            CHECKED[i].passed ? "true" : "false",
            CHECKED[i].check == CHECK_SERVERS ? ",'servers': ['https://a/','https://b/']" : "");
    }
    snprintf (expected + strlen (expected), sizeof expected - strlen (expected), "],'timing'");
    people_t *people = people_new ();
    cr_assert_not_null (people);
    cr_assert_eq (people_add_server (people, text_of ("p1"), text_of ("https://a/")), 0);
    cr_assert_eq (people_add_server (people, text_of ("p1"), text_of ("https://b/")), 0);
    s_dialect.people = people;
    text = s_written ();
    cr_expect_not_null (strstr (text, expected), "%s\nholds no\n%s", text, expected);
    free (text);
    people_destroy (&people);
}

Test (report, names_the_servers_of_an_id_only_where_there_are_two_and_cuts_long_ones)
{
    char server[600];
    memset (server, 's', sizeof server - 1);
    server[sizeof server - 1] = 0;
    s_tally.fields[ID].rules[RULE_IDENTIFIER_SERVERS].count = 2;
    people_t *people = people_new ();
    cr_assert_not_null (people);
    cr_assert_eq (people_add_server (people, text_of ("p1"), text_of (server)), 0);
    s_dialect.people = people;
    char *text = s_written ();
    s_expect_not (text, (const char *const[]){"'servers'", NULL});
    free (text);
    cr_assert_eq (people_add_server (people, text_of ("p1"), text_of ("https://b/")), 0);
    text = s_written ();
    const char *at = strstr (text, "'servers': ['sss");
    cr_assert_not_null (at);
    cr_expect_eq (strspn (at + 13, "s"), 500);
    cr_expect_eq (strncmp (at + 513, "','https://b/']", 15), 0);
    free (text);
    s_dialect.people = NULL;
    text = s_written ();
    s_expect_not (text, (const char *const[]){"'servers'", NULL});
    free (text);
    people_destroy (&people);
}

Test (report, of_a_job_that_took_no_time_divides_by_a_millisecond)
{
    s_report.wall_ms = 0;
    char *text = s_written ();
    s_expect (text, (const char *const[]){
                        "'wall_ms': 0,'records_per_second': 10000.0,'bytes_per_second': 5000000.0}", NULL});
    free (text);
    s_report.wall_ms = 1;
    text = s_written ();
    s_expect (text, (const char *const[]){"'wall_ms': 1,'records_per_second': 10000.0,", NULL});
    free (text);
    s_report.wall_ms = 2;
    text = s_written ();
    s_expect (text, (const char *const[]){"'wall_ms': 2,'records_per_second': 5000.0,", NULL});
    free (text);
}

static int s_syncs;

static int s_sync_counting (int fd)
{
    (void) fd;
    s_syncs++;
    return 0;
}

Test (report, a_document_is_synced_unless_that_is_left_to_others_and_needs_its_own_place)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    output_replace (NULL, s_sync_counting);
    cr_assert_eq (report_document (&s_report, s_place.folder, "a", report_write, &out, &error), DMH_OK);
    cr_expect_eq (s_syncs, 1);
    s_report.unsynced = true;
    cr_assert_eq (report_document (&s_report, s_place.folder, "b", report_write, &out, &error), DMH_OK);
    cr_expect_eq (s_syncs, 1);
    output_replace (NULL, NULL);
    cr_expect_eq (report_document (&s_report, s_place.folder, "a", report_write, &out, &error), DMH_IO);
    cr_expect_eq (error.code, DMH_IO);
    cr_expect_eq (report_document (&s_report, s_place.folder, "a", report_write, &out, NULL), DMH_IO);
}
