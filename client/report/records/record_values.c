//  record_values.c: see record_values.h.
#define _GNU_SOURCE
#include "client/report/records/record_values.h"

#include "client/result/reading/json_path.h"
#include "client/result/reading/record_source.h"
#include "client/result/reading/result_file.h"

#include <stdlib.h>
#include <string.h>

struct record_values {
    const struct columns *columns;
    struct record_source source;
    size_t *places;         //  of each column in its table
    const char **values;    //  of the record
    uint64_t number;
};

static database_file_t *s_database (const char *folder, const struct columns *columns, struct error *error)
{
    database_file_t *database = NULL;
    struct database_column *expected = calloc (columns->count + 1, sizeof *expected);
    if (!expected) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", columns->file);
        return NULL;
    }
    for (size_t i = 0; i < columns->count; i++)
        expected[i] = (struct database_column){columns->at[i].name, columns->at[i].type == COLUMN_NUMBER};
    database = database_file_new (folder, columns->file, columns->table, expected, columns->count, error);
    free (expected);
    return database;
}

record_values_t *record_values_new (const char *folder, const struct columns *columns, struct error *error)
{
    record_values_t *self = calloc (1, sizeof *self);
    if (self) {
        self->columns = columns;
        self->places = calloc (columns->count + 1, sizeof *self->places);
        self->values = calloc (columns->count + 1, sizeof *self->values);
    }
    if (!self || !self->places || !self->values) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", columns->file);
        record_values_destroy (&self);
        return NULL;
    }
    if (columns->format == RECORDS_CSV)
        self->source.table = table_file_new (folder, columns->file, error);
    else if (columns->format == RECORDS_SQLITE)
        self->source.database = s_database (folder, columns, error);
    else
        self->source.file = result_file_open (folder, columns->file, error);
    for (size_t i = 0; self->source.table && i < columns->count; i++)
        self->places[i] = table_file_column (self->source.table, columns->at[i].name);
    if (!self->source.table && !self->source.database && !self->source.file)
        record_values_destroy (&self);
    return self;
}

void record_values_destroy (record_values_t **self_p)
{
    record_values_t *self = *self_p;
    if (!self)
        return;
    record_source_close (&self->source);
    free (self->places);
    free (self->values);
    free (self);
    *self_p = NULL;
}

static int s_next_row (record_values_t *self, struct error *error)
{
    int rc = table_file_next (self->source.table, error);
    for (size_t i = 0; rc == 1 && i < self->columns->count; i++)
        self->values[i] =
            self->places[i] == SIZE_MAX ? "" : table_file_field (self->source.table, self->places[i], NULL);
    return rc;
}

static int s_next_stored (record_values_t *self, struct error *error)
{
    int rc = database_file_next (self->source.database, error);
    for (size_t i = 0; rc == 1 && i < self->columns->count; i++)
        self->values[i] = database_file_value (self->source.database, i);
    return rc;
}

//  The text of a scalar; "" for null and for what is none.
static const char *s_scalar (const struct json_value *value)
{
    return json_value_is (value, JSON_STRING) || json_value_is (value, JSON_NUMBER) ? value->text
           : json_value_is (value, JSON_TRUE)                                       ? "true"
           : json_value_is (value, JSON_FALSE)                                      ? "false"
                                                                                    : "";
}

//  The members stand in the columns' order; where they do not they are looked for.
static void s_members (record_values_t *self)
{
    const struct json_value *member =
        json_value_is (self->source.object, JSON_OBJECT) ? self->source.object->first : NULL;
    for (size_t i = 0; i < self->columns->count; i++) {
        const struct column *column = &self->columns->at[i];
        if (column->path)
            self->values[i] = s_scalar (json_path (self->source.object, column->path));
        else if (member && strcmp (member->key, column->name) == 0)
            self->values[i] = s_scalar (member);
        else
            self->values[i] = s_scalar (json_value_member (self->source.object, column->name));
        member = member ? member->next : NULL;
    }
}

static int s_next_line (record_values_t *self, struct error *error)
{
    struct record_source *source = &self->source;
    size_t n;
    int rc = record_source_line (source, self->columns->file, &n, error);
    if (rc != 1)
        return rc;
    json_value_destroy (&source->object);
    source->object = json_value_new (source->line, n, JSON_VALUE_DEPTH_MAX, self->columns->file, error);
    if (!source->object && error->code != DMH_INTERNAL)
        error_set (error, DMH_MALFORMED, "%s, record %llu: is no JSON; dmh did not write it so",
                   self->columns->file, (unsigned long long) self->number + 1);
    if (!source->object)
        return error->code;
    s_members (self);
    return 1;
}

int record_values_next (record_values_t *self, struct error *error)
{
    int rc = self->source.table      ? s_next_row (self, error)
             : self->source.database ? s_next_stored (self, error)
                                     : s_next_line (self, error);
    self->number += rc == 1;
    return rc;
}

uint64_t record_values_number (const record_values_t *self)
{
    return self->number;
}

const char *record_values_at (const record_values_t *self, size_t i)
{
    return i == SIZE_MAX ? "" : self->values[i];
}
