//  load_test.c: --load: what comes into the tables of a real PostgreSQL, once and whole, and what is said
//  where it does not.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/postgres_server.h"

#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_BYTES = 8192 };

struct stage {
    struct postgres_server server;
    struct workplace place;
    PGconn *connection;
};

static bool s_start (struct stage *self)
{
    if (!postgres_server_start (&self->server))
        return false;
    workplace_make (&self->place);
    self->connection = PQconnectdb (self->server.url);
    cr_assert_eq (PQstatus (self->connection), CONNECTION_OK, "%s", PQerrorMessage (self->connection));
    return true;
}

static void s_stop (struct stage *self)
{
    PQfinish (self->connection);
    workplace_remove (&self->place);
    postgres_server_stop (&self->server);
}

//  Values with | between them, rows with a line end; a NULL is -.
static const char *s_ask (const struct stage *self, const char *sql, char said[SAID_BYTES])
{
    size_t n = 0;
    PGresult *answer = PQexec (self->connection, sql);
    ExecStatusType status = PQresultStatus (answer);
    cr_assert (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, "%s: %s", sql,
               PQerrorMessage (self->connection));
    *said = 0;
    for (int r = 0; r < PQntuples (answer); r++)
        for (int c = 0; c < PQnfields (answer); c++) {
            const char *value = PQgetisnull (answer, r, c) ? "-" : PQgetvalue (answer, r, c);
            n += (size_t) snprintf (said + n, SAID_BYTES - n, "%s%s", c ? "|" : r ? "\n" : "", value);
            cr_assert_lt (n, SAID_BYTES);
        }
    PQclear (answer);
    return said;
}

static void s_expect (const struct stage *self, const char *sql, const char *answer)
{
    char said[SAID_BYTES];
    cr_expect_str_eq (s_ask (self, sql, said), answer, "%s", sql);
}

//  run NAME into the schema; more options, ended by NULL.
static struct command_result s_load (const struct stage *self, const char *name, const char *schema,
                                     const char *const *more)
{
    const char *words[24] = {"run", name, "--load", self->server.url, "--load-schema", schema, "--replace"};
    size_t n = 7;
    while (more && *more)
        words[n++] = *more++;
    words[n] = NULL;
    return command_line_run (&self->place, NULL, words);
}

static void s_load_text (const struct stage *self, const char *name, const char *text, const char *schema,
                         int status, const char *on_err)
{
    command_line_write (&self->place, name, text);
    command_line_expect (s_load (self, name, schema, NULL), status, NULL, on_err);
}

Test (load, records_are_typed_rows_that_name_their_input_and_their_record, .timeout = 120)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (
        &stage.place, "p.csv",
        "Patient ID,DOB,Latitude,ZIP,Remark\n007,1980-02-03,42.50,02139,\"a\tb\\ c\n\"\"d\"\"\"\n"
        ",1980-02-03,,,no key\n007,1980-02-03,42.50,02139,\"a\tb\\ c\n\"\"d\"\"\"\n8,,,,\n");
    command_line_expect (s_load (&stage, "p.csv", "clinic", NULL), 0, "clinic.patient: 2 records loaded",
                         NULL);
    s_expect (&stage,
              "SELECT patient_id, birth_date, latitude, postal_code, remark, dmh_record FROM clinic.patient "
              "ORDER BY dmh_record",
              "007|1980-02-03|42.50|02139|a\tb\\ c\n\"d\"|1\n8|-|-|-|-|4");
    s_expect (&stage,
              "SELECT string_agg (attname || ' ' || format_type (atttypid, NULL), ', ' ORDER BY attnum) FROM "
              "pg_attribute WHERE attrelid = 'clinic.patient'::regclass AND attname IN ('patient_id', "
              "'birth_date', "
              "'latitude', 'remark', 'dmh_load', 'dmh_record')",
              "patient_id text, birth_date date, latitude numeric, remark text, dmh_load bigint, dmh_record "
              "bigint");
    s_expect (
        &stage,
        "SELECT p.input, p.loaded_into, p.records, length (p.input_sha256), length (p.report_sha256) FROM "
        "clinic.dmh_load p JOIN clinic.patient r ON r.dmh_load = p.load GROUP BY 1, 2, 3, 4, 5",
        "p.csv|patient|2|64|64");
    s_stop (&stage);
}

