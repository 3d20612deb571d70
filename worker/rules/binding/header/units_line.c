//  units_line.c: see units_line.h.
#include "worker/rules/binding/header/units_line.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

//  A number alone is a unit to UCUM; here it is a value.
static bool s_is_unit (const unit_table_t *units, struct text cell)
{
    struct text ignored;
    bool word = false;
    if (cell.n > 1 &&
        ((*cell.at == '(' && cell.at[cell.n - 1] == ')') || (*cell.at == '[' && cell.at[cell.n - 1] == ']')))
        return true;
    for (size_t i = 0; i < cell.n; i++)
        word = word || is_letter (cell.at[i]) || cell.at[i] == '%' || (cell.at[i] & 0x80);
    return word && unit_standardize (units, cell, &ignored, NULL) != RULE_UNIT_INVALID;
}

static bool s_has_value (const struct row *row, int column)
{
    return (size_t) column < row->count && text_trim (row->fields[column]).n > 0;
}

//  Whether something stands where a record says whose it is.
static bool s_is_told (const binding_t *binding, const struct row *row)
{
    const schema_t *schema = binding->schema;
    bool any = false, told = false;
    for (size_t f = 0; f < schema->field_count; f++) {
        bool needed = schema->fields[f].required;
        for (size_t k = 0; k < schema->key_count; k++)
            needed = needed || (size_t) schema->key[k] == f;
        if (!needed || binding->column_of[f] < 0)
            continue;
        any = true;
        told = told || s_has_value (row, binding->column_of[f]);
    }
    return any ? told : s_has_value (row, 0);
}

//  The first record of CSV in the sample: *got as rows_next says, and for 1 its row, which lives as long as
//  *rows does. DMH_OK, DMH_INTERNAL.
static int s_first (const struct dialect *dialect, const char *sample, size_t n, rows_t **rows,
                    struct row *row, int *got)
{
    *got = 0;
    *rows = NULL;
    if (dialect->format != &FORMAT_CSV || dialect->data_offset >= n)
        return DMH_OK;
    *rows = dialect->format->rows_new (dialect);
    if (!*rows)
        return DMH_INTERNAL;
    dialect->format->rows_begin (*rows, sample + dialect->data_offset, n - (size_t) dialect->data_offset);
    *got = dialect->format->rows_next (*rows, row);
    return *got < 0 ? DMH_INTERNAL : DMH_OK;
}

void units_row_clear (struct units_row *self)
{
    free (self->bytes);
    free (self->cells);
    *self = (struct units_row){.bytes = NULL};
}

//  Whether all cells that hold something are units, and there are some.
static bool s_is_of_units (const unit_table_t *units, const struct row *row)
{
    size_t filled = 0;
    for (size_t i = 0; i < row->count; i++) {
        struct text cell = text_trim (row->fields[i]);
        if (cell.n && !s_is_unit (units, cell))
            return false;
        filled += cell.n > 0;
    }
    return filled > 0;
}

static int s_keep (struct units_row *out, const struct row *row)
{
    size_t room = row->raw.n + 1;
    for (size_t i = 0; i < row->count; i++)
        room += row->fields[i].n;
    out->bytes = malloc (room);
    out->cells = calloc (row->count + 1, sizeof *out->cells);
    if (!out->bytes || !out->cells) {
        units_row_clear (out);
        return DMH_INTERNAL;
    }
    char *to = out->bytes;
    memcpy (to, row->raw.at, row->raw.n);
    out->raw = (struct text){to, row->raw.n};
    to += row->raw.n;
    for (; out->count < row->count; out->count++) {
        struct text cell = row->fields[out->count];
        if (cell.n)
            memcpy (to, cell.at, cell.n);
        out->cells[out->count] = text_trim ((struct text){to, cell.n});
        to += cell.n;
    }
    return DMH_OK;
}

int units_row_read (const unit_table_t *units, struct dialect *dialect, const char *sample, size_t n,
                    struct units_row *out)
{
    rows_t *rows;
    struct row row;
    int got, rc;
    units_line_set (dialect, (struct text){NULL, 0});
    rc = s_first (dialect, sample, n, &rows, &row, &got);
    *out = (struct units_row){.bytes = NULL};
    if (rc == DMH_OK && got == 1 && row.problem == RULE_NONE && s_is_of_units (units, &row))
        rc = s_keep (out, &row);
    if (rows)
        dialect->format->rows_destroy (&rows);
    return rc;
}

int units_line_set (struct dialect *dialect, struct text raw)
{
    free ((char *) dialect->units_line.at);
    dialect->units_line = (struct text){NULL, 0};
    if (raw.n == 0)
        return DMH_OK;
    char *copy = strndup (raw.at, raw.n);
    if (copy)
        dialect->units_line = (struct text){copy, raw.n};
    return copy ? DMH_OK : DMH_INTERNAL;
}

int units_line_find (const binding_t *binding, const unit_table_t *units, const char *sample, size_t n,
                     struct dialect *dialect)
{
    rows_t *rows;
    struct row row;
    int got, rc;
    units_line_set (dialect, (struct text){NULL, 0});    //  or it would be none of the records
    rc = s_first (dialect, sample, n, &rows, &row, &got);
    bool is = rc == DMH_OK && got == 1 && row.problem == RULE_NONE && !s_is_told (binding, &row) &&
              s_is_of_units (units, &row);
    if (rc == DMH_OK)
        rc = units_line_set (dialect, is ? row.raw : (struct text){NULL, 0});
    if (rows)
        dialect->format->rows_destroy (&rows);
    return rc;
}
