//  attempt_options_test.c: what an attempt makes of its options: those that it does not know are named with
//  those that it does, and the others do what they say.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct workplace s_place;

static void s_setup (void)
{
    workplace_make (&s_place);
}

static void s_teardown (void)
{
    workplace_remove (&s_place);
}

TestSuite (attempt_options, .init = s_setup, .fini = s_teardown);

static struct local_attempt s_run (const char *name, const char *text, const struct options *options)
{
    workplace_write (&s_place, name, text, strlen (text));
    return local_attempt_run (&s_place, name, options, 1);
}

//  Whether the file of the result holds the text.
static bool s_holds (const struct local_attempt *got, const char *file, const char *text)
{
    char *all = workplace_read (got->folder, file, NULL);
    bool holds = all && strstr (all, text);
    if (!holds)
        fprintf (stderr, "%s holds no %s:\n%s\n", file, text, all ? all : "(none)");
    free (all);
    return holds;
}

static const char PEOPLE[] = "patient_id,birth_date,note\n1,1980-01-02,a\n2,1980-01-03,b\n";

Test (attempt_options, a_word_that_is_none_is_named_with_those_that_are)
{
    static const struct {
        struct options options;
        const char *sentence;
    } CASES[] = {
        {{.format = "xml"}, "p.csv: format “xml” is not known; use csv, ndjson, fhir, sqlite, fasta or vcf"},
        {{.audit = "all"}, "p.csv: audit “all” is not known; use summary or full"},
        {{.date_order = "dym"}, "p.csv: date order “dym” is not known; use mdy, dmy or ymd"},
        {{.decimal = "dot"}, "p.csv: decimal mark “dot” is not known; use point or comma"},
        {{.audit = "a"}, "p.csv: audit “a” is not known; use summary or full"},
        {{.date_order = "m"}, "p.csv: date order “m” is not known; use mdy, dmy or ymd"},
        {{.decimal = "p"}, "p.csv: decimal mark “p” is not known; use point or comma"},
        {{.fail_on = "keys"}, "p.csv: --fail-on does not know “keys”; write any of value_invalid, "},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct local_attempt got = s_run ("p.csv", PEOPLE, &CASES[i].options);
        cr_expect_not (got.done, "%s", CASES[i].sentence);
        cr_expect_eq (got.error.code, DMH_BAD_INPUT, "%s", CASES[i].sentence);
        cr_expect_eq (strncmp (got.error.text, CASES[i].sentence, strlen (CASES[i].sentence)), 0,
                      "%s is not %s", got.error.text, CASES[i].sentence);
    }
}

Test (attempt_options, words_that_are_known_are_taken)
{
    static const struct options KNOWN[] = {
        {.format = "csv"},     {.format = "ndjson"}, {.format = "fhir"},    {.format = "sqlite"},
        {.audit = "summary"},  {.audit = "full"},    {.date_order = "mdy"}, {.date_order = "dmy"},
        {.date_order = "ymd"}, {.decimal = "point"}, {.decimal = "comma"},  {.fail_on = "any"}};
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        struct local_attempt got = s_run ("p.csv", PEOPLE, &KNOWN[i]);
        cr_expect (got.done, "%zu: %s", i, got.error.text);
        cr_expect_eq (got.refusal.code, DMH_OK, "%zu: %s", i, got.refusal.text);
        cr_expect_str_eq (got.kind, "patient");
        cr_expect_eq (got.counts.written, 2);
    }
}

Test (attempt_options, the_report_says_whose_it_is_and_what_was_read)
{
    struct options options = {.kind = ""};
    struct local_attempt got = s_run ("p.csv", PEOPLE, &options);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect (s_holds (&got, "report.json",
                        "\"id\": \"0123456789abcdef0123\",\n"
                        "\"correlation_id\": \"0123456789abcdef0123456789abcdef\",\n\"attempt\": 1,\n"
                        "\"kind\": \"patient\","));
    //  sha256sum of the text above.
    cr_expect (s_holds (&got, "report.json",
                        "\"bytes\": 57,\n"
                        "\"sha256\": "));
    cr_expect (s_holds (&got, "report.json", "\"name\": \"p.csv\","));
    cr_expect (s_holds (&got, "datapackage.json", "\"name\": \"p.csv\","));
}

