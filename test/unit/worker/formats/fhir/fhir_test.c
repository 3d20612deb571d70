//  fhir_test.c: FHIR files: recognized, one kind chosen, cut anywhere, read to the same records.
#include "worker/formats/detection.h"
#include "worker/formats/fhir/columns.h"
#include "worker/formats/fhir/scan.h"
#include "worker/formats/json/cut.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define BUNDLE(ENTRIES) "{\"resourceType\":\"Bundle\",\"entry\":[" ENTRIES "]}"
#define PATIENT(ID) "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" ID "\"}}"

static int s_look (const char *text, struct dialect *out, struct error *error)
{
    return dialect_find (text, strlen (text), true, "it", NULL, out, error);
}

Test (fhir, is_recognized_by_its_content)
{
    static const struct {
        const char *text, *format;
    } CASES[] = {
        {BUNDLE (PATIENT ("1")), "fhir"},
        {"{\"entry\":[{\"fullUrl\":\"x\",\"resource\":{\"id\":\"1\",\"resourceType\":\"Patient\"}}],"
         "\"resourceType\":\"Bundle\"}",
         "fhir"},
        {"{\"id\":\"1\",\n\"resourceType\":\"Patient\"}", "fhir"},
        {"[{\"resourceType\":\"Patient\"},{\"resourceType\":\"Patient\"}]", "fhir"},
        {"\xef\xbb\xbf {\"resourceType\":\"Patient\"}", "fhir"},
        {"{\"resourceType\":\"Patient\"}\n{\"resourceType\":\"Observation\"}\n", "fhir-ndjson"},
        {BUNDLE (PATIENT ("1")) "\n" BUNDLE (PATIENT ("2")) "\n", "fhir-ndjson"},
        {"{\"resourceType\":7,\"a\":1}", "json"},
        {"{\"resourceType\":\"a patient\"}", "json"},
        {"{\"entry\":[{\"item\":{\"id\":1}}]}", "json"},
        {"{\"a\":{\"resourceType\":\"Patient\"}}", "json"},
        {"resourceType,id\nPatient,1\n", "csv"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (s_look (CASES[i].text, &dialect, &error), DMH_OK, "%s: %s", CASES[i].text, error.text);
        cr_expect_str_eq (dialect.format->name, CASES[i].format, "%s is %s", CASES[i].text,
                          dialect.format->name);
        dialect_clear (&dialect);
    }
}

Test (fhir, the_kind_is_that_of_most_resources_unless_one_is_asked_for)
{
#define P "{\"resourceType\":\"Patient\"}\n"
#define O "{\"resourceType\":\"Observation\"}\n"
#define I "{\"resourceType\":\"ImagingStudy\"}\n"
#define E "{\"resourceType\":\"Encounter\"}\n"
    static const struct {
        const char *text, *kind, *chosen;    //  chosen NULL: refused
        const char *part;                    //  of the sentence
    } CASES[] = {
        {P, "", "patient", NULL},
        {P O O, "", "lab_result", NULL},
        {E E E I, "", "imaging_study", NULL},
        {P O O, "patient", "patient", NULL},
        {P, "imaging_study", "imaging_study", NULL},
        {P O, "", NULL, "1 Patient, 1 Observation and 0 ImagingStudy"},
        {E, "", NULL, "--kind"},
        {P, "vaccination", NULL, "not as vaccination"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (s_look (CASES[i].text, &dialect, &error), DMH_OK);
        int rc = dialect_choose (&dialect, CASES[i].kind, "it", &error);
        cr_assert_eq (rc, CASES[i].chosen ? DMH_OK : DMH_BAD_INPUT, "%zu: %s", i, error.text);
        if (CASES[i].chosen) {
            cr_expect_str_eq (dialect.kind, CASES[i].chosen);
            cr_expect_gt (dialect.name_count, 10);
        } else
            cr_expect_not_null (strstr (error.text, CASES[i].part), "%s", error.text);
        dialect_clear (&dialect);
    }
}

//  Every record of a file cut at most `block` bytes at a time, as text; or the sentence of why not.
static char *s_records (const char *text, const char *kind, size_t block)
{
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    char *out = NULL;
    size_t size = 0, n = strlen (text);
    FILE *to = open_memstream (&out, &size);
    int rc = s_look (text, &dialect, &error);
    if (rc == DMH_OK)
        rc = dialect_choose (&dialect, kind, "it", &error);
    rows_t *rows = rc == DMH_OK ? dialect.format->rows_new (&dialect) : NULL;
    uint64_t line = rows ? dialect.data_line : 0;
    for (size_t at = rows ? (size_t) dialect.data_offset : n, want = block; rows && at < n; want = block) {
        size_t cut = 0;
        uint64_t lines = 0;
        for (; rc == DMH_OK && cut == 0 && at + want / 2 < n + block; want *= 2) {
            size_t have = at + want < n ? want : n - at;
            char *exact = memcpy (malloc (have + 1), text + at, have);    //  a byte too far shows under ASan
            rc =
                dialect.format->cut (&dialect, exact, have, at + have == n, line, "it", &cut, &lines, &error);
            struct row row;
            dialect.format->rows_begin (rows, exact, rc == DMH_OK ? cut : 0);
            while (dialect.format->rows_next (rows, &row) == 1) {
                fprintf (to, "%llu %d", (unsigned long long) (line + row.line), (int) row.problem);
                for (size_t f = 0; f < row.count && row.problem == RULE_NONE; f++)
                    fprintf (to, "%c%.*s", '|', (int) row.fields[f].n,
                             row.fields[f].n ? row.fields[f].at : "");
                fprintf (to, " %.*s\n", (int) row.raw.n, row.raw.at);
            }
            free (exact);
        }
        if (cut == 0)
            break;
        at += cut;
        line += lines;
    }
    if (rc != DMH_OK)
        fprintf (to, "%s", error.text);
    if (rows)
        dialect.format->rows_destroy (&rows);
    if (dialect.format)
        dialect_clear (&dialect);
    fclose (to);
    return out;
}

static const char *const FILES[][2] = {
    {"{ \"resourceType\" : \"Bundle\",\n \"entry\" : [\n "
     "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"]\\\"}\"}}\n"
     " , {\"resource\":{\"resourceType\":\"Group\",\"x\":[{}]}} "
     ",\n{\"resource\":{\"id\":\"2\",\"resourceType\":\"Patient\","
     "\"birthDate\":\"2000\"}}\n],\n \"link\": [ {\"a\": \"]\"} ], \"total\": 2 }\n\n",
     "patient"},
    {"{\"resourceType\":\"Observation\",\"id\":\"a\",\"component\":[{\"valueString\":\"x\"},{\"valueString\":"
     "\"y\"},3]}\n\n"
     "{\"resourceType\":\"Patient\"}\r\n{\"resourceType\":\"Observation\",\"id\":\"b\",\"valueInteger\":5,"
     "\"component\":"
     "[{\"valueInteger\":6}]}\nnot "
     "json\n[1]\n{\"resourceType\":\"Observation\",\"id\":\"c\",\"valueString\":\"d\\u0000\"}\n",
     "lab_result"},
    {"[{\"resourceType\":\"ImagingStudy\",\"id\":\"s\",\"series\":[{\"uid\":\"1\",\n\"instance\":[{\"uid\":"
     "\"2\"},\n"
     "{\"uid\":\"3\"}]},{\"uid\":\"4\"}]}\n,{\"resourceType\":\"ImagingStudy\",\"id\":\"t\",\"series\":{"
     "\"uid\":\"5\"}}]",
     "imaging_study"},
    {BUNDLE (PATIENT ("1") "," PATIENT ("2")) "\n{\"resourceType\":\"Patient\",\"id\":\"3\"}\n" BUNDLE (
         PATIENT ("4") ",{}") "\n",
     "patient"},
};

Test (fhir, wherever_a_file_is_cut_the_records_are_the_same)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char *whole = s_records (FILES[i][0], FILES[i][1], 1 << 20);
        for (size_t block = 1; block < strlen (FILES[i][0]) + 2; block++) {
            char *got = s_records (FILES[i][0], FILES[i][1], block);
            cr_assert_str_eq (got, whole, "file %zu in blocks of %zu:\n%s\nwhole:\n%s", i, block, got, whole);
            free (got);
        }
        free (whole);
    }
}