Test (load, every_format_that_is_a_table_comes_to_the_same_rows, .timeout = 180)
{
    static const char *const FORMATS[] = {"csv", "ndjson", "sqlite"};
    static const char LABS[] =
        "patient_id,test_code,value,collected_at,Analyzer\n1,2345-7,5.10,2020-03-04,A\n"
        "1,2345-7,NEG,2020-03-04T10:00:00,B\n2,2345-7,<3.0,2020-03-05T10:00:00Z,\n";
    char first[SAID_BYTES] = "", said[SAID_BYTES], sql[200];
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "l.csv", LABS);
    for (size_t f = 0; f < sizeof FORMATS / sizeof *FORMATS; f++) {
        command_line_expect (
            s_load (&stage, "l.csv", FORMATS[f], (const char *const[]){"--format", FORMATS[f], NULL}), 0,
            NULL, NULL);
        snprintf (sql, sizeof sql, "SELECT * FROM %s.lab_result ORDER BY dmh_record", FORMATS[f]);
        s_ask (&stage, sql, said);
        cr_expect_not_null (strstr (said, "5.10|"), "%s", said);
        if (f == 0)
            strcpy (first, said);
        cr_expect_str_eq (said, first, "%s", FORMATS[f]);
    }
    s_expect (&stage, "SELECT collected_at, collected_at_date FROM csv.lab_result ORDER BY dmh_record",
              "2020-03-04|2020-03-04\n2020-03-04T10:00:00|2020-03-04\n2020-03-05T10:00:00Z|2020-03-05");
    command_line_expect (s_load (&stage, "l.csv", "f", (const char *const[]){"--format", "fhir", NULL}), 2,
                         NULL, "resources of FHIR and letters of FASTA are none");
    s_stop (&stage);
}

Test (load, the_same_result_is_loaded_once_and_another_one_of_its_input_takes_its_place, .timeout = 180)
{
    static const char TEXT[] = "patient_id,gender,g\n1,F,w\n2,M,m\n";
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "p.csv", TEXT);
    command_line_write (
        &stage.place, "m.json",
        "{\"dmh\":\"mapping/1\",\"kind\":\"patient\",\"columns\":{\"gender\":null,\"g\":\"gender\"},"
        "\"values\":{\"gender\":{\"w\":\"other\",\"m\":\"other\"}}}");
    command_line_expect (s_load (&stage, "p.csv", "s", NULL), 0, "s.patient: 2 records loaded", NULL);
    command_line_expect (s_load (&stage, "p.csv", "s", NULL), 0, "s.patient: 0 records loaded, 2 were there",
                         NULL);
    s_expect (&stage, "SELECT count (*), min (gender) FROM s.patient", "2|female");
    command_line_expect (s_load (&stage, "p.csv", "s", (const char *const[]){"--mapping", "m.json", NULL}), 0,
                         "s.patient: 2 records loaded", NULL);
    s_expect (&stage, "SELECT count (*), min (gender), max (gender) FROM s.patient", "2|other|other");
    s_expect (&stage, "SELECT count (*) FROM s.dmh_load", "1");
    //  Another input of the same name is another input.
    s_load_text (&stage, "p.csv", "patient_id,gender\n3,F\n", "s", 0, NULL);
    s_expect (&stage, "SELECT count (*) FROM s.patient", "3");
    //  What somebody has taken out is loaded again.
    s_expect (&stage, "DELETE FROM s.patient WHERE patient_id = '3'", "");
    command_line_expect (s_load (&stage, "p.csv", "s", NULL), 0, "s.patient: 1 record loaded\n", NULL);
    s_expect (&stage, "SELECT count (*) FROM s.patient", "3");
    s_stop (&stage);
}

