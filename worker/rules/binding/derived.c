//  derived.c: see derived.h.
#define _GNU_SOURCE
#include "worker/rules/binding/derived.h"

#include "messages/base/narrow.h"
#include "worker/rules/binding/columns/series.h"
#include "worker/text/ascii.h"
#include "worker/text/visible.h"

#include <stdlib.h>

static void s_start (struct derived *self, enum derived_sort sort)
{
    *self = (struct derived){.sort = sort, .keep = FIELD_NONE};
}

static void s_join (struct derived *self, const struct mapping_join *join, const schema_t *schema,
                    const header_t *header)
{
    s_start (self, DERIVED_JOIN);
    self->columns[self->column_count++] = header_find (header, join->column);
    for (size_t t = 0; t < join->take_count; t++)
        self->fields[self->field_count++] = schema_field (schema, join->takes[t].to);
    if (join->keep)
        self->keep = schema_field (schema, join->keep);
    self->rows = join->rows;
}

static void s_combine (struct derived *self, const struct mapping_combine *combine, const schema_t *schema,
                       const header_t *header)
{
    s_start (self, combine->name ? DERIVED_NAME : DERIVED_COMBINE);
    for (size_t c = 0; c < combine->from_count; c++) {
        self->parts[self->column_count] = combine->parts[c];
        self->columns[self->column_count++] = header_find (header, combine->from[c]);
    }
    self->fields[self->field_count++] = schema_field (schema, combine->field);
    self->form = combine->form;
    memcpy (self->separator, combine->separator, sizeof self->separator);
}

static void s_split (struct derived *self, const struct mapping_split *split, const schema_t *schema,
                     const header_t *header)
{
    s_start (self, split->name ? DERIVED_SPLIT_NAME : DERIVED_SPLIT);
    self->columns[self->column_count++] = header_find (header, split->column);
    for (size_t f = 0; f < split->into_count; f++)
        self->fields[self->field_count++] =
            split->into[f] ? schema_field (schema, split->into[f]) : FIELD_NONE;
    self->form = split->form;
    memcpy (self->separator, split->separator, sizeof self->separator);
}

static void s_date (struct derived *self, int field, const int parts[DATE_PARTS])
{
    s_start (self, DERIVED_DATE);
    for (int part = 0; part < DATE_PARTS; part++)
        self->columns[self->column_count++] = parts[part];
    self->fields[self->field_count++] = field;
}

static void s_series (struct derived *self, int field, const schema_t *schema, const header_t *header)
{
    struct series series;
    s_start (self, DERIVED_SERIES);
    series_find (schema, header, field, &series);
    memcpy (self->columns, series.columns, sizeof self->columns);
    self->column_count = series.count;
    self->fields[self->field_count++] = field;
    self->separator[0] = '|';
}

static bool s_has_parts (const struct match *match, size_t f)
{
    enum matched_by by = match->fields[f].by;
    return match->fields[f].parts[DATE_PART_YEAR] >= 0 &&
           (by == MATCHED_PARTS || by == MATCHED_NAME || by == MATCHED_MAPPING);
}

int derived_all_new (const mapping_t *mapping, const struct match *match, const header_t *header,
                     struct derived **out, size_t *count)
{
    const schema_t *schema = match->schema;
    size_t n = 0, most = mapping ? mapping->join_count + mapping->combine_count + mapping->split_count : 0;
    for (size_t f = 0; f < schema->field_count; f++)
        most += s_has_parts (match, f) || match->fields[f].by == MATCHED_SERIES;
    struct derived *all = calloc (most + 1, sizeof *all);
    if (!all)
        return -1;
    for (size_t i = 0; mapping && i < mapping->join_count; i++)
        s_join (&all[n++], &mapping->joins[i], schema, header);
    for (size_t i = 0; mapping && i < mapping->combine_count; i++)
        s_combine (&all[n++], &mapping->combines[i], schema, header);
    for (size_t i = 0; mapping && i < mapping->split_count; i++)
        s_split (&all[n++], &mapping->splits[i], schema, header);
    for (size_t f = 0; f < schema->field_count; f++)
        if (s_has_parts (match, f))
            s_date (&all[n++], NARROW (int, f), match->fields[f].parts);
        else if (match->fields[f].by == MATCHED_SERIES)
            s_series (&all[n++], NARROW (int, f), schema, header);
    *out = all;
    *count = n;
    return 0;
}

//  The text of a column as people see it. What is looked up is a code.
static struct text s_value (const struct derived *self, size_t i, const struct text *fields, size_t count,
                            const missing_t *missing, const missing_t *also, struct scratch *scratch)
{
    struct visible seen;
    struct text none = {NULL, 0}, value = none;
    int column = self->columns[i];
    if (column >= 0 && (size_t) column < count && fields[column].n)
        value = text_trim (fields[column]);
    if (value.n && !visible_is_plain (value)) {
        visible_make (value, self->sort == DERIVED_JOIN ? VISIBLE_WHOLE : VISIBLE_ENDS, scratch, &seen);
        value = seen.text;
    }
    if (value.n == 0 || missing_has (missing, value) || (also && missing_has (also, value)))
        return none;
    return value;
}

size_t derived_room (const struct derived *self, const struct text *fields, size_t count)
{
    size_t room = 16 + self->column_count * SEPARATOR_BYTES;
    for (size_t i = 0; i < self->column_count; i++)
        if (self->columns[i] >= 0 && (size_t) self->columns[i] < count)
            room += 2 * fields[self->columns[i]].n;    //  as it is seen, and as a part of the value
    return room;
}