//  How many lines begin so.
static size_t s_lines (const char *text, const char *with)
{
    size_t count = 0;
    for (const char *at = text; *at; at = strchr (at, '\n') + 1)
        count += strncmp (at, with, strlen (with)) == 0;
    return count;
}

Test (fhir, a_record_stands_for_a_resource_or_for_each_of_its_parts)
{
    char *bundle = s_records (FILES[0][0], "patient", 100), *lab = s_records (FILES[1][0], "lab_result", 100),
         *imaging = s_records (FILES[2][0], "imaging_study", 100),
         *lines = s_records (FILES[3][0], "patient", 100);
    cr_expect_eq (s_lines (bundle, "3 0|]\"}|"), 1, "%s", bundle);
    cr_expect_eq (s_lines (bundle, "5 0|2|"), 1, "%s", bundle);
    cr_expect_eq (s_lines (bundle, ""), 2, "%s", bundle);
    cr_expect_eq (s_lines (lab, "1 0|a.1|") + s_lines (lab, "1 0|a.2|") + s_lines (lab, "1 0|a.3|"), 3, "%s",
                  lab);
    cr_expect_eq (s_lines (lab, "4 0|b|") + s_lines (lab, "4 0|b.1|"), 2, "%s", lab);
    char problem[16];
    snprintf (problem, sizeof problem, "5 %d not", (int) RULE_RECORD_SYNTAX);
    cr_expect_eq (s_lines (lab, problem), 1, "%s", lab);
    snprintf (problem, sizeof problem, "7 %d {", (int) RULE_RECORD_NUL);
    cr_expect_eq (s_lines (lab, problem), 1, "%s", lab);
    cr_expect_eq (s_lines (imaging, ""), 4 + 0, "%s", imaging);
    cr_expect_eq (s_lines (imaging, "2 0|s|") + s_lines (imaging, "3 0|s|"), 3, "%s", imaging);
    cr_expect_eq (s_lines (lines, "1 0|1|") + s_lines (lines, "1 0|2|") + s_lines (lines, "2 0|3|") +
                      s_lines (lines, "3 0|4|"),
                  4, "%s", lines);
    cr_expect_eq (s_lines (lines, ""), 4, "%s", lines);
    free (bundle);
    free (lab);
    free (imaging);
    free (lines);
}