Test (load, a_table_gets_the_columns_that_it_lacks_and_dates_beside_what_is_mixed, .timeout = 180)
{
    static const char HEAD[] = "patient_id,test_code,value,collected_at";
    char text[400];
    struct stage stage;
    if (!s_start (&stage))
        return;
    snprintf (text, sizeof text, "%s\n1,A,1,2020-01-01T10:00:00\n", HEAD);
    s_load_text (&stage, "a.csv", text, "s", 0, NULL);
    static const char TYPE[] = "SELECT string_agg (attname || ' ' || format_type (atttypid, NULL), ', ' "
                               "ORDER BY attname) FROM pg_attribute "
                               "WHERE attrelid = 's.lab_result'::regclass AND attname LIKE '%ed\\_at%'";
    s_expect (&stage, TYPE,
              "collected_at timestamp without time zone, resulted_at timestamp without time zone");
    snprintf (text, sizeof text, "%s,ward,order,ctid,collected_at_date\n1,A,2,,W,o,c,own\n", HEAD);
    s_load_text (&stage, "b.csv", text, "s", 0, NULL);
    s_expect (&stage,
              "SELECT ward, \"order\", ctid_, collected_at_date_, value_number FROM s.lab_result ORDER BY "
              "value_number",
              "-|-|-|-|1\nW|o|c|own|2");
    //  An offset in a local time: nothing is guessed, and the sentence says what helps.
    snprintf (text, sizeof text, "%s\n1,A,3,2020-01-03T10:00:00+01:00\n", HEAD);
    s_load_text (&stage, "c.csv", text, "s", 1,
                 "ALTER TABLE \"s\".\"lab_result\" ALTER \"collected_at\" TYPE text");
    s_expect (&stage, "SELECT count (*) FROM s.lab_result", "2");
    s_expect (&stage, "ALTER TABLE s.lab_result ALTER collected_at TYPE text", "");
    s_load_text (&stage, "c.csv", text, "s", 0, NULL);
    s_expect (&stage, "SELECT collected_at_date FROM s.lab_result ORDER BY value_number",
              "2020-01-01\n-\n2020-01-03");
    s_stop (&stage);
}

//  The results of one command decide together which type a column has.
Test (load, the_files_of_a_batch_that_mix_forms_only_together_come_into_one_table, .timeout = 120)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "a.csv",
                        "patient_id,test_code,value,collected_at\n1,A,1,2020-01-01T10:00:00\n");
    command_line_write (&stage.place, "b.csv",
                        "patient_id,test_code,value,collected_at,only_b\n1,A,2,2020-01-02,x\n");
    command_line_expect (CALL (&stage.place, "run", "a.csv", "b.csv", "--load", stage.server.url,
                               "--load-schema", "s", "-o", "out"),
                         0, "s.lab_result: 2 records loaded", NULL);
    s_expect (&stage,
              "SELECT collected_at, collected_at_date, only_b FROM s.lab_result ORDER BY value_number",
              "2020-01-01T10:00:00|2020-01-01|-\n2020-01-02|2020-01-02|x");
    s_stop (&stage);
}

Test (load, nothing_is_there_of_a_load_that_fails_the_result_stays_and_no_value_is_said, .timeout = 180)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    //  A table of somebody else's, whose column does not take what comes.
    s_expect (&stage,
              "CREATE SCHEMA s; CREATE TABLE s.patient (patient_id uuid, dmh_load bigint, dmh_record bigint)",
              "");
    command_line_write (&stage.place, "p.csv",
                        "patient_id\n2b0e1c1c-0000-4000-8000-000000000001\nzqcanary\n");
    struct command_result said = s_load (&stage, "p.csv", "s", NULL);
    cr_expect_eq (said.status, 1);
    cr_expect_null (strstr (said.err, "zqcanary"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "22P02"), "%s", said.err);
    cr_expect_not_null (strstr (said.err, "its result is in "), "%s", said.err);
    command_result_clear (&said);
    s_expect (&stage, "SELECT (SELECT count (*) FROM s.patient), (SELECT count (*) FROM s.dmh_load)", "0|0");
    command_line_expect (CALL (&stage.place, "verify", "p"), 0, "whole", NULL);
    said = s_load (&stage, "p.csv", "s", (const char *const[]){"--json", NULL});
    cr_expect_eq (said.status, 1);
    cr_expect_not_null (strstr (said.out, "\"state\":\"failed\""), "%s", said.out);
    command_result_clear (&said);
    s_stop (&stage);
}

static char *s_many (size_t rows)
{
    char *text = malloc (rows * 64 + 64), *to = text;
    cr_assert_not_null (text);
    to = stpcpy (to, "patient_id,remark\n");
    for (size_t i = 0; i < rows; i++)
        to += sprintf (to, "p%zu,%040zu\n", i, i);
    return text;
}

//  Waits until the answer is this one.
static void s_await (const struct stage *self, const char *sql, const char *answer)
{
    char said[SAID_BYTES];
    for (int i = 0; strcmp (s_ask (self, sql, said), answer) != 0; i++) {
        cr_assert_lt (i, 6000, "%s", sql);
        usleep (10000);
    }
}

