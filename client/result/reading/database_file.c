//  database_file.c: see database_file.h.
#include "client/result/reading/database_file.h"

#include "client/result/reading/result_file.h"
#include "messages/base/narrow.h"

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NUMBER_BYTES = 400, DECIMALS_MOST = 40 };    //  of a plain decimal of a double

struct database_file {
    FILE *file;    //  that is open, whatever its name is meanwhile
    char *name;
    sqlite3 *db;
    sqlite3_stmt *rows;
    bool *numbers;                  //  [count]
    const char **values;            //  [count]
    char (*plain)[NUMBER_BYTES];    //  [count] of numbers
    size_t count;
    uint64_t record, records_most;    //  the latter: no more fit into its bytes
};

static int s_no_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
}

static int s_other (const database_file_t *self, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s %s; dmh did not write it so", self->name, what);
}

//  What SQLite has just said. Never its own words, which may hold a value.
static int s_failed (const database_file_t *self, struct error *error)
{
    int code = sqlite3_errcode (self->db) & 0xff;
    if (code == SQLITE_NOMEM)
        return s_no_memory (self->name, error);
    if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
        return error_set (error, DMH_IO, "%s cannot be read: %s", self->name, sqlite3_errstr (code));
    return s_other (self, code == SQLITE_NOTADB ? "is no database of SQLite" : "is a damaged database",
                    error);
}

//  By its descriptor: no other file can have taken its name, and no path has to be written as a URI.
static int s_open (database_file_t *self, struct error *error)
{
    char uri[64];
    struct stat about;
    snprintf (uri, sizeof uri, "file:/proc/self/fd/%d?mode=ro&immutable=1", fileno (self->file));
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    if (fstat (fileno (self->file), &about) != 0 ||
        sqlite3_open_v2 (uri, &self->db, flags, NULL) != SQLITE_OK)
        return self->db ? s_failed (self, error) : s_no_memory (self->name, error);
    self->records_most = (uint64_t) about.st_size;
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit (self->db, SQLITE_LIMIT_ATTACHED, 0);
    return sqlite3_exec (self->db,
                         "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON", NULL,
                         NULL, NULL) == SQLITE_OK
               ? DMH_OK
               : s_failed (self, error);
}

//  `next`: the following text of the SQL is this, which is taken off.
static bool s_take (const char **sql, const char *next)
{
    size_t n = strlen (next);
    bool same = strncmp (*sql, next, n) == 0;
    *sql += same ? n : 0;
    return same;
}

//  A quoted name.
static bool s_take_name (const char **sql)
{
    const char *at = *sql;
    if (*at++ != '"')
        return false;
    for (; *at && (*at != '"' || at[1] == '"'); at += *at == '"' ? 2 : 1)
        ;
    *sql = *at ? at + 1 : at;
    return *at == '"';
}

//  CREATE [UNIQUE] INDEX "…" ON "…" ("…", "…"): of columns, without a condition.
static bool s_is_index (const char *sql)
{
    bool good = s_take (&sql, "CREATE ");
    s_take (&sql, "UNIQUE ");
    good = good && s_take (&sql, "INDEX ") && s_take_name (&sql) && s_take (&sql, " ON ") &&
           s_take_name (&sql) && s_take (&sql, " (") && s_take_name (&sql);
    while (good && s_take (&sql, ", "))
        good = s_take_name (&sql);
    return good && strcmp (sql, ")") == 0;
}

//  What the database says that it holds: the table, made by `created`, and its indexes.
static int s_check_schema (database_file_t *self, const char *table, const char *created, struct error *error)
{
    sqlite3_stmt *entries = NULL;
    int step = SQLITE_ERROR;
    bool good = true;
    size_t tables = 0;
    if (sqlite3_prepare_v2 (self->db, "SELECT type, tbl_name, sql FROM sqlite_master ORDER BY rowid", -1,
                            &entries, NULL) == SQLITE_OK)
        while (good && (step = sqlite3_step (entries)) == SQLITE_ROW) {
            const char *type = (const char *) sqlite3_column_text (entries, 0),
                       *name = (const char *) sqlite3_column_text (entries, 1),
                       *sql = (const char *) sqlite3_column_text (entries, 2);
            bool is_table = type && strcmp (type, "table") == 0;
            good = type && name && sql && strcmp (name, table) == 0 &&
                   (is_table ? tables++ == 0 && strcmp (sql, created) == 0
                             : strcmp (type, "index") == 0 && s_is_index (sql));
        }
    sqlite3_finalize (entries);
    if (good && step != SQLITE_DONE)
        return s_failed (self, error);
    return good && tables == 1
               ? DMH_OK
               : s_other (self, "holds other tables, columns or indexes than it should", error);
}

static void s_name (sqlite3_str *sql, bool first, const char *name, const char *type)
{
    sqlite3_str_appendf (sql, "%s\"%w\"%s", first ? "" : ", ", name, type);
}