Test (fhir, a_file_that_is_cut_off_or_goes_on_is_refused_with_a_sentence)
{
    static const char *const CASES[][2] = {
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") ",{\"resource\":", "ends inside an entry"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1"), "ends inside its Bundle"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") ",", "ends inside its Bundle"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "]", "ends inside its Bundle"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "],\"total\":", "ends inside its Bundle"},
        {"{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}", "without entries"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t block = 8; block < 1024; block *= 4) {
            char *got = s_records (CASES[i][0], "patient", block);
            cr_expect_not_null (strstr (got, CASES[i][1]), "%s in %zu: %s", CASES[i][0], block, got);
            free (got);
        }
}

Test (fhir, nothing_follows_a_bundle)
{
    static const char TAIL[] = "{}], \"total\": 1}\n\n{}";
    struct dialect dialect = {.entries = true};
    struct error error;
    size_t cut = 0;
    uint64_t lines = 0;
    cr_assert_eq (json_cut (&dialect, TAIL, sizeof TAIL - 1, true, 7, "it", &cut, &lines, &error),
                  DMH_BAD_INPUT);
    cr_expect_not_null (strstr (error.text, "line 9"), "%s", error.text);
    cr_assert_eq (json_cut (&dialect, TAIL, sizeof TAIL - 3, true, 7, "it", &cut, &lines, &error), DMH_OK);
    cr_expect_eq (cut, sizeof TAIL - 3);
    cr_expect_eq (lines, 2);
}

