//  database.c: see database.h. One transaction without a journal, as a file that was not finished is thrown
//  away; numbers are REAL, all else is TEXT, and what is not there is NULL. The table is no STRICT one, which
//  an SQLite before 3.37 could not read.
#define _GNU_SOURCE
#include "worker/output/records/database.h"

#include "messages/base/narrow.h"
#include "worker/encoders/cell.h"
#include "worker/output/records/number_cell.h"
#include "worker/output/records/scratch_vfs.h"
#include "worker/rules/dates/time_form.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, CACHE_KIB = 16 * 1024, APPLICATION_ID = 0x444d4852 };    //  "DMHR"

struct database {
    const char *folder, *name;
    char *path;
    const struct layout *layout;
    struct output_budget *budget;
    scratch_vfs_t *vfs;
    sqlite3 *db;
    sqlite3_stmt *insert, *pages;
    uint64_t spent;               //  pages that the budget has counted
    uint8_t forms[FIELDS_MAX];    //  of date-times: bits of enum time_form
    bool inexact[FIELDS_MAX];     //  of numbers: digits of one are lost in a double
    struct error failure;
};

void database_table (const struct layout *layout, char *out, size_t size)
{
    const char *kind = layout->plan->schema->name;
    snprintf (out, size, "%s%s", sqlite3_strnicmp (kind, "sqlite_", 7) == 0 ? "_" : "", kind);
}

static uint64_t s_pages (const database_t *self)
{
    uint64_t pages = 0;
    if (self->pages && sqlite3_step (self->pages) == SQLITE_ROW)
        pages = (uint64_t) sqlite3_column_int64 (self->pages, 0);
    sqlite3_reset (self->pages);
    return pages;
}

//  What SQLite has just said becomes the failure that sticks.
static int s_fail (database_t *self)
{
    int code = sqlite3_errcode (self->db) & 0xff, number = scratch_vfs_errno (self->vfs);
    if (number == 0)
        number = sqlite3_system_errno (self->db);
    struct error *failure = &self->failure;
    if (failure->code != DMH_OK)
        return failure->code;
    if (code == SQLITE_FULL && self->budget && !scratch_vfs_was_full (self->vfs))
        return error_set (failure, DMH_TOO_LARGE, "%s", self->budget->sentence);
    if (code == SQLITE_FULL)
        return output_refuse (self->folder, self->name, "written", ENOSPC, failure);
    if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN)
        return output_refuse (self->folder, self->name, "written", number ? number : EIO, failure);
    if (code == SQLITE_NOMEM)
        return error_set (failure, DMH_INTERNAL, "out of memory while writing %s", self->name);
    return error_set (failure, DMH_INTERNAL, "%s/%s cannot be written: SQLite says %s; please report this",
                      self->folder, self->name, sqlite3_errstr (sqlite3_extended_errcode (self->db)));
}

//  Runs a statement that was put together; `sql` is finished.
static int s_run_made (database_t *self, sqlite3_str *sql)
{
    char *text = sqlite3_str_finish (sql);
    int rc = self->failure.code;
    if (!text && rc == DMH_OK)
        rc = error_set (&self->failure, DMH_INTERNAL, "out of memory while writing %s", self->name);
    if (rc == DMH_OK && sqlite3_exec (self->db, text, NULL, NULL, NULL) != SQLITE_OK)
        rc = s_fail (self);
    sqlite3_free (text);
    return rc;
}

//  How many pages there may be, of what the budget has left.
static int s_limit (database_t *self)
{
    enum { PAGES_MOST = 0x3ffffffe };
    if (!self->budget)
        return self->failure.code;
    uint64_t left = (self->budget->most - self->budget->used) / PAGE_BYTES;
    uint64_t most = left > PAGES_MOST - self->spent ? PAGES_MOST : self->spent + left;
    sqlite3_str *sql = sqlite3_str_new (self->db);
    sqlite3_str_appendf (sql, "PRAGMA max_page_count = %llu", most ? most : 1);
    return s_run_made (self, sql);
}