static const char RESULTS[] = "result_id,patient_id,test_code,value,unit,collected_at\n"
                              "1,1,718-7,\"1,234\",g/dL,01/02/2020\n";

Test (attempt_options, an_order_and_a_mark_that_are_told_are_read_so_and_not_assumed)
{
    struct options none = {.kind = ""}, told = {.date_order = "dmy", .decimal = "comma"};
    struct local_attempt got = s_run ("r.csv", RESULTS, &none);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect (s_holds (&got, "records.csv", ",1234,") && s_holds (&got, "records.csv", ",2020-01-02,"));
    cr_expect (s_holds (&got, "report.json", "date.order_assumed") &&
               s_holds (&got, "report.json", "number.mark_assumed"));
    got = s_run ("r.csv", RESULTS, &told);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect (s_holds (&got, "records.csv", ",1.234,") && s_holds (&got, "records.csv", ",2020-02-01,"));
    char *report = workplace_read (got.folder, "report.json", NULL);
    cr_expect_null (strstr (report, "\"rule\": \"date.order_assumed\""));
    cr_expect_null (strstr (report, "\"rule\": \"number.mark_assumed\""));
    cr_expect_not_null (strstr (report, "\"decimal_mark\": \",\""));
    free (report);
}

static const char TWICE[] = "patient_id,last_name\n1,Ann\n2,Bob\n1,Cid\n2,Dan\n";

Test (attempt_options, which_record_of_a_key_stands_is_as_it_is_told)
{
    static const struct {
        const char *policy, *stands[2];
    } CASES[] = {{"", {"1,", "Ann"}}, {"first", {"2,", "Bob"}}, {"last", {"1,", "Cid"}}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct options options = {.kind = ""};
        snprintf (options.on_conflict, sizeof options.on_conflict, "%s", CASES[i].policy);
        struct local_attempt got = s_run ("t.csv", TWICE, &options);
        cr_assert (got.done, "%s", got.error.text);
        cr_expect_eq (got.counts.conflicts, 2);
        cr_expect (s_holds (&got, "records.csv", CASES[i].stands[1]));
    }
    struct options fail = {.on_conflict = "fail"}, wrong = {.on_conflict = "latest"};
    struct local_attempt got = s_run ("t.csv", TWICE, &fail);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.refusal.code, DMH_BAD_INPUT);
    cr_expect_str_eq (got.refusal.text,
                      "t.csv: record 3 on line 4 has the key of record 1 and other content, the first of 2 "
                      "conflicts; mend the input, or say which stands with --on-conflict first, last or "
                      "newest:FIELD");
    got = s_run ("t.csv", "patient_id,last_name\n1,Ann\n1,Ann\n", &fail);
    cr_expect_eq (got.refusal.code, DMH_OK, "%s", got.refusal.text);
    got = s_run ("t.csv", TWICE, &wrong);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_BAD_INPUT);
}

Test (attempt_options, a_check_that_fails_refuses_a_result_that_is_there)
{
    struct options options = {.fail_on = "key_conflict"};
    struct local_attempt got = s_run ("t.csv", TWICE, &options);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.refusal.code, DMH_BAD_INPUT);
    cr_expect (strstr (got.refusal.text, "the check key_conflict failed: 50 % measured"), "%s",
               got.refusal.text);
    cr_expect (s_holds (&got, "report.json", "\"failed\": \"t.csv: the check key_conflict failed"));
    cr_expect (s_holds (&got, "records.csv", "Ann"));
}

Test (attempt_options, a_result_has_no_more_bytes_than_it_may)
{
    struct options options = {.output_bytes = 100};
    struct local_attempt got = s_run ("t.csv", TWICE, &options);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_TOO_LARGE);
    cr_expect_str_eq (
        got.error.text,
        "t.csv makes more than 100 bytes of records, rejects and audit; --output-bytes allows more");
    options.output_bytes = 10000;
    got = s_run ("t.csv", TWICE, &options);
    cr_expect (got.done, "%s", got.error.text);
}

