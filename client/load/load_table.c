//  load_table.c: see load_table.h. Statements are put together by open_memstream, names in quotes.
#define _GNU_SOURCE
#include "client/load/load_table.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MOST = 1600 };    //  of a table of PostgreSQL

static const char CANNOT[] = "its table cannot be made";

struct table {
    postgres_session_t *session;
    const char *schema, *where;
    struct load_plan *plan;
    char *name;     //  in quotes
    bool *there;    //  [plan->count]
    bool *dated;    //  [plan->count]: its date is there
    bool exists, loads, schema_exists;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while records are loaded");
}

char *load_table_name (postgres_session_t *session, const char *schema, const char *table)
{
    char *first = postgres_session_name (session, schema), *second = postgres_session_name (session, table),
         *both = NULL;
    if (!first || !second || asprintf (&both, "%s.%s", first, second) < 0)
        both = NULL;
    PQfreemem (first);
    PQfreemem (second);
    return both;
}

//  Puts a name in quotes; false: out of memory.
static bool s_put_name (const struct table *self, FILE *sql, const char *name)
{
    char *quoted = postgres_session_name (self->session, name);
    if (quoted)
        fputs (quoted, sql);
    PQfreemem (quoted);
    return quoted != NULL;
}

static enum load_type s_type_of (const char *word)
{
    static const struct {
        const char *word;
        enum load_type type;
    } WORDS[] = {{"text", LOAD_TEXT},
                 {"character varying", LOAD_TEXT},
                 {"character", LOAD_TEXT},
                 {"numeric", LOAD_NUMERIC},
                 {"date", LOAD_DATE},
                 {"timestamp without time zone", LOAD_TIMESTAMP},
                 {"timestamp with time zone", LOAD_TIMESTAMPTZ}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp (word, WORDS[i].word) == 0)
            return WORDS[i].type;
    return LOAD_OTHER;
}

//  What the schema holds now.
static int s_look (struct table *self, struct error *error)
{
    static const char COLUMNS[] =
        "SELECT a.attname, format_type (a.atttypid, NULL) FROM pg_attribute a "
        "WHERE a.attrelid = to_regclass ($1) AND a.attnum > 0 AND NOT a.attisdropped";
    static const char THERE[] =
        "SELECT count (*) FILTER (WHERE n.nspname = $1), to_regclass ($2) IS NOT NULL, "
        "to_regclass ($3) IS NOT NULL FROM pg_namespace n";
    char *loads = load_table_name (self->session, self->schema, LOADS_TABLE);
    const char *const values[] = {self->schema, self->name, loads};
    PGresult *answer = loads ? postgres_session_ask (self->session, CANNOT, THERE, 3, values, error) : NULL;
    if (!loads)
        s_no_memory (error);
    free (loads);
    if (!answer)
        return error->code;
    self->schema_exists = strcmp (PQgetvalue (answer, 0, 0), "0") != 0;
    self->exists = strcmp (PQgetvalue (answer, 0, 1), "t") == 0;
    self->loads = strcmp (PQgetvalue (answer, 0, 2), "t") == 0;
    PQclear (answer);
    answer = postgres_session_ask (self->session, CANNOT, COLUMNS, 1, values + 1, error);
    for (size_t i = 0; answer && i < self->plan->count; i++) {
        struct load_column *column = &self->plan->columns[i];
        self->there[i] = self->dated[i] = false;
        for (int r = 0; r < PQntuples (answer); r++) {
            const char *name = PQgetvalue (answer, r, 0);
            if (strcmp (name, column->name) == 0) {
                self->there[i] = true;
                column->stored = s_type_of (PQgetvalue (answer, r, 1));
            }
            self->dated[i] = self->dated[i] || (column->datetime && strcmp (name, column->date) == 0);
        }
        if (!self->there[i] && column->type != LOAD_ANY)
            column->stored = column->type;
        else if (!self->there[i])
            column->stored = column->datetime ? LOAD_TIMESTAMP : LOAD_TEXT;
    }
    PQclear (answer);
    return answer ? DMH_OK : error->code;
}