static void s_spend (database_t *self)
{
    uint64_t pages = s_pages (self), more = pages > self->spent ? pages - self->spent : 0;
    self->spent += more;
    if (self->failure.code == DMH_OK && self->budget &&
        !output_budget_spend (self->budget, more * PAGE_BYTES))
        error_set (&self->failure, DMH_TOO_LARGE, "%s", self->budget->sentence);
}

static void s_column (sqlite3_str *sql, const char *name, bool first, const char *type)
{
    sqlite3_str_appendf (sql, "%s\"%w\"%s", first ? "" : ", ", name, type);
}

static int s_create (database_t *self)
{
    const struct layout *layout = self->layout;
    char table[SCHEMA_NAME_MAX + 2];
    database_table (layout, table, sizeof table);
    sqlite3_str *sql = sqlite3_str_new (self->db);
    sqlite3_str_appendf (sql, "CREATE TABLE \"%w\" (", table);
    for (size_t i = 0; i < layout_output_count (layout); i++) {
        bool field = i < layout->plan->step_count;
        bool number = field && layout->plan->steps[i].type == FIELD_NUMBER;
        s_column (sql, layout_output_name (layout, i), i == 0, number ? " REAL" : " TEXT");
        if (field && layout->beside[i])
            s_column (sql, layout->beside[i], false, " TEXT");
    }
    sqlite3_str_appendchar (sql, 1, ')');
    return s_run_made (self, sql);
}

//  Only columns that can have a value; the others are NULL by themselves.
static int s_prepare (database_t *self)
{
    const struct layout *layout = self->layout;
    const struct plan *plan = layout->plan;
    char table[SCHEMA_NAME_MAX + 2];
    database_table (layout, table, sizeof table);
    sqlite3_str *sql = sqlite3_str_new (self->db);
    size_t bound = 0;
    sqlite3_str_appendf (sql, "INSERT INTO \"%w\" (", table);
    for (size_t i = 0; i < plan->live_count; i++) {
        s_column (sql, plan->schema->fields[plan->live[i]].name, bound++ == 0, "");
        if (layout->beside[plan->live[i]])
            s_column (sql, layout->beside[plan->live[i]], bound++ == 0, "");
    }
    for (size_t i = 0; i < layout->extra_count; i++)
        s_column (sql, layout_output_name (layout, plan->step_count + i), bound++ == 0, "");
    sqlite3_str_appendall (sql, ") VALUES (?");
    for (size_t i = 1; i < bound; i++)
        sqlite3_str_appendall (sql, ",?");
    sqlite3_str_appendchar (sql, 1, ')');
    char *text = sqlite3_str_finish (sql);
    if (!text)
        return error_set (&self->failure, DMH_INTERNAL, "out of memory while writing %s", self->name);
    bool good =
        sqlite3_prepare_v3 (self->db, text, -1, SQLITE_PREPARE_PERSISTENT, &self->insert, NULL) == SQLITE_OK;
    sqlite3_free (text);
    return good ? DMH_OK : s_fail (self);
}

static int s_begin (database_t *self)
{
    sqlite3_str *sql = sqlite3_str_new (self->db);
    //  What a page no longer holds is zeroed, so that the bytes depend on nothing else and tell of nothing.
    sqlite3_str_appendf (
        sql,
        "PRAGMA page_size = %d; PRAGMA auto_vacuum = NONE; PRAGMA encoding = 'UTF-8';"
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
        "PRAGMA cache_size = -%d; PRAGMA temp_store = FILE; PRAGMA secure_delete = ON;"
        "PRAGMA threads = 0; BEGIN; PRAGMA application_id = %d; PRAGMA user_version = 1",
        PAGE_BYTES, CACHE_KIB, APPLICATION_ID);
    int rc = s_run_made (self, sql);
    if (rc == DMH_OK &&
        sqlite3_prepare_v2 (self->db, "PRAGMA page_count", -1, &self->pages, NULL) != SQLITE_OK)
        rc = s_fail (self);
    if (rc == DMH_OK)
        rc = s_limit (self);
    if (rc == DMH_OK)
        rc = s_create (self);
    return rc == DMH_OK ? s_prepare (self) : rc;
}