Test (load, a_client_that_is_killed_while_it_loads_leaves_nothing_and_the_next_one_loads_all, .timeout = 180)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    char *text = s_many (20000);
    command_line_write (&stage.place, "p.csv", "patient_id,remark\np,x\n");
    command_line_expect (s_load (&stage, "p.csv", "s", NULL), 0, NULL, NULL);
    command_line_write (&stage.place, "q.csv", text);
    //  It stands still in the middle of its transaction, as the table is locked.
    s_expect (&stage, "BEGIN; LOCK TABLE s.patient IN SHARE MODE", "");
    pid_t child = command_line_start (
        &stage.place,
        (const char *const[]){"run", "q.csv", "--load", stage.server.url, "--load-schema", "s", NULL}, NULL);
    s_await (&stage, "SELECT count (*) FROM pg_locks WHERE NOT granted", "1");
    cr_assert_eq (kill (child, SIGKILL), 0);
    struct command_result said = command_line_end (&stage.place, child);
    cr_expect_eq (said.status, -1);
    command_result_clear (&said);
    s_expect (&stage, "COMMIT", "");
    s_await (&stage, "SELECT count (*) FROM pg_stat_activity WHERE application_name = 'dmh'", "0");
    s_expect (&stage, "SELECT (SELECT count (*) FROM s.patient), (SELECT count (*) FROM s.dmh_load)", "1|1");
    command_line_expect (s_load (&stage, "q.csv", "s", NULL), 0, "s.patient: 20000 records loaded", NULL);
    s_expect (&stage, "SELECT count (*), count (DISTINCT patient_id), max (dmh_record) FROM s.patient",
              "20001|20001|20000");
    free (text);
    s_stop (&stage);
}

Test (load, an_interruption_ends_a_load_that_waits, .timeout = 120)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "p.csv", "patient_id\np\n");
    command_line_expect (s_load (&stage, "p.csv", "s", NULL), 0, NULL, NULL);
    command_line_write (&stage.place, "q.csv", "patient_id\nq\n");
    s_expect (&stage, "BEGIN; LOCK TABLE s.patient IN SHARE MODE", "");
    pid_t child = command_line_start (
        &stage.place,
        (const char *const[]){"run", "q.csv", "--load", stage.server.url, "--load-schema", "s", NULL}, NULL);
    s_await (&stage, "SELECT count (*) FROM pg_locks WHERE NOT granted", "1");
    cr_assert_eq (kill (child, SIGINT), 0);
    command_line_expect (command_line_end (&stage.place, child), 130, NULL, "interrupted");
    s_expect (&stage, "COMMIT", "");
    s_await (&stage, "SELECT count (*) FROM pg_stat_activity WHERE application_name = 'dmh'", "0");
    s_expect (&stage, "SELECT count (*) FROM s.patient", "1");
    command_line_expect (CALL (&stage.place, "verify", "q"), 0, "whole", NULL);
    s_stop (&stage);
}

//  Both make schema and tables; one input is the same for both.
Test (load, two_at_once_come_to_what_one_after_the_other_comes_to, .timeout = 180)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "both.csv", "patient_id\n1\n2\n");
    command_line_write (&stage.place, "a.csv", "patient_id,a\n3,x\n");
    command_line_write (&stage.place, "b.csv", "patient_id,b\n4,y\n");
    pid_t children[2];
    for (size_t i = 0; i < 2; i++)
        children[i] = command_line_program (&stage.place, "dmh", i ? "b" : "a", NULL,
                                            (const char *const[]){"run", "both.csv", i ? "b.csv" : "a.csv",
                                                                  "--load", stage.server.url, "--load-schema",
                                                                  "s", "-o", i ? "ob" : "oa", NULL});
    for (size_t i = 0; i < 2; i++) {
        int status;
        cr_assert_eq (waitpid (children[i], &status, 0), children[i]);
        char *said = workplace_read (stage.place.folder, i ? "b.err" : "a.err", NULL);
        cr_expect (WIFEXITED (status) && WEXITSTATUS (status) == 0, "%s", said);
        free (said);
    }
    s_expect (&stage, "SELECT string_agg (patient_id, ',' ORDER BY patient_id) FROM s.patient", "1,2,3,4");
    s_expect (&stage, "SELECT count (*) FROM s.dmh_load", "3");
    s_stop (&stage);
}