//  Whether values of one type are in a column of another what they were. Of types that are not known here the
//  database says it, value by value.
static bool s_fits (enum load_type type, enum load_type stored)
{
    bool day = stored == LOAD_DATE || stored == LOAD_TIMESTAMP || stored == LOAD_TIMESTAMPTZ;
    return type == stored || type == LOAD_ANY || !day || type == LOAD_NUMERIC;
}

//  A column that holds nothing yet can have any type.
static int s_retype (struct table *self, size_t i, FILE *sql, struct error *error)
{
    struct load_column *column = &self->plan->columns[i];
    char *name = postgres_session_name (self->session, column->name), *ask = NULL;
    if (!name || asprintf (&ask, "SELECT EXISTS (SELECT FROM %s WHERE %s IS NOT NULL)", self->name, name) < 0)
        ask = NULL;
    PGresult *answer = ask ? postgres_session_ask (self->session, CANNOT, ask, 0, NULL, error) : NULL;
    int rc = answer ? DMH_OK : ask ? error->code : s_no_memory (error);
    if (answer && strcmp (PQgetvalue (answer, 0, 0), "t") == 0)
        rc = error_set (
            error, DMH_BAD_INPUT,
            "its column %.63s is %s in %.130s, and what comes is %s; load into another schema, or "
            "first: ALTER TABLE %.130s ALTER %.66s TYPE text",
            column->name, load_type_word (column->stored), self->where,
            column->type == LOAD_TEXT ? "of several forms" : load_type_word (column->type), self->name, name);
    else if (answer) {
        fprintf (sql, "ALTER TABLE %s ALTER %s TYPE %s USING NULL;", self->name, name,
                 load_type_word (column->type));
        column->stored = column->type;
    }
    PQclear (answer);
    PQfreemem (name);
    free (ask);
    return rc;
}

static bool s_wants_date (const struct load_column *column)
{
    return column->datetime && column->stored == LOAD_TEXT;
}

//  Columns that the table lacks; of a text that is there already its dates.
static int s_alter (struct table *self, FILE *sql, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->plan->count; i++) {
        struct load_column *column = &self->plan->columns[i];
        char *name = postgres_session_name (self->session, column->name),
             *date = postgres_session_name (self->session, column->date);
        if (!name || !date)
            rc = s_no_memory (error);
        else if (!self->there[i])
            fprintf (sql, "ALTER TABLE %s ADD COLUMN %s %s;", self->name, name,
                     load_type_word (column->stored));
        else if (!s_fits (column->type, column->stored))
            rc = s_retype (self, i, sql, error);
        if (rc == DMH_OK && s_wants_date (column) && !self->dated[i]) {
            fprintf (sql, "ALTER TABLE %s ADD COLUMN %s date;", self->name, date);
            if (self->there[i])
                fprintf (sql, "UPDATE %s SET %s = left (%s, 10)::date WHERE %s ~ '^\\d{4}-\\d\\d-\\d\\d';",
                         self->name, date, name, name);
        }
        PQfreemem (name);
        PQfreemem (date);
    }
    return rc;
}

static int s_create (struct table *self, FILE *sql, struct error *error)
{
    bool good = true;
    size_t count = 2;
    char index[LOAD_NAME_BYTES], longer[2 * LOAD_NAME_BYTES];
    fprintf (sql, "CREATE TABLE %s (", self->name);
    for (size_t i = 0; good && i < self->plan->count; i++) {
        const struct load_column *column = &self->plan->columns[i];
        good = s_put_name (self, sql, column->name);
        fprintf (sql, " %s, ", load_type_word (column->stored));
        count += 1 + s_wants_date (column);
        if (good && s_wants_date (column)) {
            good = s_put_name (self, sql, column->date);
            fputs (" date, ", sql);
        }
    }
    fprintf (sql, "dmh_load bigint NOT NULL, dmh_record bigint NOT NULL); CREATE INDEX ");
    snprintf (longer, sizeof longer, "%s_dmh_load", self->plan->table);
    load_name (longer, index);
    good = good && s_put_name (self, sql, index);
    fprintf (sql, " ON %s (dmh_load);", self->name);
    if (count > COLUMNS_MOST)
        return error_set (
            error, DMH_BAD_INPUT,
            "its table needs %zu columns, and one of PostgreSQL has at most %d; leave some out of "
            "the input",
            count, COLUMNS_MOST);
    return good ? DMH_OK : s_no_memory (error);
}

