//  loaded_kind.c: see loaded_kind.h.
#include "worker/dataset/loaded_kind.h"

#include "messages/base/buffer.h"

#include <stdlib.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while loading a data set");
}

static int s_check_kind (struct loaded_kind *self, sqlite3_stmt *statement, struct error *error)
{
    const char *asked = self->asked, *sha256 = store_column_string (self->set, statement, 1);
    self->number = store_column_number (statement, 0);
    snprintf (self->on_conflict, sizeof self->on_conflict, "%s",
              store_column_string (self->set, statement, 2));
    if (self->set->no_memory)
        return s_no_memory (error);
    if (strcmp (sha256, self->schema->sha256) != 0)
        return error_set (error, DMH_BAD_INPUT,
                          "%.200s holds records of another schema of %.40s; load into a new data set",
                          self->set->path, self->schema->name);
    if (*asked && strcmp (asked, self->on_conflict) != 0)
        return error_set (
            error, DMH_BAD_INPUT,
            "%.200s was made with %s%.60s for records of the kind %.40s; a data set has one rule "
            "for all its loads",
            self->set->path, *self->on_conflict ? "--on-conflict " : "the default", self->on_conflict,
            self->schema->name);
    return DMH_OK;
}

//  The kind in the database; it is made where it is not there.
static int s_find (struct loaded_kind *self, struct error *error)
{
    dataset_t *set = self->set;
    sqlite3_stmt *find =
        store_prepare (set, "SELECT kind, schema_sha256, on_conflict FROM kinds WHERE name = ?", error);
    if (!find)
        return error->code;
    store_string (find, 1, self->schema->name);
    int rc = store_step (set, find, error);
    if (rc == 1)
        rc = s_check_kind (self, find, error) == DMH_OK ? 1 : error->code;
    store_finish (&find);
    if (rc != 0)
        return rc < 0 ? rc : DMH_OK;
    sqlite3_stmt *add = store_prepare (
        set, "INSERT INTO kinds (name, schema_sha256, schema, on_conflict) VALUES (?, ?, ?, ?)", error);
    if (!add)
        return error->code;
    snprintf (self->on_conflict, sizeof self->on_conflict, "%s", self->asked);
    store_string (add, 1, self->schema->name);
    store_string (add, 2, self->schema->sha256);
    store_string (add, 3, self->schema->json);
    store_string (add, 4, self->on_conflict);
    rc = store_step (set, add, error);
    self->number = (uint64_t) sqlite3_last_insert_rowid (set->db);
    store_finish (&add);
    return rc;
}

//  The own columns that the kind has already, as texts one behind the other.
static int s_old_columns (struct loaded_kind *self, struct buffer *names, size_t *count, struct error *error)
{
    sqlite3_stmt *list =
        store_prepare (self->set, "SELECT name FROM columns WHERE kind = ? ORDER BY place", error);
    int rc = list ? 1 : error->code;
    if (list)
        store_number (list, 1, self->number);
    for (*count = 0; rc == 1 && (rc = store_step (self->set, list, error)) == 1; ++*count) {
        const char *name = store_column_string (self->set, list, 0);
        size_t n = strlen (name) + 1;
        if (buffer_reserve (names, n) != 0) {
            rc = s_no_memory (error);
            break;
        }
        memcpy (names->at + names->used, name, n);
        names->used += n;
    }
    store_finish (&list);
    return rc;
}

static int s_add_columns (struct loaded_kind *self, size_t old_count, struct error *error)
{
    sqlite3_stmt *add = store_prepare (self->set, "INSERT OR IGNORE INTO columns VALUES (?, ?, ?)", error);
    int rc = add ? DMH_OK : error->code;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        const struct result_facts *facts = result_reader_facts (self->results[i]);
        for (size_t c = 0; rc == DMH_OK && c < facts->column_count; c++) {
            size_t place = self->columns.inputs[i].places[c];
            if (place < self->schema->field_count + old_count)
                continue;
            store_reset (add);
            store_number (add, 1, self->number);
            store_number (add, 2, place - self->schema->field_count);
            store_string (add, 3, facts->columns[c]);
            rc = store_step (self->set, add, error);
        }
    }
    store_finish (&add);
    return rc;
}

//  Columns of what the set has and what comes: none of them is taken for common to all.
static int s_columns (struct loaded_kind *self, struct error *error)
{
    struct buffer names = {.at = NULL};
    size_t count = 0;
    int rc = s_old_columns (self, &names, &count, error);
    const char **old = rc == DMH_OK ? calloc (count + 1, sizeof *old) : NULL;
    if (rc == DMH_OK && !old)
        rc = s_no_memory (error);
    const char *at = names.at;
    for (size_t i = 0; rc == DMH_OK && i < count; i++, at += strlen (at) + 1)
        old[i] = at;
    if (rc == DMH_OK)
        rc =
            joined_columns_make (&self->columns, self->schema, old, count, self->results, self->count, error);
    if (rc == DMH_OK) {
        memset (self->columns.common, false, self->columns.count * sizeof *self->columns.common);
        rc = s_add_columns (self, count, error);
    }
    free (old);
    free (names.at);
    return rc;
}

//  The number that the database has of a set of columns; one without own columns stays what it is when others
//  come.
static int s_set (struct loaded_kind *self, size_t s, struct error *error)
{
    static const char *const SQL[] = {"INSERT OR IGNORE INTO sets (kind, says) VALUES (?, ?)",
                                      "SELECT set_id FROM sets WHERE kind = ? AND says = ?"};
    size_t n = self->columns.count;
    while (n && !self->columns.sets[s][n - 1])
        n--;
    int rc = 0;
    for (int i = 0; rc == 0 && i < 2; i++) {
        sqlite3_stmt *statement = store_prepare (self->set, SQL[i], error);
        if (!statement)
            return error->code;
        store_number (statement, 1, self->number);
        store_bytes (statement, 2, (struct text){(const char *) self->columns.sets[s], n});
        rc = store_step (self->set, statement, error);
        if (rc == 1)
            self->sets[s] = store_column_number (statement, 0);
        store_finish (&statement);
    }
    return rc < 0 ? rc : DMH_OK;
}

static int s_sets (struct loaded_kind *self, struct error *error)
{
    uint64_t count = 0;
    self->sets = calloc (self->columns.set_count + 1, sizeof *self->sets);
    int rc = self->sets ? DMH_OK : s_no_memory (error);
    for (size_t s = 0; rc == DMH_OK && s < self->columns.set_count; s++)
        rc = s_set (self, s, error);
    if (rc == DMH_OK)
        rc = store_ask (self->set, "SELECT count (*) FROM sets WHERE kind = ?", self->number, &count, error);
    self->mixed = count > 1;
    return rc;
}

int loaded_kind_find (struct loaded_kind *self, struct error *error)
{
    int rc = s_find (self, error);
    if (rc == DMH_OK)
        rc = s_columns (self, error);
    return rc == DMH_OK ? s_sets (self, error) : rc;
}

void loaded_kind_clear (struct loaded_kind *self)
{
    joined_columns_clear (&self->columns);
    free (self->sets);
    self->sets = NULL;
}