Test (load, long_names_many_columns_and_no_records_are_loaded_or_refused_with_a_sentence, .timeout = 180)
{
    enum { COLUMNS = 1600, LONG = 80 };
    struct stage stage;
    if (!s_start (&stage))
        return;
    char name[LONG + 1], *text = malloc (COLUMNS * 16 + 64), *to = text;
    cr_assert_not_null (text);
    memset (name, 'x', LONG);
    name[LONG] = 0;
    sprintf (text, "patient_id,%sa,%sb\n1,A,B\n", name, name);
    s_load_text (&stage, "long.csv", text, "s", 0, NULL);
    s_expect (&stage,
              "SELECT count (*), bool_and (length (attname) = 63) FROM pg_attribute WHERE attrelid = "
              "'s.patient'::regclass AND attname LIKE 'xxx%'",
              "2|t");
    s_load_text (&stage, "none.csv", "patient_id,birth_date\n", "s", 0, NULL);
    s_expect (&stage, "SELECT count (*) FROM s.dmh_load", "2");
    to = stpcpy (to, "patient_id");
    for (int i = 0; i < COLUMNS; i++)
        to += sprintf (to, ",c%d", i);
    strcpy (to, "\n1\n");
    s_load_text (&stage, "wide.csv", text, "w", 1, "1627 columns");
    s_expect (&stage, "SELECT to_regclass ('w.patient')", "-");
    free (text);
    s_stop (&stage);
}

//  The joined table instead of what it was joined of; of the same inputs once, of others beside it.
Test (load, of_a_join_takes_the_joined_table_and_no_record_twice, .timeout = 180)
{
    struct stage stage;
    if (!s_start (&stage))
        return;
    command_line_write (&stage.place, "a.csv", "patient_id,city\n1,Rome\n2,Oslo\n");
    command_line_write (&stage.place, "b.csv", "patient_id,city\n2,Oslo\n3,Kiel\n1,Bonn\n");
    command_line_write (&stage.place, "c.csv", "patient_id,city\n9,Lima\n");
    for (int round = 0; round < 2; round++) {
        command_line_expect (CALL (&stage.place, "run", "a.csv", "b.csv", "--join", "--load",
                                   stage.server.url, "--load-schema", "clinic", "-o", "out"),
                             0, round ? "3 were there" : "clinic.patient: 3 records loaded", NULL);
        s_expect (&stage,
                  "SELECT patient_id, city, source_file, source_record FROM clinic.patient ORDER BY 1",
                  "1|Rome|a.csv|1\n2|Oslo|a.csv|2\n3|Kiel|b.csv|2");
    }
    command_line_expect (CALL (&stage.place, "run", "a.csv", "c.csv", "--join", "--load", stage.server.url,
                               "--load-schema", "clinic", "-o", "two"),
                         0, NULL, NULL);
    s_expect (&stage, "SELECT count (*), count (DISTINCT dmh_load) FROM clinic.patient", "6|2");
    s_stop (&stage);
}

Test (load, what_cannot_be_is_said_before_any_work, .timeout = 60)
{
    static const struct {
        const char *words[8], *said;
        int status;
    } CASES[] = {
        {{"run", "p.csv", "--load", "postgresql://u:zqsecret@h/d", "--load-schema", "s"}, "PGPASSFILE", 2},
        {{"run", "p.csv", "--load", "postgresql://u@h/d?password=zqsecret", "--load-schema", "s"},
         "PGPASSFILE",
         2},
        {{"run", "p.csv", "--load", "postgresql://u:zqsecret%@h/d", "--load-schema", "s"}, "PGPASSFILE", 2},
        {{"run", "p.csv", "--load", "mysql://h/d", "--load-schema", "s"}, "postgresql://USER@HOST", 2},
        {{"run", "p.csv", "--load", "postgresql://u@h/d?nonsense=1", "--load-schema", "s"}, "nonsense", 2},
        {{"run", "p.csv", "--load", "postgresql://u@h/d"}, "--load-schema", 2},
        {{"run", "p.csv", "--load-schema", "s"}, "--load ", 2},
        {{"submit", "p.csv", "--load", "postgresql://u@h/d", "--load-schema", "s"}, "--wait and -o", 2},
        {{"run", "p.csv", "--load", "postgresql://u@127.0.0.1:1/d", "--load-schema", "s"},
         "cannot be reached",
         1},
    };
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "p.csv", "patient_id\n1\n");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct command_result said = command_line_run (&place, NULL, CASES[i].words);
        cr_expect_eq (said.status, CASES[i].status, "case %zu: %d, %s", i, said.status, said.err);
        cr_expect_not_null (strstr (said.err, CASES[i].said), "case %zu: %s", i, said.err);
        cr_expect_null (strstr (said.err, "zqsecret"), "%s", said.err);
        command_result_clear (&said);
    }
    char path[300];
    snprintf (path, sizeof path, "%s/p", place.folder);
    cr_expect_neq (access (path, F_OK), 0, "nothing was made");
    workplace_remove (&place);
}
