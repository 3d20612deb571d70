//  units_line.c: see units_line.h.
#include "worker/rules/binding/units_line.h"

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

static bool s_is_units_line (const binding_t *binding, const unit_table_t *units, const struct row *row)
{
    size_t filled = 0;
    if (row->problem != RULE_NONE || s_is_told (binding, row))
        return false;
    for (size_t i = 0; i < row->count; i++) {
        struct text cell = text_trim (row->fields[i]);
        if (cell.n && !s_is_unit (units, cell))
            return false;
        filled += cell.n > 0;
    }
    return filled > 0;
}

int units_line_find (const binding_t *binding, const unit_table_t *units, const char *sample, size_t n,
                     struct dialect *dialect)
{
    free ((char *) dialect->units_line.at);
    dialect->units_line = (struct text){NULL, 0};
    if (dialect->format != &FORMAT_CSV || dialect->data_offset >= n)
        return DMH_OK;
    rows_t *rows = dialect->format->rows_new (dialect);
    struct row row;
    if (!rows)
        return DMH_INTERNAL;
    dialect->format->rows_begin (rows, sample + dialect->data_offset, n - (size_t) dialect->data_offset);
    int got = dialect->format->rows_next (rows, &row);
    int rc = got < 0 ? DMH_INTERNAL : DMH_OK;
    if (got == 1 && s_is_units_line (binding, units, &row)) {
        dialect->units_line.at = strndup (row.raw.at, row.raw.n);
        rc = dialect->units_line.at ? DMH_OK : DMH_INTERNAL;
        dialect->units_line.n = rc == DMH_OK ? row.raw.n : 0;
    }
    dialect->format->rows_destroy (&rows);
    return rc;
}
