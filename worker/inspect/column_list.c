//  column_list.c: see column_list.h.
#define _GNU_SOURCE
#include "worker/inspect/column_list.h"

#include "messages/base/narrow.h"

#include <stdlib.h>
#include <string.h>

static int s_column (struct inspection_column *to, const char *source, const char *field, const char *by,
                     const char *reason)
{
    to->source = strdup (source);
    to->field = field ? strdup (field) : NULL;
    to->by = strdup (by);
    to->reason = strdup (reason ? reason : "");
    return to->source && to->by && to->reason && (to->field || !field) ? 0 : -1;
}

//  The column of the file that a column of the binding is; -1: none.
static int s_of_file (const binding_t *binding, int column)
{
    int first = binding->unpivot ? (int) binding->unpivot->field_count + 1 : 0;
    if (column < first)
        return -1;
    return binding->unpivot ? binding->unpivot->kept[column - first] : column;
}

static void s_mark_made (const binding_t *binding, struct inspection_column *columns)
{
    for (size_t m = 0; m < binding->derived_count; m++)
        for (size_t c = 0; c < binding->derived[m].column_count; c++) {
            int column = s_of_file (binding, binding->derived[m].columns[c]);
            if (column >= 0)
                columns[column].made = binding->derived[m].sort != DERIVED_JOIN;
        }
    for (size_t c = 0; c < binding->column_count; c++) {
        int clock = binding->columns[c].clock < 0 ? -1 : s_of_file (binding, binding->columns[c].clock);
        if (clock >= 0)
            columns[clock].made = true;
    }
}

//  Columns that a field has after its first one, in their order.
static int s_mark_others (const binding_t *binding, struct inspection_column *columns)
{
    for (size_t f = 0; f < binding->schema->field_count; f++)
        for (size_t i = 0; i < binding->others[f].count; i++) {
            int at = s_of_file (binding, binding->others[f].columns[i]);
            if (at < 0)
                continue;
            struct inspection_column *column = &columns[at];
            column->gives = strdup (binding->schema->fields[f].name);
            column->choice = i + 1;
            if (!column->gives)
                return -1;
        }
    return 0;
}

//  Columns of a wide table whose cells are results.
static int s_result_columns (const binding_t *binding, const struct text *names,
                             struct inspection_column *columns)
{
    const unpivot_t *unpivot = binding->unpivot;
    const struct field *fields = unpivot->schema->fields;
    for (size_t t = 0; t < unpivot->test_count; t++) {
        const struct unpivot_test *test = &unpivot->tests[t];
        struct inspection_column *column = &columns[test->column];
        char *source = strndup (names[test->column].at, names[test->column].n);
        int rc = source ? s_column (column, source, fields[unpivot->schema->measure.number].name,
                                    binding->mapping && binding->mapping->test_count ? "mapping" : "alias",
                                    "a column of a wide table: each of its cells is a result")
                        : -1;
        free (source);
        column->made = column->result = true;
        for (size_t i = 0; rc == 0 && i < unpivot->field_count; i++) {
            if (!test->values[i])
                continue;
            char **told = column->told[column->told_count++];
            told[0] = strdup (fields[unpivot->fields[i]].name);
            told[1] = strdup (test->values[i]);
            rc = told[0] && told[1] ? 0 : -1;
        }
        if (rc != 0)
            return -1;
    }
    return 0;
}

int column_list_bound (const binding_t *binding, const struct text *names, struct inspection_column *columns)
{
    for (size_t i = 0; i < binding->column_count; i++) {
        const struct column *column = &binding->columns[i];
        bool bound = column->field != FIELD_NONE;
        int at = s_of_file (binding, NARROW (int, i));
        if (at >= 0 && s_column (&columns[at], column->source,
                                 bound ? binding->schema->fields[column->field].name : NULL,
                                 bound_by_word (column->by), column->reason) != 0)
            return -1;
    }
    if (binding->unpivot && s_result_columns (binding, names, columns) != 0)
        return -1;
    s_mark_made (binding, columns);
    return s_mark_others (binding, columns);
}

int column_list_guessed (const struct match *match, const struct text *names, size_t count,
                         struct inspection_column *columns)
{
    header_t *header = header_new (names, count, false);
    int rc = header ? 0 : -1;
    for (size_t c = 0; rc == 0 && c < count; c++) {
        const char *field = NULL;
        for (size_t f = 0; match && match->schema && f < match->schema->field_count; f++)
            if (match->fields[f].by != MATCHED_NONE && match->fields[f].column == NARROW (int, c))
                field = match->schema->fields[f].name;
        rc = s_column (&columns[c], header_name (header, c), field, field ? "alias" : "none",
                       field ? "its name fits" : "no field takes it");
    }
    header_destroy (&header);
    return rc;
}
