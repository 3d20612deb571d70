//  result_load.c: see result_load.h.
#define _GNU_SOURCE
#include "client/load/result_load.h"

#include "client/load/load_table.h"
#include "client/result/reading/report_values.h"
#include "client/verification/audit_events.h"
#include "client/verification/record_file.h"
#include "client/verification/set_aside.h"
#include "messages/base/buffer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COPY_BYTES = 256 * 1024 };

static const char CANNOT[] = "its records cannot be loaded";

//  Where a field of the records goes.
struct copied {
    size_t field;
    bool date;    //  its first ten letters, where they are a date
};

struct copy {
    const struct result_load *load;
    char *table, *loads;    //  in quotes
    char id[24];            //  of the load
    record_file_t *records;
    set_aside_t *rejects;
    audit_events_t *audit;
    struct copied *copied;
    size_t count;
    uint64_t record;    //  of the input
    struct buffer rows;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while records are loaded");
}

static void s_clear (struct copy *self)
{
    record_file_destroy (&self->records);
    set_aside_destroy (&self->rejects);
    audit_events_destroy (&self->audit);
    free (self->copied);
    free (self->rows.at);
    free (self->table);
    free (self->loads);
}

static int s_open (struct copy *self, struct error *error)
{
    const struct result_load *load = self->load;
    const char *kind = report_text (json_value_member (load->report, "job"), "kind");
    self->table = load_table_name (load->session, load->schema, load->plan->table);
    self->loads = load_table_name (load->session, load->schema, LOADS_TABLE);
    if (!self->table || !self->loads)
        return s_no_memory (error);
    self->records = record_file_new (load->folder, load->resource, kind, error);
    self->rejects = self->records ? set_aside_new (load->folder, error) : NULL;
    self->audit = self->rejects ? audit_events_new (load->folder, error) : NULL;
    return self->audit ? set_aside_next (self->rejects, error) : error->code;
}

//  What the table holds of this input: *load, its id, "": nothing; *same: these records, and all of them.
static int s_find (struct copy *self, const char *const values[], bool *same, struct error *error)
{
    char *sql = NULL;
    if (asprintf (
            &sql,
            "SELECT load, records_sha256 = $2 AND records = (SELECT count (*) FROM %s WHERE dmh_load = load) "
            "FROM %s WHERE loaded_into = $3 AND input_sha256 = $1 FOR UPDATE",
            self->table, self->loads) < 0)
        return s_no_memory (error);
    PGresult *answer = postgres_session_ask (self->load->session, CANNOT, sql, 3, values, error);
    free (sql);
    *self->id = 0;
    if (answer && PQntuples (answer) == 1) {
        snprintf (self->id, sizeof self->id, "%s", PQgetvalue (answer, 0, 0));
        *same = strcmp (PQgetvalue (answer, 0, 1), "t") == 0;
    }
    PQclear (answer);
    return answer ? DMH_OK : error->code;
}

//  One statement with the values of the load for its $1 …; *out (may be NULL): the first value that it
//  answers.
static int s_state (struct copy *self, int count, const char *const values[], char out[24],
                    struct error *error, const char *format, ...)
{
    char *sql = NULL;
    va_list arguments;
    va_start (arguments, format);
    int n = vasprintf (&sql, format, arguments);
    va_end (arguments);
    if (n < 0)
        return s_no_memory (error);
    PGresult *answer = postgres_session_ask (self->load->session, CANNOT, sql, count, values, error);
    free (sql);
    if (answer && out)
        snprintf (out, 24, "%s", PQntuples (answer) ? PQgetvalue (answer, 0, 0) : "");
    PQclear (answer);
    return answer ? DMH_OK : error->code;
}

//  By which an input is the same; a joined table has those of all its inputs.
static const char *s_input_sha256 (const struct json_value *input)
{
    const char *joined = report_text (input, "inputs_sha256");
    return *joined ? joined : report_text (input, "sha256");
}

//  The row that says of the load. Who loads the same input at the same time waits here for the other one.
static int s_register (struct copy *self, bool *same, struct error *error)
{
    const struct result_load *load = self->load;
    const struct json_value *input = json_value_member (load->report, "input"),
                            *software = json_value_member (load->report, "software"),
                            *output =
                                report_output (load->report, report_text (load->resource, "path"), false);
    char records[24];
    snprintf (records, sizeof records, "%" PRIu64, report_number (output, "records"));
    const char *const values[] = {s_input_sha256 (input),
                                  report_text (output, "sha256"),
                                  load->plan->table,
                                  report_text (input, "name"),
                                  records,
                                  load->report_sha256,
                                  report_text (software, "version")};
    int rc =
        s_state (self, 7, values, self->id, error,
                 "INSERT INTO %s (input_sha256, records_sha256, loaded_into, input, records, report_sha256, "
                 "software) VALUES ($1, $2, $3, $4, $5, $6, $7) "
                 "ON CONFLICT (loaded_into, input_sha256) DO NOTHING RETURNING load",
                 self->loads);
    if (rc != DMH_OK || *self->id)
        return rc;
    rc = s_find (self, values, same, error);
    if (rc == DMH_OK && !*self->id)
        return error_set (error, DMH_UNAVAILABLE, "%s: another one is at the same input; run it again",
                          CANNOT);
    if (rc != DMH_OK || *same)
        return rc;
    rc = s_state (self, 0, NULL, NULL, error, "DELETE FROM %s WHERE dmh_load = %s", self->table, self->id);
    return rc == DMH_OK ? s_state (self, 7, values, NULL, error,
                                   "UPDATE %s SET records_sha256 = $2, input = $4, records = $5, "
                                   "report_sha256 = $6, software = $7, loaded_at = now () "
                                   "WHERE loaded_into = $3 AND input_sha256 = $1",
                                   self->loads)
                        : rc;
}

