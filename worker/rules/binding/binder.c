//  binder.c: see binder.h. Columns are bound to the fields of one kind; which kind is kind.c's part.
#define _GNU_SOURCE
#include "worker/rules/binding/binder.h"

#include "messages/base/narrow.h"
#include "worker/rules/binding/apply.h"
#include "worker/rules/binding/columns/claim.h"
#include "worker/rules/binding/columns/clock.h"
#include "worker/rules/binding/kind.h"
#include "worker/text/index.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SNAKE_BYTES = 512 };

static int s_memory (const char *source, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while binding the columns of %s", source);
}

static int s_set_reason (char **reason, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

static int s_set_reason (char **reason, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    int n = vasprintf (reason, format, args);
    va_end (args);
    if (n < 0)
        *reason = NULL;
    return n < 0 ? -1 : 0;
}

//  Whether the column stands in for the lower limit: it holds a range then, whoever binds it.
static bool s_is_range (const struct match *match, int f, const char *source)
{
    const schema_t *schema = match->schema;
    if (!schema->has_measure || f != schema->measure.low)
        return false;
    const struct field_name *range = field_names_find (schema->otherwise, text_of (source));
    return match->fields[f].by == MATCHED_OTHERWISE ||
           (match->fields[f].by == MATCHED_MAPPING && range && range->field == f);
}

static int s_explain_name (struct column *column, const struct field *field, int strength)
{
    column->by = strength ? BOUND_ALIAS : BOUND_NAME;
    return strength ? s_set_reason (&column->reason, "“%s” is a name of %s", field->aliases[strength - 1],
                                    field->name)
                    : s_set_reason (&column->reason, "is the field's own name");
}

static int s_explain_stand_in (struct column *column, const struct field *field, int strength)
{
    column->by = BOUND_ALIAS;
    return s_set_reason (&column->reason, "no column is called %s; “%s” stands in for it", field->name,
                         strength ? field->otherwise[strength - 1] : column->source);
}

//  A column that feeds two fields is told by the one that it is named after.
static int s_bind_field (binding_t *self, const struct match *match, int f)
{
    const struct field *field = &self->schema->fields[f];
    int strength = match->fields[f].strength;
    if (match->fields[f].column < 0)    //  a constant, or a derived value
        return 0;
    struct column *column = &self->columns[match->fields[f].column];
    enum matched_by by = match->fields[f].by;
    char *before = column->reason;
    const char *other = before ? self->schema->fields[column->field].name : NULL;
    column->reason = NULL;
    self->column_of[f] = match->fields[f].column;
    int rc = 0;
    if (before && by == MATCHED_OTHERWISE)
        rc = s_set_reason (&column->reason, "%s; stands in for %s, which has no column", before, field->name);
    else {
        column->field = f;
        column->kept = column->kept || s_is_range (match, f, column->source);
        if (by == MATCHED_MAPPING) {
            column->by = BOUND_MAPPING;
            rc = s_set_reason (&column->reason, "the mapping says so");
        } else
            rc = by == MATCHED_OTHERWISE ? s_explain_stand_in (column, field, strength)
                                         : s_explain_name (column, field, strength);
    }
    if (rc == 0 && before && by != MATCHED_OTHERWISE) {
        char *own = column->reason;
        column->reason = NULL;
        rc = s_set_reason (&column->reason, "%s; stands in for %s, which has no column", own, other);
        free (own);
    }
    free (before);
    return rc;
}

//  A year alone is a date as well; what no year stands before is still the source's own.
static int s_bind_parts (binding_t *self, const struct derived *derived)
{
    static const char *const WORDS[DATE_PARTS] = {"year", "month", "day"};
    const char *field = self->schema->fields[derived->fields[0]].name;
    for (int part = 0; part < DATE_PARTS; part++) {
        struct column *column = derived->columns[part] < 0 ? NULL : &self->columns[derived->columns[part]];
        if (!column)
            continue;
        column->field = derived->fields[0];
        column->kept = true;
        column->by = BOUND_ALIAS;
        if (s_set_reason (&column->reason, "is the %s of %s; kept as it is besides", WORDS[part], field) != 0)
            return -1;
    }
    return 0;
}

//  Each of several columns of one field is still the source's own besides.
static int s_bind_series (binding_t *self, const struct derived *derived)
{
    const char *field = self->schema->fields[derived->fields[0]].name;
    for (size_t c = 0; c < derived->column_count; c++) {
        struct column *column = &self->columns[derived->columns[c]];
        column->field = derived->fields[0];
        column->kept = true;
        column->by = BOUND_ALIAS;
        if (s_set_reason (&column->reason, "is one of %zu columns of %s; kept as it is besides",
                          derived->column_count, field) != 0)
            return -1;
    }
    return 0;
}

//  Columns that are put together or taken apart are not the source's own any more; those that are looked up
//  in a table are.
static int s_bind_derived (binding_t *self, const struct match *match, const header_t *header,
                           const mapping_t *mapping)
{
    if (derived_all_new (mapping, match, header, &self->derived, &self->derived_count) != 0)
        return -1;
    for (size_t m = 0; m < self->derived_count; m++) {
        const struct derived *derived = &self->derived[m];
        int field = FIELD_NONE;
        if (derived->sort == DERIVED_DATE || derived->sort == DERIVED_SERIES) {
            if ((derived->sort == DERIVED_DATE ? s_bind_parts : s_bind_series) (self, derived) != 0)
                return -1;
            continue;
        }
        for (size_t f = derived->field_count; f-- > 0;)
            field = derived->fields[f] == FIELD_NONE ? field : derived->fields[f];
        bool join = derived->sort == DERIVED_JOIN,
             split = derived->sort == DERIVED_SPLIT || derived->sort == DERIVED_SPLIT_NAME;
        for (size_t c = 0; c < derived->column_count && field != FIELD_NONE; c++) {
            struct column *column = &self->columns[derived->columns[c]];
            free (column->reason);
            if (!join) {
                column->field = field;
                column->by = BOUND_MAPPING;
            }
            if (s_set_reason (&column->reason, "the mapping %s",
                              join    ? "looks it up in a table; kept as it is"
                              : split ? "splits it"
                                      : "combines it with others") != 0)
                return -1;
        }
    }
    return 0;
}

static bool s_is_other (const binding_t *self, int field, size_t column)
{
    const struct others *others = &self->others[field];
    for (size_t i = 0; i < others->count; i++)
        if (others->columns[i] == NARROW (int, column))
            return true;
    return false;
}

//  Why a column is the source's own: nobody knows it, the mapping wants it so, or its field has a stronger
//  name.
static int s_explain_extra (binding_t *self, const header_t *header, size_t c)
{
    struct column *column = &self->columns[c];
    const struct field_name *known = field_names_find (self->schema->names, text_of (column->source));
    if (column->reason)
        return 0;
    if (header_is_claimed (header, c))
        return s_set_reason (&column->reason, "the mapping keeps it as it is");
    if (!known)
        return s_set_reason (&column->reason, "no field takes it; kept as it is");
    const char *field = self->schema->fields[known->field].name;
    int feeder = self->column_of[known->field];
    if (header_is_barred (header, c))
        return s_set_reason (&column->reason,
                             "its name is one of %s, but most of its values contradict that; kept as it is",
                             field);
    if (s_is_other (self, known->field, c))
        return s_set_reason (&column->reason,
                             "%s has column %d; this one gives it where that has no usable value, and is "
                             "kept as it is",
                             field, feeder + 1);
    const field_names_t *only_with = self->schema->words.only_with;
    if (feeder < 0 && only_with && field_names_find (only_with, text_of (column->source)))
        return s_set_reason (&column->reason, "may be more than %s, as it stands alone; kept as it is",
                             field);
    return feeder < 0
               ? s_set_reason (&column->reason, "the mapping gives %s; kept as it is", field)
               : s_set_reason (&column->reason, "%s has column %d already; kept as it is", field, feeder + 1);
}

//  A name that no output column has yet: name, name_2, name_3 … `taken` holds each name with the last number
//  that was tried for it, so that many columns of one name take no longer than others.
static int s_name_extra (struct column *column, bool named, text_index_t *taken)
{
    char snake[SNAKE_BYTES], name[SNAKE_BYTES + 16];
    if (named && text_index_find (taken, text_of (column->source)) == TEXT_INDEX_NONE) {
        column->name = strdup (column->source);
        return column->name ? text_index_put (taken, text_of (column->name), 1) : -1;
    }
    text_snake (text_of (column->source), snake, sizeof snake);
    int last = text_index_find (taken, text_of (snake)), number = last == TEXT_INDEX_NONE ? 1 : last;
    snprintf (name, sizeof name, "%s", snake);
    while (text_index_find (taken, text_of (name)) != TEXT_INDEX_NONE)
        snprintf (name, sizeof name, "%s_%d", snake, ++number);
    column->name = strdup (name);
    if (!column->name || text_index_put (taken, text_of (column->name), 1) != 0)
        return -1;
    return last == TEXT_INDEX_NONE ? 0 : text_index_put (taken, text_of (snake), number);
}

static int s_name_extras (binding_t *self, const header_t *header, bool named)
{
    text_index_t *taken = text_index_new ();
    int rc = taken ? 0 : -1;
    for (size_t f = 0; rc == 0 && f < self->schema->field_count; f++)
        rc = text_index_put (taken, text_of (self->schema->fields[f].name), 1);
    for (size_t c = 0; rc == 0 && c < self->column_count; c++)
        if (self->columns[c].field == FIELD_NONE || self->columns[c].kept) {
            rc = s_name_extra (&self->columns[c], named, taken);
            if (rc == 0 && !self->columns[c].kept)
                rc = s_explain_extra (self, header, c);
        }
    text_index_destroy (&taken);
    return rc;
}

static binding_t *s_allocate (const schema_t *schema, const header_t *header)
{
    size_t count = header_count (header);
    binding_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->schema = schema;
    self->unseen_names = header_unseen (header);
    self->columns = calloc (count + 1, sizeof *self->columns);
    self->column_of = malloc (schema->field_count * sizeof *self->column_of);
    self->values = calloc (schema->field_count, sizeof (value_map_t *));
    self->others = calloc (schema->field_count, sizeof *self->others);
    if (!self->columns || !self->column_of || !self->values || !self->others)
        goto failed;
    for (size_t f = 0; f < schema->field_count; f++)
        self->column_of[f] = -1;
    for (size_t c = 0; c < count; c++) {
        self->columns[c].field = FIELD_NONE;
        self->columns[c].clock = -1;
        self->columns[c].source = strdup (header_name (header, c));
        struct text name = text_of (header_name (header, c));
        self->columns[c].set = column_words_set (&schema->words, name);
        self->columns[c].zero_is_missing =
            schema->words.zeroes && field_names_find (schema->words.zeroes, name);
        self->column_count++;
        if (!self->columns[c].source)
            goto failed;
    }
    return self;
failed:
    binding_destroy (&self);
    return NULL;
}

static binding_t *s_bind (const struct match *match, const header_t *header,
                          const struct binding_request *request, struct error *error)
{
    const mapping_t *mapping = request->mapping;
    const char *source = request->source;
    binding_t *self = s_allocate (match->schema, header);
    if (!self) {
        s_memory (source, error);
        return NULL;
    }
    int rc = DMH_OK;
    for (size_t f = 0; rc == DMH_OK && f < match->schema->field_count; f++)
        if (s_bind_field (self, match, NARROW (int, f)) != 0)
            rc = s_memory (source, error);
    if (rc == DMH_OK && s_bind_derived (self, match, header, mapping) != 0)
        rc = s_memory (source, error);
    if (rc == DMH_OK)
        others_find (match, header, mapping, self->others);
    if (rc == DMH_OK && clocks_bind (self, header) != 0)
        rc = s_memory (source, error);
    if (rc == DMH_OK && s_name_extras (self, header, request->named) != 0)
        rc = s_memory (source, error);
    if (rc == DMH_OK && mapping)
        rc = binding_apply (self, header, mapping, source, error);
    self->mapping = mapping;
    if (rc == DMH_OK)
        self->score = match->whole ? (double) match->weight / match->whole : 0;
    else
        binding_destroy (&self);
    return self;
}

binding_t *binding_make (const catalog_t *catalog, const struct binding_request *request, struct error *error)
{
    const mapping_t *mapping = request->mapping;
    const char *source = request->source;
    const char *wanted = request->kind && *request->kind ? request->kind : mapping ? mapping->kind : NULL;
    binding_t *self = NULL;
    struct match match;
    header_t *header = header_new (request->names, request->count, request->keys);
    int rc = header ? DMH_OK : s_memory (source, error);
    for (size_t i = 0; rc == DMH_OK && i < request->barred_count; i++)
        header_bar (header, (size_t) request->barred[i]);
    for (size_t i = 0; rc == DMH_OK && request->unpivot && i < request->unpivot->barred_count; i++)
        header_bar (header, (size_t) request->unpivot->barred[i]);
    if (rc == DMH_OK && mapping)
        rc = claim_columns (header, mapping, source, error);
    if (rc == DMH_OK)
        rc = kind_find (&match, catalog, header, wanted, mapping, source, error);
    if (rc == DMH_OK)
        self = s_bind (&match, header, request, error);
    if (self)
        self->unpivot = request->unpivot;
    header_destroy (&header);
    return self;
}

binding_t *binding_new (const catalog_t *catalog, const struct text *names, size_t count, const char *kind,
                        const mapping_t *mapping, const char *source, struct error *error)
{
    struct binding_request request = {
        .names = names, .count = count, .kind = kind, .mapping = mapping, .source = source};
    return binding_make (catalog, &request, error);
}
