//  database_test.c: --format sqlite: which table comes of which records, that its bytes depend on nothing
//  else, and what becomes of a limit or a disk that is reached.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { SAID_BYTES = 4096 };

static struct local_attempt s_run (struct workplace *place, const char *name, const char *text,
                                   struct options *options, size_t threads)
{
    workplace_write (place, name, text, strlen (text));
    snprintf (options->format, sizeof options->format, "sqlite");
    return local_attempt_run (place, name, options, threads);
}

//  The answer to a question, values with | between them, rows with a line end.
static const char *s_ask (const char *folder, const char *sql, char said[SAID_BYTES])
{
    char path[600];
    sqlite3 *db;
    sqlite3_stmt *rows;
    size_t n = 0;
    snprintf (path, sizeof path, "%s/records.sqlite", folder);
    cr_assert_eq (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq (sqlite3_prepare_v2 (db, sql, -1, &rows, NULL), SQLITE_OK, "%s: %s", sql,
                  sqlite3_errmsg (db));
    *said = 0;
    while (sqlite3_step (rows) == SQLITE_ROW) {
        n += (size_t) snprintf (said + n, SAID_BYTES - n, "%s", n ? "\n" : "");
        for (int i = 0; i < sqlite3_column_count (rows); i++) {
            const char *value = (const char *) sqlite3_column_text (rows, i);
            n += (size_t) snprintf (said + n, SAID_BYTES - n, "%s%s", i ? "|" : "", value ? value : "-");
            cr_assert_lt (n, SAID_BYTES);
        }
    }
    sqlite3_finalize (rows);
    sqlite3_close (db);
    return said;
}

//  One input, and what the table answers.
static void s_expect (const char *text, const char *schema, const char *sql, const char *answer)
{
    struct workplace place;
    struct options options = {.schema = (char *) schema};
    char said[SAID_BYTES];
    workplace_make (&place);
    struct local_attempt got = s_run (&place, "in.csv", text, &options, 2);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_str_eq (s_ask (got.folder, sql, said), answer, "%s of\n%s", sql, text);
    cr_expect_str_eq (s_ask (got.folder, "PRAGMA integrity_check", said), "ok");
    workplace_remove (&place);
}

Test (database, columns_are_typed_and_what_is_not_there_is_null)
{
    s_expect ("Patient ID,DOB,Latitude,ZIP,Ward No\n007,1980-02-03,42.5,02139,01\n008,,,,\n", NULL,
              "SELECT patient_id, typeof(patient_id), birth_date, latitude, typeof(latitude), postal_code, "
              "ward_no, "
              "typeof(given_name) FROM patient ORDER BY rowid",
              "007|text|1980-02-03|42.5|real|02139|01|null\n008|text|-|-|null|-|-|null");
    s_expect ("patient_id,latitude\n1,\n", NULL,
              "SELECT group_concat(name || ' ' || type) FROM (SELECT * FROM pragma_table_info('patient') "
              "WHERE name IN "
              "('patient_id', 'birth_date', 'latitude', 'country'))",
              "patient_id TEXT,birth_date TEXT,country TEXT,latitude REAL");
}

Test (database, a_date_time_that_mixes_forms_has_a_date_beside_it_and_no_other_has)
{
    static const char COLUMNS[] = "SELECT group_concat(name) FROM pragma_table_info('lab_result') WHERE name "
                                  "LIKE '%\\_at%' ESCAPE '\\'";
    static const char BOTH[] = "SELECT collected_at, collected_at_date FROM lab_result ORDER BY rowid";
    static const char HEAD[] = "patient_id,test_code,value,collected_at\n";
    static const struct {
        const char *rows, *columns, *values;
    } CASES[] = {
        {"1,A,1,2020-03-04\n1,A,2,2020-03-05\n", "collected_at,resulted_at", NULL},
        {"1,A,1,2020-03-04T10:00:00\n1,A,2,2020-03-04T11:00:00\n", "collected_at,resulted_at", NULL},
        {"1,A,1,2020-03-04T10:00:00Z\n1,A,2,2020-03-04T11:00:00+02:00\n,,,\n", "collected_at,resulted_at",
         NULL},
        {"1,A,1,2020-03-04T10:00:00\n1,A,2,2020-03-05\n1,A,3,\n",
         "collected_at,collected_at_date,resulted_at",
         "2020-03-04T10:00:00|2020-03-04\n2020-03-05|2020-03-05\n-|-"},
        {"1,A,1,2020-03-04T23:30:00-05:00\n1,A,2,2020-03-05T01:00:00\n",
         "collected_at,collected_at_date,resulted_at",
         "2020-03-04T23:30:00-05:00|2020-03-04\n2020-03-05T01:00:00|2020-03-05"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        snprintf (text, sizeof text, "%s%s", HEAD, CASES[i].rows);
        s_expect (text, NULL, COLUMNS, CASES[i].columns);
        if (CASES[i].values)
            s_expect (text, NULL, BOTH, CASES[i].values);
    }
}

Test (database, digits_that_a_double_does_not_show_stand_beside_it)
{
    s_expect ("patient_id,test_code,value\n1,A,5.10\n1,B,7\n1,C,NEG\n", NULL,
              "SELECT value_number, value_number_digits, value_text FROM lab_result ORDER BY rowid",
              "5.1|5.10|-\n7.0|7|-\n-|-|NEG");
    s_expect ("patient_id,test_code,value\n1,A,5.1\n1,B,7\n", NULL,
              "SELECT count(*) FROM pragma_table_info('lab_result') WHERE name LIKE '%digits'", "0");
}

Test (database, a_column_beside_a_field_takes_no_name_of_the_source)
{
    s_expect ("patient_id,test_code,value,Value Number Digits\n1,A,5.10,own\n", NULL,
              "SELECT value_number_digits, value_number_digits_2 FROM lab_result", "own|5.10");
}

Test (database, names_that_sql_has_for_itself_are_names_here)
{
    static const char SCHEMA[] =
        "{\"name\":\"sqlite_select\",\"title\":\"t\",\"version\":\"1\",\"primaryKey\":\"order\",\"fields\":["
        "{\"name\":\"order\",\"type\":\"string\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":"
        "\"identifier\"}},"
        "{\"name\":\"group\",\"type\":\"string\",\"dmh\":{\"type\":\"text\"}}]}";
    s_expect ("order,group,\"from \"\"x\"\"\",rowid\n1,a,b,c\n", SCHEMA,
              "SELECT \"order\", \"group\", \"rowid\" FROM _sqlite_select", "1|a|c");
}

Test (database, indexes_are_those_that_records_are_sought_by)
{
    s_expect ("patient_id,birth_date\n1,1980-02-03\n2,\n", NULL,
              "SELECT name || ' ' || \"unique\" FROM pragma_index_list('patient') ORDER BY name",
              "patient_by_birth_date 0\npatient_key 1");
    s_expect (
        "result_id,patient_id,test_code,value,collected_at\nr1,1,A,1,2020-01-01\n,1,A,2,2020-01-02T10:00:00\n"
        ",2,B,3,\n",
        NULL, "SELECT name || ' ' || \"unique\" FROM pragma_index_list('lab_result') ORDER BY name",
        "lab_result_by_collected_at_date 0\nlab_result_by_patient_id 0\nlab_result_by_test_code 0\n"
        "lab_result_key 1");
}

Test (database, an_empty_input_is_an_empty_table)
{
    s_expect ("patient_id,birth_date\n", NULL, "SELECT count(*) FROM patient", "0");
}

//  A few thousand rows whose last ones need columns beside their fields.
static char *s_many (size_t rows)
{
    char *text = malloc (rows * 96 + 128), *to = text;
    cr_assert_not_null (text);
    to = stpcpy (to, "Result ID,Patient ID,Test Code,Value,Collected Date,Ward\n");
    for (size_t i = 0; i < rows; i++)
        to += sprintf (to, "r%zu,p%zu,2345-7,%zu.%zu,2020-03-%02zu%s,\"W %zu, left\"\n", i - i % 7 / 6,
                       i % 313, i % 90, i % 9 + 1, i % 28 + 1, i + 9 > rows ? "T10:30:00" : "", i % 12);
    strcpy (to, "x,p1,2345-7,5.10,2020-03-04,W\n");
    return text;
}

Test (database, its_bytes_are_the_same_whatever_the_threads_and_blocks)
{
    static const struct {
        size_t threads, block;
    } WAYS[] = {{1, 0}, {3, 4096}, {2, 20000}};
    struct workplace place;
    char *text = s_many (4000), *first = NULL;
    size_t first_n = 0;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct options options = {.block_bytes = WAYS[i].block};
        struct local_attempt got = s_run (&place, "in.csv", text, &options, WAYS[i].threads);
        size_t n = 0;
        cr_assert (got.done, "%s", got.error.text);
        cr_assert (got.counts.conflicts + got.counts.duplicates > 100);
        char *bytes = workplace_read (got.folder, "records.sqlite", &n);
        if (!first) {
            first = bytes;
            first_n = n;
            continue;
        }
        cr_expect (n == first_n && memcmp (bytes, first, n) == 0, "%zu threads", WAYS[i].threads);
        free (bytes);
    }
    free (first);
    free (text);
    workplace_remove (&place);
}

Test (database, the_limit_of_a_job_s_output_holds_for_it)
{
    struct workplace place;
    char *text = s_many (4000);
    struct options options = {.output_bytes = 300 * 1024};
    workplace_make (&place);
    struct local_attempt got = s_run (&place, "in.csv", text, &options, 2);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_TOO_LARGE, "%s", got.error.text);
    cr_expect_not_null (strstr (got.error.text, "--output-bytes"), "%s", got.error.text);
    cr_expect_neq (access (got.folder, F_OK), 0);
    free (text);
    workplace_remove (&place);
}

Test (database, more_columns_than_sqlite_takes_are_refused_with_the_way_out)
{
    enum { COLUMNS = 2000 };
    struct workplace place;
    struct options options = {.format = ""};
    char *text = malloc (COLUMNS * 16 + 64), *to = text;
    cr_assert_not_null (text);
    to = stpcpy (to, "patient_id");
    for (int i = 0; i < COLUMNS; i++)
        to += sprintf (to, ",c%d", i);
    strcpy (to, "\n1\n");
    workplace_make (&place);
    struct local_attempt got = s_run (&place, "in.csv", text, &options, 1);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_BAD_INPUT, "%s", got.error.text);
    cr_expect_not_null (strstr (got.error.text, "2025 columns"), "%s", got.error.text);
    cr_expect_not_null (strstr (got.error.text, "another --format"), "%s", got.error.text);
    free (text);
    workplace_remove (&place);
}
