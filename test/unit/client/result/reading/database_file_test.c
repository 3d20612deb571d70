//  database_file_test.c: a database of a result is read as dmh writes it; one that somebody else made is
//  refused and never runs anything.
#include "client/result/reading/database_file.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct database_column COLUMNS[] = {{"id", false}, {"value", true}};
#define TABLE "CREATE TABLE \"t\" (\"id\" TEXT, \"value\" REAL);"

static void s_make (const struct workplace *place, const char *sql)
{
    char path[300], *why = NULL;
    sqlite3 *db;
    snprintf (path, sizeof path, "%s/records.sqlite", place->folder);
    unlink (path);
    cr_assert_eq (sqlite3_open (path, &db), SQLITE_OK);
    sqlite3_db_config (db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
    cr_assert_eq (sqlite3_exec (db, sql, NULL, NULL, &why), SQLITE_OK, "%s: %s", sql, why);
    sqlite3_close (db);
}

static database_file_t *s_open (const struct workplace *place, struct error *error)
{
    *error = (struct error){.code = DMH_OK};
    return database_file_new (place->folder, "records.sqlite", "t", COLUMNS, 2, error);
}

Test (database_file, tells_what_is_in_it_in_the_order_of_the_rows)
{
    static const char *const VALUES[][2] = {
        {"007", "5.1"}, {"", "-0.00001"}, {"b", "100000000000000000000"}, {"é", ""}};
    struct workplace place;
    struct error error;
    workplace_make (&place);
    s_make (&place, TABLE "INSERT INTO t VALUES ('007', 5.1), (NULL, -0.00001), ('b', 1e20), ('é', NULL);"
                          "CREATE UNIQUE INDEX \"t_key\" ON \"t\" (\"id\", \"value\");"
                          "CREATE INDEX \"t by \"\"x\" ON \"t\" (\"value\");");
    database_file_t *file = s_open (&place, &error);
    cr_assert_not_null (file, "%s", error.text);
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
        cr_assert_eq (database_file_next (file, &error), 1, "%s", error.text);
        for (size_t c = 0; c < 2; c++)
            cr_expect_str_eq (database_file_value (file, c), VALUES[i][c]);
    }
    cr_expect_eq (database_file_next (file, &error), 0);
    database_file_destroy (&file);
    workplace_remove (&place);
}

Test (database_file, whatever_else_it_holds_is_refused)
{
    static const char *const MADE[] = {
        "CREATE TABLE \"t\" (\"id\" TEXT, \"value\" TEXT)",
        "CREATE TABLE \"t\" (\"id\" TEXT, \"value\" REAL DEFAULT (abs(1)))",
        "CREATE TABLE \"t\" (\"id\" TEXT)",
        "CREATE TABLE \"t\" (\"id\" TEXT, \"value\" REAL AS (abs(id)))",
        TABLE "CREATE TABLE \"u\" (\"id\" TEXT)",
        TABLE "CREATE VIEW v AS SELECT * FROM t",
        TABLE "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; END",
        TABLE "CREATE INDEX \"i\" ON \"t\" (lower(\"id\"))",
        TABLE "CREATE INDEX \"i\" ON \"t\" (\"id\") WHERE \"value\" > 1",
        "CREATE VIEW \"t\" AS SELECT '1' AS id, 2.0 AS value",
        "CREATE VIRTUAL TABLE \"t\" USING fts5 (\"id\", \"value\")",
        "CREATE TABLE \"T\" (\"id\" TEXT, \"value\" REAL)",
        "SELECT 1",
    };
    struct workplace place;
    struct error error;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
        s_make (&place, MADE[i]);
        database_file_t *file = s_open (&place, &error);
        cr_expect_null (file, "%s", MADE[i]);
        cr_expect_eq (error.code, DMH_MALFORMED, "%s: %s", MADE[i], error.text);
        cr_expect_eq (strncmp (error.text, "records.sqlite ", 15), 0, "%s", error.text);
        database_file_destroy (&file);
    }
    workplace_remove (&place);
}

//  What SQLite itself would take.
Test (database_file, values_of_another_type_are_refused_with_their_record)
{
    static const char *const ROWS[] = {"x'41', 1", "'a', 'b'", "'', 1", "CAST (x'610062' AS TEXT), 1",
                                       "'a', 9e999"};
    struct workplace place;
    struct error error;
    char sql[300];
    workplace_make (&place);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        snprintf (sql, sizeof sql, TABLE "INSERT INTO t VALUES ('a', 1), (%s)", ROWS[i]);
        s_make (&place, sql);
        database_file_t *file = s_open (&place, &error);
        cr_assert_not_null (file, "%s", error.text);
        cr_expect_eq (database_file_next (file, &error), 1);
        cr_expect_eq (database_file_next (file, &error), DMH_MALFORMED, "%s", ROWS[i]);
        cr_expect_not_null (strstr (error.text, "record 2"), "%s", error.text);
        database_file_destroy (&file);
    }
    workplace_remove (&place);
}

