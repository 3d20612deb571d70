//  content.c: see content.h. What is said of a column is a value behind its length, then what was emptied
//  behind the length of it all.
#include "worker/join/content.h"

#include "messages/base/narrow.h"
#include "worker/text/visible.h"

#include <stdlib.h>

int content_make (struct content *out, const struct joined_columns *columns, struct error *error)
{
    *out = (struct content){.values = calloc (columns->count + 1, sizeof *out->values)};
    out->emptied = calloc (columns->schema->field_count + 1, sizeof *out->emptied);
    return out->values && out->emptied
               ? DMH_OK
               : error_set (error, DMH_INTERNAL, "out of memory while joining records");
}

void content_clear (struct content *self)
{
    free (self->values);
    free (self->emptied);
    free (self->framed.at);
    *self = (struct content){.values = NULL};
}

static int s_put (struct buffer *out, const void *bytes, size_t n)
{
    if (buffer_reserve (out, n + 1) != 0)
        return -1;
    if (n)
        memcpy (out->at + out->used, bytes, n);
    out->used += n;
    return 0;
}

static int s_put_text (struct buffer *out, struct text text)
{
    uint32_t n = NARROW (uint32_t, text.n);
    return s_put (out, &n, sizeof n) == 0 ? s_put (out, text.at, text.n) : -1;
}

//  The field whose value the remark says was emptied; FIELD_NONE: it says something else.
static int s_emptied_field (const schema_t *schema, const struct result_remark *remark)
{
    if (RULE[rule_find (remark->rule)].sort != RULE_SORT_INVALID)
        return FIELD_NONE;
    return schema_field (schema, remark->field);
}

//  Several texts of one field may have been emptied: they are put together. Offsets first, as the buffer
//  moves while it grows.
static int s_set_emptied (struct content *self, const schema_t *schema, const struct result_record *record)
{
    size_t starts[FIELDS_MAX];
    self->framed.used = 0;
    for (size_t f = 0; f < schema->field_count; f++)
        self->emptied[f].n = 0;
    for (size_t i = 0; i < record->remark_count; i++) {
        int field = s_emptied_field (schema, &record->remarks[i]);
        if (field == FIELD_NONE || self->emptied[field].n)
            continue;
        starts[field] = self->framed.used;
        for (size_t k = i; k < record->remark_count; k++)
            if (s_emptied_field (schema, &record->remarks[k]) == field &&
                s_put_text (&self->framed, visible_trim (record->remarks[k].raw)) != 0)
                return -1;
        self->emptied[field].n = self->framed.used - starts[field];
    }
    for (size_t f = 0; f < schema->field_count; f++)
        if (self->emptied[f].n)
            self->emptied[f].at = self->framed.at + starts[f];
    return 0;
}

int content_set (struct content *self, const struct joined_columns *columns, const size_t *places,
                 size_t count, const struct result_record *record, struct error *error)
{
    memset (self->values, 0, columns->count * sizeof *self->values);
    for (size_t c = 0; c < count; c++)
        self->values[places[c]] = record->fields[c];
    return s_set_emptied (self, columns->schema, record) == 0
               ? DMH_OK
               : error_set (error, DMH_INTERNAL, "out of memory while joining records");
}

static struct text s_emptied (const struct content *self, const struct joined_columns *columns, size_t column)
{
    return column < columns->schema->field_count ? self->emptied[column] : (struct text){NULL, 0};
}

int content_common (const struct content *self, const struct joined_columns *columns, struct buffer *out)
{
    int rc = 0;
    for (size_t c = 0; rc == 0 && c < columns->count; c++)
        if (columns->common[c] && (rc = s_put_text (out, self->values[c])) == 0)
            rc = s_put_text (out, s_emptied (self, columns, c));
    return rc;
}

//  Of the columns that are not common, those of which its input says something, or the others.
static int s_columns (const struct content *self, const struct joined_columns *columns, size_t set, bool says,
                      struct buffer *out)
{
    int rc = 0;
    for (size_t c = 0; rc == 0 && c < columns->count; c++) {
        struct text emptied = s_emptied (self, columns, c);
        uint32_t column = NARROW (uint32_t, c);
        if (columns->common[c] || columns->sets[set][c] != says || (!self->values[c].n && !emptied.n))
            continue;
        rc = s_put (out, &column, sizeof column);
        if (rc == 0)
            rc = s_put_text (out, self->values[c]);
        if (rc == 0)
            rc = s_put_text (out, emptied);
    }
    return rc;
}

int content_rest (const struct content *self, const struct joined_columns *columns, size_t set,
                  struct buffer *out)
{
    return s_columns (self, columns, set, true, out);
}

int content_others (const struct content *self, const struct joined_columns *columns, size_t set,
                    struct buffer *out)
{
    return s_columns (self, columns, set, false, out);
}

//  A text behind its length, of `rest` from *at on. false: it is cut short.
static bool s_take_text (struct text rest, size_t *at, struct text *out)
{
    uint32_t n;
    if (rest.n - *at < sizeof n)
        return false;
    memcpy (&n, rest.at + *at, sizeof n);
    *at += sizeof n;
    *out = (struct text){rest.at + *at, n};
    *at += n;
    return *at <= rest.n;
}

bool content_next (struct text *rest, struct said *out)
{
    size_t at = sizeof out->column;
    if (rest->n < sizeof out->column)
        return false;
    memcpy (&out->column, rest->at, sizeof out->column);
    if (!s_take_text (*rest, &at, &out->value) || !s_take_text (*rest, &at, &out->emptied))
        return false;
    out->bytes = (struct text){rest->at + sizeof out->column, at - sizeof out->column};
    *rest = (struct text){rest->at + at, rest->n - at};
    return true;
}

bool content_repeats (const struct joined_columns *columns, size_t set, struct text rest, struct text earlier)
{
    struct said said = {0}, other = {0};
    bool left = content_next (&rest, &said), there = content_next (&earlier, &other);
    while (left || there) {
        if (left && (!there || said.column < other.column))
            return false;    //  it says more, or otherwise: the other is empty or says nothing of it
        if (!left || other.column < said.column) {
            if (other.column >= columns->count || columns->sets[set][other.column])
                return false;    //  it says that this is empty
        } else if (!text_equal (said.bytes, other.bytes))
            return false;
        else
            left = content_next (&rest, &said);
        there = content_next (&earlier, &other);
    }
    return true;
}