static bool s_put_name (const struct copy *self, FILE *sql, const char *name)
{
    char *quoted = postgres_session_name (self->load->session, name);
    if (quoted)
        fprintf (sql, "%s, ", quoted);
    PQfreemem (quoted);
    return quoted != NULL;
}

//  Which fields go into which columns; puts the columns' names.
static bool s_columns (struct copy *self, FILE *sql)
{
    const struct json_value *schema = json_value_member (self->load->resource, "schema");
    self->copied = calloc (2 * record_file_fields (self->records) + 1, sizeof *self->copied);
    bool good = self->copied != NULL;
    size_t i = 0;
    for (const struct json_value *field = report_first (schema, "fields"); good && field;
         field = field->next, i++) {
        const struct load_column *column = load_plan_column (self->load->plan, schema, field);
        if (!column)
            continue;
        self->copied[self->count++] = (struct copied){i, false};
        good = s_put_name (self, sql, column->name);
        if (good && column->datetime && column->stored == LOAD_TEXT) {
            self->copied[self->count++] = (struct copied){i, true};
            good = s_put_name (self, sql, column->date);
        }
    }
    return good;
}

static int s_begin_copy (struct copy *self, struct error *error)
{
    char *text = NULL;
    size_t n = 0;
    FILE *sql = open_memstream (&text, &n);
    bool good = sql != NULL;
    if (good) {
        fprintf (sql, "COPY %s (", self->table);
        good = s_columns (self, sql);
        fprintf (sql, "dmh_load, dmh_record) FROM STDIN");
    }
    if (sql && fclose (sql) != 0)
        good = false;
    int rc = good ? postgres_session_do (self->load->session, CANNOT, text, error) : s_no_memory (error);
    free (text);
    return rc;
}

//  The number in the input of the next record that was written.
static int s_next_number (struct copy *self, struct error *error)
{
    uint64_t read = report_counts (json_value_member (self->load->report, "counts")).read;
    while (self->record++ < read) {
        int rc = audit_events_go (self->audit, self->record, error);
        if (rc != DMH_OK)
            return rc;
        if (set_aside_record (self->rejects) == self->record)
            rc = set_aside_next (self->rejects, error);
        else if (!audit_events_repeats (self->audit))
            return DMH_OK;
        if (rc != DMH_OK)
            return rc;
    }
    return error_set (error, DMH_MALFORMED, "%s: it holds more records than were read; see dmh verify",
                      CANNOT);
}

//  A value as COPY takes it, with a tab behind it. Room: 2 * n + 3.
static char *s_value (char *to, const char *value, size_t n)
{
    if (n == 0) {
        memcpy (to, "\\N\t", 3);
        return to + 3;
    }
    for (size_t i = 0; i < n; i++) {
        char letter = value[i];
        const char *escaped = letter == '\\'   ? "\\"
                              : letter == '\n' ? "n"
                              : letter == '\r' ? "r"
                              : letter == '\t' ? "t"
                                               : NULL;
        if (escaped) {
            *to++ = '\\';
            *to++ = *escaped;
        } else
            *to++ = letter;
    }
    *to++ = '\t';
    return to;
}

static int s_row (struct copy *self, struct error *error)
{
    enum { NUMBERS_BYTES = 64, DAY = 10 };
    for (size_t i = 0; i < self->count; i++) {
        const char *value = record_file_value (self->records, self->copied[i].field);
        size_t n = strlen (value);
        if (self->copied[i].date)
            n = n < DAY ? 0 : DAY;
        if (buffer_reserve (&self->rows, 2 * n + 3) != 0)
            return s_no_memory (error);
        self->rows.used = (size_t) (s_value (self->rows.at + self->rows.used, value, n) - self->rows.at);
    }
    if (buffer_reserve (&self->rows, NUMBERS_BYTES) != 0)
        return s_no_memory (error);
    self->rows.used += (size_t) snprintf (self->rows.at + self->rows.used, NUMBERS_BYTES, "%s\t%" PRIu64 "\n",
                                          self->id, self->record);
    return DMH_OK;
}

static int s_send (struct copy *self, struct error *error)
{
    int rc = self->rows.used
                 ? postgres_session_copy (self->load->session, self->rows.at, self->rows.used, error)
                 : DMH_OK;
    self->rows.used = 0;
    return rc;
}

static int s_copy (struct copy *self, uint64_t *records, struct error *error)
{
    int rc = s_begin_copy (self, error);
    while (rc == DMH_OK) {
        rc = record_file_next (self->records, error);
        if (rc <= 0)
            break;
        ++*records;
        rc = s_next_number (self, error);
        if (rc == DMH_OK)
            rc = s_row (self, error);
        if (rc == DMH_OK && self->rows.used >= COPY_BYTES)
            rc = s_send (self, error);
    }
    if (rc == DMH_OK)
        rc = s_send (self, error);
    return rc == DMH_OK ? postgres_session_copy_end (self->load->session, CANNOT, error) : rc;
}

int result_load_run (const struct result_load *load, uint64_t *records, bool *before, struct error *error)
{
    struct copy self = {.load = load};
    *records = 0;
    *before = false;
    int rc = s_open (&self, error);
    bool begun = rc == DMH_OK;
    if (begun)
        rc = postgres_session_do (load->session, CANNOT, "BEGIN", error);
    if (rc == DMH_OK)
        rc = s_register (&self, before, error);
    if (rc == DMH_OK && !*before)
        rc = s_copy (&self, records, error);
    else if (rc == DMH_OK)
        *records = report_counts (json_value_member (load->report, "counts")).written;
    if (rc == DMH_OK)
        rc = postgres_session_do (load->session, CANNOT, "COMMIT", error);
    s_clear (&self);
    return rc;
}