//  An index that hides a row from who asks by it.
Test (database_file, an_index_that_does_not_hold_its_table_is_found)
{
    struct workplace place;
    struct error error;
    workplace_make (&place);
    s_make (&place,
            TABLE "CREATE INDEX \"i\" ON \"t\" (\"id\");"
                  "INSERT INTO t VALUES ('a', 1), ('b', 2);"
                  "UPDATE sqlite_master SET type = 'table', name = 'i', tbl_name = 'i', "
                  "sql = 'CREATE TABLE i (id, k, PRIMARY KEY (id, k)) WITHOUT ROWID' WHERE name = 'i'");
    char path[300], *why = NULL;
    sqlite3 *db;
    snprintf (path, sizeof path, "%s/records.sqlite", place.folder);
    cr_assert_eq (sqlite3_open (path, &db), SQLITE_OK);
    sqlite3_db_config (db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
    cr_assert_eq (
        sqlite3_exec (
            db,
            "DELETE FROM i WHERE id = 'b'; UPDATE sqlite_master SET type = 'index', tbl_name = 't', "
            "sql = 'CREATE INDEX \"i\" ON \"t\" (\"id\")' WHERE name = 'i'",
            NULL, NULL, &why),
        SQLITE_OK, "%s", why);
    sqlite3_close (db);
    cr_expect_null (s_open (&place, &error));
    cr_expect_eq (error.code, DMH_MALFORMED, "%s", error.text);
    cr_expect_not_null (strstr (error.text, "an index"), "%s", error.text);
    workplace_remove (&place);
}

//  Whatever byte is another: it is refused, or read to an end.
Test (database_file, any_damage_comes_to_an_end, .timeout = 120)
{
    enum { ROWS = 400 };
    struct workplace place;
    struct error error;
    char path[300], sql[600];
    size_t n = 0;
    workplace_make (&place);
    snprintf (sql, sizeof sql,
              TABLE "CREATE INDEX \"i\" ON \"t\" (\"id\");"
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
                    "INSERT INTO t SELECT 'some text ' || i, i * 1.5 FROM n",
              ROWS);
    s_make (&place, sql);
    snprintf (path, sizeof path, "%s/records.sqlite", place.folder);
    char *whole = workplace_read (place.folder, "records.sqlite", &n);
    cr_assert_not_null (whole);
    for (size_t at = 0; at < n; at += at < 200 ? 1 : 37) {
        char before = whole[at];
        whole[at] = (char) (before ^ (at % 3 ? 0x01 : 0xff));
        workplace_write (&place, "records.sqlite", whole, n);
        whole[at] = before;
        database_file_t *file = s_open (&place, &error);
        size_t rows = 0;
        int rc = file ? 1 : error.code;
        while (rc == 1 && (rc = database_file_next (file, &error)) == 1)
            rows++;
        cr_assert (rc == 0 || *error.text, "byte %zu", at);
        cr_assert_leq (rows, n);
        database_file_destroy (&file);
    }
    free (whole);
    workplace_remove (&place);
}

Test (database_file, a_link_a_fifo_and_what_is_no_database_are_refused_and_not_waited_for)
{
    struct workplace place;
    struct error error;
    char path[300], other[300];
    workplace_make (&place);
    snprintf (path, sizeof path, "%s/records.sqlite", place.folder);
    snprintf (other, sizeof other, "%s/other", place.folder);
    s_make (&place, TABLE);
    cr_assert (rename (path, other) == 0 && symlink (other, path) == 0);
    cr_expect_null (s_open (&place, &error));
    cr_expect_eq (error.code, DMH_MALFORMED, "%s", error.text);
    cr_assert (unlink (path) == 0 && mkfifo (path, 0600) == 0);
    cr_expect_null (s_open (&place, &error));
    cr_expect_eq (error.code, DMH_MALFORMED, "%s", error.text);
    cr_assert_eq (unlink (path), 0);
    workplace_write (&place, "records.sqlite", "patient_id\n1\n", 13);
    cr_expect_null (s_open (&place, &error));
    cr_expect_not_null (strstr (error.text, "no database"), "%s", error.text);
    workplace_remove (&place);
}
