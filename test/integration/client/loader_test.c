//  loader_test.c: the code that dmh report --loader prints loads the records with their types.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/postgres_server.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

//  A leading zero, a missing value, a text that is NA, quotes and a line end; dates of one form in one column
//  and of three in the other.
static const char LABS[] =
    "result_id,patient_id,test_code,value,unit,collected_at,resulted_at,note\n"
    "0001,007,2345-7,99.50,mg/dL,2021-03-04T07:30:00,2021-03-05,\"O'Neil said \"\"no\"\"\nand NA\"\n"
    "0002,008,2345-7,101,mg/dL,2021-03-05T08:00:00,2021-03-05T09:00:00,NA\n"
    "0003,009,2345-7,POS,,,2021-03-06T09:00:00+01:00,caf\xc3\xa9\n";

static void s_make (const struct workplace *place, const char *format)
{
    command_line_write (place, "it's labs.csv", LABS);
    command_line_expect (CALL (place, "run", "it's labs.csv", "--quiet", "--format", format, "-o", "o'ut"), 0,
                         NULL, NULL);
}

//  What `command` says there, yours to free.
static char *s_say (const struct workplace *place, const char *command, int *status)
{
    char *line = NULL, *said = NULL;
    size_t room = 0;
    cr_assert_geq (asprintf (&line, "cd '%s' && { %s; } 2>&1", place->folder, command), 0);
    FILE *pipe = popen (line, "r");
    cr_assert_not_null (pipe);
    if (getdelim (&said, &room, 0, pipe) < 0)
        said = strdup ("");
    int ended = pclose (pipe);
    *status = WIFEXITED (ended) ? WEXITSTATUS (ended) : -1;
    free (line);
    return said;
}

static bool s_can (const char *command)
{
    return system (command) == 0;
}

static void s_expect (const struct workplace *place, const char *command, const char *want)
{
    int status;
    char *said = s_say (place, command, &status);
    cr_expect (status == 0 && strstr (said, want), "%s said (%d)\n%s\nwithout\n%s", command, status, said,
               want);
    free (said);
}

Test (loader, of_postgresql_fills_a_typed_table, .timeout = 240)
{
    static const char *const FORMATS[] = {"csv", "ndjson"};
    static const char QUERY[] =
        "SELECT result_id, patient_id, value_number, value_text IS NULL, pg_typeof(collected_at), "
        "pg_typeof(resulted_at), resulted_at_date, length(note) FROM lab_result ORDER BY 1";
    static const char WANT[] = "0001|007|99.50|t|timestamp without time zone|text|2021-03-05|23\n"
                               "0002|008|101|t|timestamp without time zone|text|2021-03-05|2\n"
                               "0003|009||f|timestamp without time zone|text|2021-03-06|4\n";
    struct postgres_server server;
    if (!s_can ("command -v psql >/dev/null") || !postgres_server_start (&server)) {
        puts ("SKIP: no PostgreSQL here");
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        struct workplace place;
        char command[1024];
        workplace_make (&place);
        s_make (&place, FORMATS[i]);
        command_line_expect (CALL (&place, "report", "o'ut", "--loader", "sql", "-o", "load.sql"), 0, NULL,
                             NULL);
        snprintf (command, sizeof command, "psql -XqAt '%s' -f load.sql && psql -XqAt '%s' -c '%s'",
                  server.url, server.url, QUERY);
        s_expect (&place, command, WANT);
        snprintf (command, sizeof command, "psql -Xq '%s' -c 'DROP TABLE lab_result'", server.url);
        s_expect (&place, command, "");
        workplace_remove (&place);
    }
    postgres_server_stop (&server);
}

Test (loader, of_pandas_is_python_and_loads_typed_columns, .timeout = 240)
{
    static const char *const FORMATS[] = {"csv", "ndjson"};
    if (!s_can ("/usr/bin/python3 -c '' 2>/dev/null")) {
        puts ("SKIP: no python3 here");
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        struct workplace place;
        workplace_make (&place);
        s_make (&place, FORMATS[i]);
        command_line_expect (CALL (&place, "report", "o'ut", "--loader", "pandas", "-o", "load.py"), 0, NULL,
                             NULL);
        s_expect (&place, "/usr/bin/python3 -c 'import ast; ast.parse(open(\"load.py\").read())'", "");
        if (s_can ("/usr/bin/python3 -c 'import pandas' 2>/dev/null"))
            s_expect (
                &place,
                "(cat load.py; echo 'for r in lab_result[[\"patient_id\", \"value_number\", "
                "\"collected_at\", "
                "\"resulted_at_date\", \"note\"]].astype(object).values.tolist(): print(r)') | "
                "/usr/bin/python3 -",
                "['007', 99.5, Timestamp('2021-03-04 07:30:00'), Timestamp('2021-03-05 00:00:00'), "
                "'O\\'Neil said \"no\"\\nand NA']\n"
                "['008', 101.0, Timestamp('2021-03-05 08:00:00'), Timestamp('2021-03-05 00:00:00'), 'NA']\n"
                "['009', nan, NaT, Timestamp('2021-03-06 00:00:00'), 'café']\n");
        else
            puts ("SKIP: no pandas here to run the loader with");
        workplace_remove (&place);
    }
}

Test (loader, of_r_loads_typed_columns, .timeout = 240)
{
    struct workplace place;
    if (!s_can ("command -v Rscript >/dev/null")) {
        puts ("SKIP: no R here");
        return;
    }
    workplace_make (&place);
    s_make (&place, "csv");
    command_line_expect (CALL (&place, "report", "o'ut", "--loader", "r", "-o", "load.R"), 0, NULL, NULL);
    s_expect (&place,
              "(cat load.R; echo 'with(lab_result, cat(patient_id, value_number, format(collected_at), "
              "format(resulted_at_date), is.na(unit), note == \"NA\"))') >all.R && Rscript all.R",
              "007 008 009 99.5 101 NA 2021-03-04 07:30:00 2021-03-05 08:00:00 NA 2021-03-05 2021-03-05 "
              "2021-03-06 FALSE "
              "FALSE TRUE FALSE TRUE FALSE");
    workplace_remove (&place);
}

Test (loader, of_duckdb_names_each_column_with_its_type, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place, "csv");
    struct command_result said = CALL (&place, "report", "o'ut", "--loader", "duckdb");
    cr_expect_eq (said.status, 0, "%s", said.err);
    cr_expect_not_null (strstr (said.out, "o''ut/it''s labs/records.csv'"), "%s", said.out);
    cr_expect_not_null (strstr (said.out, "'patient_id': 'VARCHAR'"));
    cr_expect_not_null (strstr (said.out, "'value_number': 'DOUBLE'"));
    cr_expect_not_null (strstr (said.out, "'collected_at': 'TIMESTAMP'"));
    cr_expect_not_null (strstr (said.out, "CAST(left(\"resulted_at\", 10) AS DATE) AS \"resulted_at_date\""));
    command_result_clear (&said);
    workplace_remove (&place);
}

Test (loader, is_about_one_result_that_is_a_table, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place, "fhir");
    command_line_expect (CALL (&place, "report", "o'ut", "--loader", "pandas"), 1, NULL,
                         "run again with --format csv");
    command_line_expect (CALL (&place, "report", "o'ut", "--loader", "excel"), 2, NULL,
                         "pandas, duckdb, r or sql");
    command_line_write (&place, "p.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "p.csv", "--quiet", "-o", "o'ut"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "report", "o'ut", "--loader", "r"), 2, NULL, "holds 2 results");
    workplace_remove (&place);
}