Test (fhir, what_is_of_another_type_is_counted_and_skipped)
{
    static const char TEXT_OF[] = BUNDLE ("{\"resource\":{\"resourceType\":\"Group\"}}," PATIENT (
        "1") ",{\"request\":{}},{\"resource\":{\"resourceType\":"
             "\"Group\"}}");
    struct dialect dialect;
    struct error error;
    struct row row;
    cr_assert_eq (s_look (TEXT_OF, &dialect, &error), DMH_OK);
    cr_assert_eq (dialect_choose (&dialect, NULL, "it", &error), DMH_OK);
    rows_t *rows = dialect.format->rows_new (&dialect);
    dialect.format->rows_begin (rows, TEXT_OF + dialect.data_offset, strlen (TEXT_OF) - dialect.data_offset);
    size_t records = 0, names = 0;
    while (dialect.format->rows_next (rows, &row) == 1)
        records++;
    const struct skipped_records *skipped = dialect.format->skipped (rows, &names);
    cr_assert_eq (records, 1);
    cr_assert_eq (names, 2);
    cr_expect (strcmp (skipped[0].name, "Group") == 0 && skipped[0].count == 2);
    cr_expect (strcmp (skipped[1].name, "entry") == 0 && skipped[1].count == 1);
    dialect.format->rows_destroy (&rows);
    dialect_clear (&dialect);
}

Test (fhir, a_key_that_stands_twice_is_seen_around_a_resource_and_in_one_of_another_type)
{
    static const struct {
        const char *entry;
        enum rule problem;
    } CASES[] = {
        {PATIENT ("1"), RULE_NONE},
        {"{\"resource\":{\"resourceType\":\"Patient\"},\"resource\":{}}", RULE_RECORD_KEY_TWICE},
        {"{\"resource\":{\"resourceType\":\"Patient\"},\"resourc\\u0065\":{}}", RULE_RECORD_KEY_TWICE},
        {"{\"fullUrl\":\"a\",\"fullUrl\":\"b\",\"resource\":{\"resourceType\":\"Patient\"}}",
         RULE_RECORD_KEY_TWICE},
        {"{\"resource\":{\"resourceType\":\"Device\",\"resourceType\":\"Patient\"}}", RULE_RECORD_KEY_TWICE},
        {"{\"resource\":{\"resourceType\":\"Patient\",\"resourceType\":\"Device\"}}", RULE_RECORD_KEY_TWICE},
        {"{\"resource\":{\"resourceType\":\"Patient\",\"extension\":[{\"url\":\"a\",\"url\":\"b\"}]}}",
         RULE_RECORD_KEY_TWICE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        struct dialect dialect;
        struct error error;
        struct row row = {.problem = RULE_NONE};
        snprintf (text, sizeof text, BUNDLE ("%s"), CASES[i].entry);
        cr_assert_eq (s_look (text, &dialect, &error), DMH_OK, "%s", text);
        cr_assert_eq (dialect_choose (&dialect, "patient", "it", &error), DMH_OK);
        rows_t *rows = dialect.format->rows_new (&dialect);
        dialect.format->rows_begin (rows, text + dialect.data_offset, strlen (text) - dialect.data_offset);
        cr_expect_eq (dialect.format->rows_next (rows, &row), 1, "%s", text);
        cr_expect_eq (row.problem, CASES[i].problem, "%s: %d", text, (int) row.problem);
        dialect.format->rows_destroy (&rows);
        dialect_clear (&dialect);
    }
}

Test (fhir, a_second_array_of_entries_is_refused_however_its_key_is_written)
{
    static const char *const KEYS[] = {"entry", "\\u0065ntry", "e\\u006etry"};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        char text[512];
        snprintf (text, sizeof text,
                  "{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "],\"%s\":[" PATIENT ("2") "]}",
                  KEYS[i]);
        char *got = s_records (text, "patient", 64);
        cr_expect_not_null (strstr (got, "second array of records"), "%s: %s", text, got);
        free (got);
    }
}

Test (fhir, every_path_of_the_table_is_one)
{
    for (size_t k = 0; k < FHIR_KINDS; k++) {
        const char *names[FHIR_COLUMNS_MAX];
        fhir_columns_t *columns = fhir_columns_new (&FHIR_KIND[k], "2026-01-01");
        cr_assert_not_null (columns, "%s", FHIR_KIND[k].kind);
        cr_expect_eq (fhir_columns_count (columns), fhir_column_names (&FHIR_KIND[k], names));
        fhir_columns_destroy (&columns);
    }
}