static void s_close (database_t *self)
{
    sqlite3_finalize (self->insert);
    sqlite3_finalize (self->pages);
    sqlite3_close (self->db);
    self->insert = self->pages = NULL;
    self->db = NULL;
}

//  The file is made here, so that it is never another one and nobody else's to read.
static int s_open (database_t *self, struct error *error)
{
    int fd = open (self->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return output_refuse (self->folder, self->name, "created", errno, error);
    close (fd);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW;
    int rc = sqlite3_open_v2 (self->path, &self->db, flags, scratch_vfs_name (self->vfs));
    if (rc != SQLITE_OK && !self->db)
        return error_set (error, DMH_INTERNAL, "out of memory while creating %s", self->name);
    rc = rc == SQLITE_OK ? s_begin (self) : s_fail (self);
    if (rc != DMH_OK)
        *error = self->failure;
    return rc;
}

database_t *database_new (const char *folder, const struct layout *layout, struct output_budget *budget,
                          struct error *error)
{
    database_t *self = calloc (1, sizeof *self);
    if (self) {
        *self =
            (database_t){.folder = folder, .name = layout->encoder->file, .layout = layout, .budget = budget};
        self->vfs = scratch_vfs_new (folder);
    }
    if (!self || !self->vfs || asprintf (&self->path, "%s/%s", folder, self->name) < 0) {
        error_set (error, DMH_INTERNAL, "out of memory while creating %s", layout->encoder->file);
        if (self)
            self->path = NULL;
        database_destroy (&self);
    } else if (s_open (self, error) != DMH_OK)
        database_destroy (&self);
    return self;
}

void database_destroy (database_t **self_p)
{
    database_t *self = *self_p;
    if (!self)
        return;
    s_close (self);
    scratch_vfs_destroy (&self->vfs);
    free (self->path);
    free (self);
    *self_p = NULL;
}

static inline void s_bind (database_t *self, int *at, struct text value)
{
    int i = (*at)++;
    if (value.n == 0)
        sqlite3_bind_null (self->insert, i);
    else
        sqlite3_bind_text64 (self->insert, i, value.at, value.n, SQLITE_STATIC, SQLITE_UTF8);
}

//  The value of a field, and of the column beside it.
static inline void s_bind_field (database_t *self, int *at, size_t f, struct text value)
{
    const struct step *step = &self->layout->plan->steps[f];
    bool beside = self->layout->beside[f] != NULL;
    if (step->type == FIELD_NUMBER && value.n) {
        bool exact;
        sqlite3_bind_double (self->insert, (*at)++, number_cell (value, &exact));
        self->inexact[f] = self->inexact[f] || !exact;
    } else
        s_bind (self, at, value);
    if (step->type == FIELD_DATETIME && value.n) {
        enum time_form form = time_form_of (value);
        self->forms[f] = (uint8_t) (self->forms[f] | form);
        value.n = form == TIME_FORM_PARTIAL ? 0 : DAY_BYTES;
    }
    if (beside)
        s_bind (self, at, value);
}

void database_insert (database_t *self, const char *rows, size_t n)
{
    const struct layout *layout = self->layout;
    struct text left = {rows, n};
    if (n && self->failure.code == DMH_OK)
        s_limit (self);
    while (left.n && self->failure.code == DMH_OK) {
        int at = 1;
        for (size_t i = 0; i < layout->plan->live_count; i++)
            s_bind_field (self, &at, layout->plan->live[i], cell_take (&left));
        for (size_t i = 0; i < layout->extra_count; i++)
            s_bind (self, &at, cell_take (&left));
        if (sqlite3_step (self->insert) != SQLITE_DONE)
            s_fail (self);
        sqlite3_reset (self->insert);
    }
    s_spend (self);
}

bool database_wants_beside (const database_t *self, size_t field)
{
    uint8_t forms = self->forms[field];
    return self->inexact[field] || (forms & (forms - 1)) != 0;
}

int database_check (const database_t *self, struct error *error)
{
    if (self->failure.code != DMH_OK && error)
        *error = self->failure;
    return self->failure.code;
}

static bool s_is_live (const struct plan *plan, size_t field)
{
    for (size_t i = 0; i < plan->live_count; i++)
        if (plan->live[i] == field)
            return true;
    return false;
}

//  By what people look for records: whose they are, which test, and when.
static bool s_is_sought (const struct plan *plan, size_t f)
{
    enum field_type type = plan->steps[f].type;
    return type == FIELD_TEST_CODE || type == FIELD_DATE || type == FIELD_DATETIME ||
           strcmp (plan->schema->fields[f].name, "patient_id") == 0;
}

static void s_index (database_t *self, const char *table, const char *column)
{
    sqlite3_str *sql = sqlite3_str_new (self->db);
    sqlite3_str_appendf (sql, "CREATE INDEX \"%w_by_%w\" ON \"%w\" (\"%w\")", table, column, table, column);
    s_run_made (self, sql);
}

//  Records of one key are one, so that it is unique; what has none has NULL there.
static void s_index_key (database_t *self, const char *table)
{
    const struct plan *plan = self->layout->plan;
    sqlite3_str *sql = sqlite3_str_new (self->db);
    bool any = false;
    sqlite3_str_appendf (sql, "CREATE UNIQUE INDEX \"%w_key\" ON \"%w\" (", table, table);
    for (size_t k = 0; k < plan->schema->key_count; k++)
        if (s_is_live (plan, (size_t) plan->schema->key[k])) {
            s_column (sql, plan->schema->fields[plan->schema->key[k]].name, !any, "");
            any = true;
        }
    sqlite3_str_appendchar (sql, 1, ')');
    if (any)
        s_run_made (self, sql);
    else
        sqlite3_free (sqlite3_str_finish (sql));
}

static void s_indexes (database_t *self)
{
    const struct layout *layout = self->layout;
    const struct plan *plan = layout->plan;
    char table[SCHEMA_NAME_MAX + 2];
    database_table (layout, table, sizeof table);
    s_index_key (self, table);
    for (size_t i = 0; i < plan->live_count && self->failure.code == DMH_OK; i++) {
        size_t f = plan->live[i];
        bool keyed = plan->schema->key_count && (size_t) plan->schema->key[0] == f;
        if (s_is_sought (plan, f) && !keyed)
            s_index (self, table, layout->beside[f] ? layout->beside[f] : plan->schema->fields[f].name);
    }
}

int database_finish (database_t *self, uint64_t records, struct output *out, struct error *error)
{
    if (self->failure.code == DMH_OK)
        s_limit (self);
    if (self->failure.code == DMH_OK)
        s_indexes (self);
    if (self->failure.code == DMH_OK && sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        s_fail (self);
    s_spend (self);
    s_close (self);
    int rc = database_check (self, error);
    return rc == DMH_OK ? output_take (self->folder, self->name, records, out, error) : rc;
}

int database_restart (database_t *self, struct error *error)
{
    s_close (self);
    if (self->budget)
        self->budget->used -= self->spent * PAGE_BYTES;
    self->spent = 0;
    self->failure.code = DMH_OK;
    memset (self->forms, 0, sizeof self->forms);
    memset (self->inexact, 0, sizeof self->inexact);
    if (unlink (self->path) != 0)
        return output_refuse (self->folder, self->name, "emptied", errno, error);
    return s_open (self, error);
}