Test (attempt_options, a_format_that_has_no_place_for_the_records_is_said)
{
    static char text[20 * 2100], schema[] = "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
                                            "{\"name\":\"id\",\"constraints\":{\"required\":true},"
                                            "\"dmh\":{\"type\":\"identifier\"}}],\"dmh\":{\"key\":[\"id\"]}}";
    struct options fhir = {.format = "fhir", .schema = schema},
                   sqlite = {.format = "sqlite", .kind = "patient"};
    struct local_attempt got = s_run ("v.csv", "id\n1\n", &fhir);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_BAD_INPUT);
    cr_expect (strstr (got.error.text, "v.csv: ") && strstr (got.error.text, " visit; give another --format"),
               "%s", got.error.text);
    size_t n = (size_t) sprintf (text, "patient_id");
    for (int i = 0; i < 2050; i++)
        n += (size_t) sprintf (text + n, ",column%d", i);
    snprintf (text + n, sizeof text - n, "\n1\n");
    got = s_run ("w.csv", text, &sqlite);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_BAD_INPUT);
    cr_expect (strstr (got.error.text, "and a table in the format sqlite takes 2000; give another --format"),
               "%s", got.error.text);
}

//  How many rows of the result's database are so.
static int s_rows (const struct local_attempt *got, const char *where)
{
    char path[700], sql[300];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    snprintf (path, sizeof path, "%s/records.sqlite", got->folder);
    snprintf (sql, sizeof sql, "SELECT count(*) FROM lab_result WHERE %s", where);
    cr_assert_eq (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK, "%s", path);
    cr_assert_eq (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), SQLITE_OK, "%s", sqlite3_errmsg (db));
    cr_assert_eq (sqlite3_step (statement), SQLITE_ROW);
    int count = sqlite3_column_int (statement, 0);
    sqlite3_finalize (statement);
    sqlite3_close (db);
    return count;
}

//  5.10 was measured to two places, which no number says; that shows in the first pass.
Test (attempt_options, a_database_has_beside_a_number_its_digits_where_those_say_more)
{
    struct options options = {.format = "sqlite"};
    struct local_attempt got = s_run ("r.csv",
                                      "result_id,patient_id,test_code,value,unit\n1,1,718-7,5.10,g/dL\n"
                                      "2,1,718-7,5.2,g/dL\n",
                                      &options);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (s_rows (&got, "value_number = 5.1 AND value_number_digits = '5.10'"), 1);
    cr_expect_eq (s_rows (&got, "value_number = 5.2 AND value_number_digits = '5.2'"), 1);
}

//  It is part of what a record says, though no resource holds it.
Test (attempt_options, what_fhir_has_no_place_for_may_be_long)
{
    enum { LONG = 20000 };
    struct options options = {.kind = "lab_result", .format = "fhir"};
    char *text = NULL, *own = calloc (1, LONG + 1);
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert (to && own);
    memset (own, 'x', LONG);
    fputs ("patient_id,test_code,value,Analyzer\n", to);
    for (int i = 0; i < 3; i++) {
        own[LONG - 1] = (char) ('a' + i / 2);
        fprintf (to, "1,GLU,5,%s\n", own);
    }
    fclose (to);
    struct local_attempt got = s_run ("f.csv", text, &options);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, 2);
    cr_expect_eq (got.counts.duplicates, 1);
    free (text);
    free (own);
}

//  Of names that are those of tests, and have none themselves.
Test (attempt_options, a_line_under_the_header_gives_the_units_of_a_wide_table)
{
    struct options options = {.kind = ""};
    struct local_attempt got = s_run ("w.csv",
                                      "PatientID,Date,Hemoglobin,WBC,Glucose,Ward\n"
                                      ",,g/dL,(10^9/L),mmol/L,\n1,2020-01-02,13.5,7.1,5.5,A1\n",
                                      &options);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, 3);
    cr_expect_eq (got.counts.rejected, 1);
    cr_expect (s_holds (&got, "rejects.csv", ",record.units_line,"));
    cr_expect (s_holds (&got, "records.csv", "g/dL") && s_holds (&got, "records.csv", "mmol/L"));
}