static void s_join_value (const struct derived *self, struct text key, struct derived_value *out)
{
    const struct text *cells = self->rows ? code_table_find (self->rows, key) : NULL;
    for (size_t f = 0; cells && f < self->field_count; f++)
        if (cells[f].n)
            out[self->fields[f]] = (struct derived_value){cells[f], key, RULE_TABLE_JOINED};
    int keep = self->keep;
    if (keep != FIELD_NONE && out[keep].value.n == 0)
        out[keep] = (struct derived_value){key, key, RULE_TABLE_UNMATCHED};
    else if (!cells)
        out[self->fields[0]] = (struct derived_value){{NULL, 0}, key, RULE_TABLE_UNMATCHED};
}

static void s_combined_value (const struct derived *self, const struct text *values,
                              struct derived_value *out, struct scratch *scratch)
{
    size_t gap = strlen (self->separator), there = 0;
    char *start = scratch->at + scratch->used, *to = start;
    for (size_t i = 0; i < self->column_count; i++) {
        if (values[i].n == 0)
            continue;
        if (there++) {
            memcpy (to, self->separator, gap);
            to += gap;
        }
        memcpy (to, values[i].at, values[i].n);
        to += values[i].n;
    }
    if (to == start)
        return;
    struct text value = {start, (size_t) (to - start)};
    scratch->used += value.n;
    out[self->fields[0]] =
        (struct derived_value){value, value, there > 1 ? RULE_COLUMNS_COMBINED : RULE_NONE};
}

static void s_name_value (const struct derived *self, const struct text *values, struct derived_value *out,
                          struct scratch *scratch)
{
    struct text parts[NAME_PARTS] = {{NULL, 0}};
    for (size_t i = 0; i < self->column_count; i++)
        parts[self->parts[i]] = values[i];
    struct text value = {scratch->at + scratch->used,
                         name_compose (parts, self->form, scratch->at + scratch->used)};
    if (value.n == 0)
        return;
    scratch->used += value.n;
    out[self->fields[0]] = (struct derived_value){value, value, RULE_COLUMNS_COMBINED};
}

//  A part of a date without what a table of numbers leaves behind (1970.0); a month or day of one digit gets
//  a zero. Returns the end of what it wrote.
static char *s_put_part (char *to, struct text part)
{
    if (part.n > 2 && memcmp (part.at + part.n - 2, ".0", 2) == 0)
        part.n -= 2;
    if (part.n == 1 && is_digit (*part.at))
        *to++ = '0';
    memcpy (to, part.at, part.n);
    return to + part.n;
}

//  YYYY-MM-DD, or as much of it as there is. A month or a day without what stands before it says nothing.
static void s_date_value (const struct derived *self, const struct text *values, struct derived_value *out,
                          struct scratch *scratch)
{
    char *start = scratch->at + scratch->used, *to = start;
    if (values[DATE_PART_YEAR].n == 0)
        return;
    for (int part = 0; part < DATE_PARTS && values[part].n; part++) {
        if (part)
            *to++ = '-';
        to = s_put_part (to, values[part]);
    }
    struct text value = {start, (size_t) (to - start)};
    scratch->used += value.n;
    out[self->fields[0]] = (struct derived_value){value, value, RULE_COLUMNS_COMBINED};
}

//  What does not come apart stays whole, in the first field that takes a part.
static void s_whole_value (const struct derived *self, struct text in, struct derived_value *out)
{
    for (size_t f = 0; f < self->field_count; f++)
        if (self->fields[f] != FIELD_NONE) {
            out[self->fields[f]] = (struct derived_value){in, in, RULE_COLUMN_FORM};
            return;
        }
}

static void s_part_values (const struct derived *self, struct text in, const struct text *parts,
                           struct derived_value *out)
{
    for (size_t f = 0; f < self->field_count; f++)
        if (self->fields[f] != FIELD_NONE && parts[f].n)
            out[self->fields[f]] = (struct derived_value){parts[f], in, RULE_COLUMN_SPLIT};
}

static void s_split_value (const struct derived *self, struct text in, struct derived_value *out)
{
    struct text parts[DERIVED_FIELDS_MAX] = {{NULL, 0}}, rest = in;
    size_t gap = strlen (self->separator), count = 0;
    while (count + 1 < self->field_count) {
        const char *at = rest.n ? memmem (rest.at, rest.n, self->separator, gap) : NULL;
        if (!at)
            break;
        parts[count++] = text_trim ((struct text){rest.at, (size_t) (at - rest.at)});
        rest = (struct text){at + gap, rest.n - (size_t) (at - rest.at) - gap};
    }
    parts[count] = rest.n ? text_trim (rest) : rest;
    if (count == 0)
        s_whole_value (self, in, out);
    else
        s_part_values (self, in, parts, out);
}

void derived_make (const struct derived *self, const struct text *fields, size_t count,
                   const missing_t *missing, const missing_t *also, struct derived_value *out,
                   struct scratch *scratch)
{
    struct text values[DERIVED_COLUMNS_MAX] = {{NULL, 0}}, parts[NAME_PARTS];
    for (size_t i = 0; i < self->column_count; i++)
        values[i] = s_value (self, i, fields, count, missing, also, scratch);
    switch (self->sort) {
    case DERIVED_COMBINE:
    case DERIVED_SERIES:
        s_combined_value (self, values, out, scratch);
        return;
    case DERIVED_NAME:
        s_name_value (self, values, out, scratch);
        return;
    case DERIVED_DATE:
        s_date_value (self, values, out, scratch);
        return;
    default:
        break;
    }
    if (values[0].n == 0)
        return;
    if (self->sort == DERIVED_JOIN)
        s_join_value (self, values[0], out);
    else if (self->sort == DERIVED_SPLIT)
        s_split_value (self, values[0], out);
    else if (name_split (values[0], self->form, parts, scratch))
        s_part_values (self, values[0], parts, out);
    else
        s_whole_value (self, values[0], out);
}