//  One row a result: what it is of, and what it holds. Of one input a table has one load.
static int s_create_loads (struct table *self, FILE *sql, struct error *error)
{
    char *loads = load_table_name (self->session, self->schema, LOADS_TABLE);
    if (!loads)
        return s_no_memory (error);
    fprintf (
        sql,
        "CREATE TABLE %s (load bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, loaded_into text NOT NULL, "
        "input text NOT NULL, input_sha256 text NOT NULL, records bigint NOT NULL, "
        "records_sha256 text NOT NULL, report_sha256 text NOT NULL, software text NOT NULL, "
        "loaded_at timestamptz NOT NULL DEFAULT now (), UNIQUE (loaded_into, input_sha256));",
        loads);
    free (loads);
    return DMH_OK;
}

//  The statements that are needed; none where all is as it should be. free *out.
static int s_steps (struct table *self, char **out, struct error *error)
{
    size_t n = 0;
    FILE *sql = open_memstream (out, &n);
    int rc = sql ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK && !self->schema_exists) {
        fputs ("CREATE SCHEMA ", sql);
        rc = s_put_name (self, sql, self->schema) ? DMH_OK : s_no_memory (error);
        fputc (';', sql);
    }
    if (rc == DMH_OK && !self->loads)
        rc = s_create_loads (self, sql, error);
    if (rc == DMH_OK)
        rc = self->exists ? s_alter (self, sql, error) : s_create (self, sql, error);
    if (sql && fclose (sql) != 0 && rc == DMH_OK)
        rc = s_no_memory (error);
    return rc;
}

//  Looks again under a lock that all who make tables here take: another one may have made it meanwhile.
static int s_make (struct table *self, struct error *error)
{
    static const char LOCK[] = "SELECT pg_advisory_xact_lock (1145915441, hashtext ($1))";    //  "DMH1"
    char *steps = NULL;
    int rc = postgres_session_do (self->session, CANNOT, "BEGIN", error);
    if (rc == DMH_OK) {
        PGresult *answer = postgres_session_ask (self->session, CANNOT, LOCK, 1, &self->schema, error);
        rc = answer ? DMH_OK : error->code;
        PQclear (answer);
    }
    if (rc == DMH_OK)
        rc = s_look (self, error);
    if (rc == DMH_OK)
        rc = s_steps (self, &steps, error);
    if (rc == DMH_OK && *steps)
        rc = postgres_session_do (self->session, CANNOT, steps, error);
    if (rc == DMH_OK)
        rc = postgres_session_do (self->session, CANNOT, "COMMIT", error);
    else if (rc != DMH_CANCELLED)
        postgres_session_do (self->session, CANNOT, "ROLLBACK", NULL);
    free (steps);
    return rc;
}

int load_table_ready (postgres_session_t *session, const char *schema, struct load_plan *plan,
                      const char *where, struct error *error)
{
    char *steps = NULL;
    struct table self = {.session = session, .schema = schema, .where = where, .plan = plan};
    self.name = load_table_name (session, schema, plan->table);
    self.there = calloc (plan->count + 1, sizeof *self.there);
    self.dated = calloc (plan->count + 1, sizeof *self.dated);
    int rc = self.name && self.there && self.dated ? s_look (&self, error) : s_no_memory (error);
    if (rc == DMH_OK)
        rc = s_steps (&self, &steps, error);
    if (rc == DMH_OK && *steps)
        rc = s_make (&self, error);
    free (steps);
    free (self.name);
    free (self.there);
    free (self.dated);
    return rc;
}