//  The indexes hold what the table holds, and nothing in the file is used twice.
static int s_check_whole (const database_file_t *self, struct error *error)
{
    sqlite3_stmt *check = NULL;
    bool ran = sqlite3_prepare_v2 (self->db, "PRAGMA integrity_check(1)", -1, &check, NULL) == SQLITE_OK &&
               sqlite3_step (check) == SQLITE_ROW;
    const char *said = ran ? (const char *) sqlite3_column_text (check, 0) : NULL;
    bool whole = said && strcmp (said, "ok") == 0;
    sqlite3_finalize (check);
    if (!ran)
        return s_failed (self, error);
    return whole ? DMH_OK
                 : s_other (self, "is a damaged database, or an index does not hold its table", error);
}

//  `made`: SQL that was put together; NULL: out of memory.
static int s_select (database_file_t *self, const char *made, struct error *error)
{
    if (!made)
        return s_no_memory (self->name, error);
    return sqlite3_prepare_v2 (self->db, made, -1, &self->rows, NULL) == SQLITE_OK ? DMH_OK
                                                                                   : s_failed (self, error);
}

static int s_begin (database_file_t *self, const char *table, const struct database_column *columns,
                    struct error *error)
{
    sqlite3_str *create = sqlite3_str_new (NULL), *select = sqlite3_str_new (NULL);
    sqlite3_str_appendf (create, "CREATE TABLE \"%w\" (", table);
    sqlite3_str_appendall (select, "SELECT ");
    for (size_t i = 0; i < self->count; i++) {
        self->numbers[i] = columns[i].number;
        s_name (create, i == 0, columns[i].name, columns[i].number ? " REAL" : " TEXT");
        s_name (select, i == 0, columns[i].name, "");
    }
    sqlite3_str_appendchar (create, 1, ')');
    sqlite3_str_appendf (select, " FROM \"%w\" NOT INDEXED ORDER BY rowid", table);
    char *created = sqlite3_str_finish (create), *selected = sqlite3_str_finish (select);
    int rc = created ? s_open (self, error) : s_no_memory (self->name, error);
    if (rc == DMH_OK)
        rc = s_check_schema (self, table, created, error);
    if (rc == DMH_OK)
        rc = s_check_whole (self, error);
    if (rc == DMH_OK)
        rc = s_select (self, selected, error);
    sqlite3_free (created);
    sqlite3_free (selected);
    return rc;
}

database_file_t *database_file_new (const char *folder, const char *name, const char *table,
                                    const struct database_column *columns, size_t count, struct error *error)
{
    database_file_t *self = calloc (1, sizeof *self);
    if (self) {
        self->name = strdup (name);
        self->numbers = calloc (count + 1, sizeof *self->numbers);
        self->values = calloc (count + 1, sizeof *self->values);
        self->plain = calloc (count + 1, sizeof *self->plain);
        self->count = count;
    }
    if (!self || !self->name || !self->numbers || !self->values || !self->plain) {
        s_no_memory (name, error);
        database_file_destroy (&self);
        return NULL;
    }
    self->file = result_file_open (folder, name, error);
    if (!self->file || s_begin (self, table, columns, error) != DMH_OK)
        database_file_destroy (&self);
    return self;
}

void database_file_destroy (database_file_t **self_p)
{
    database_file_t *self = *self_p;
    if (!self)
        return;
    sqlite3_finalize (self->rows);
    sqlite3_close (self->db);
    if (self->file)
        fclose (self->file);
    free (self->numbers);
    free (self->values);
    free (self->plain);
    free (self->name);
    free (self);
    *self_p = NULL;
}

//  With as few decimals as show it.
static const char *s_plain (double number, char out[NUMBER_BYTES])
{
    for (int decimals = 0; decimals <= DECIMALS_MOST; decimals++) {
        snprintf (out, NUMBER_BYTES, "%.*f", decimals, number);
        if (strtod (out, NULL) == number)
            break;
    }
    return out;
}

//  false: it is not of the column's type.
static bool s_value (database_file_t *self, size_t i)
{
    int at = NARROW (int, i), type = sqlite3_column_type (self->rows, at);
    self->values[i] = "";
    if (type == SQLITE_NULL)
        return true;
    if (self->numbers[i]) {
        double number = sqlite3_column_double (self->rows, at);
        if (type != SQLITE_FLOAT || !isfinite (number))
            return false;
        self->values[i] = s_plain (number, self->plain[i]);
        return true;
    }
    const char *text = (const char *) sqlite3_column_text (self->rows, at);
    if (type != SQLITE_TEXT || !text || !*text ||
        strlen (text) != (size_t) sqlite3_column_bytes (self->rows, at))
        return false;
    self->values[i] = text;
    return true;
}

int database_file_next (database_file_t *self, struct error *error)
{
    int step = sqlite3_step (self->rows);
    if (step == SQLITE_DONE)
        return 0;
    if (step != SQLITE_ROW)
        return s_failed (self, error);
    if (self->record++ >= self->records_most)    //  the same page, again and again
        return s_other (self, "is a damaged database", error);
    for (size_t i = 0; i < self->count; i++)
        if (!s_value (self, i))
            return error_set (error, DMH_MALFORMED,
                              "%s, record %llu: a value is not of the type of its column; dmh did not write "
                              "it so",
                              self->name, (unsigned long long) self->record);
    return 1;
}

const char *database_file_value (const database_file_t *self, size_t i)
{
    return self->values[i];
}
