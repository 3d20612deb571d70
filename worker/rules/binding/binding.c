//  binding.c: see binding.h. Columns are bound to the fields of one kind; which kind is kind.c's part.
#define _GNU_SOURCE
#include "worker/rules/binding/binding.h"

#include "worker/rules/binding/claim.h"
#include "worker/rules/binding/kind.h"
#include "worker/text/index.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SNAKE_BYTES = 512 };

const char *bound_by_word (enum bound_by by)
{
    static const char *const WORDS[] = {"none", "name", "alias", "mapping"};
    return WORDS[by];
}

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

static int s_bind_field (binding_t *self, const struct match *match, int f)
{
    const struct field *field = &self->schema->fields[f];
    int strength = match->fields[f].strength;
    if (match->fields[f].column < 0)    //  a constant, or a derived value
        return 0;
    struct column *column = &self->columns[match->fields[f].column];
    column->field = f;
    column->kept = s_is_range (match, f, column->source);
    self->column_of[f] = match->fields[f].column;
    switch (match->fields[f].by) {
    case MATCHED_MAPPING:
        column->by = BOUND_MAPPING;
        return s_set_reason (&column->reason, "the mapping says so");
    case MATCHED_OTHERWISE:
        column->by = BOUND_ALIAS;
        return s_set_reason (&column->reason, "no column is called %s; “%s” stands in for it", field->name,
                             field->otherwise[strength - 1]);
    default:
        column->by = strength ? BOUND_ALIAS : BOUND_NAME;
        return strength ? s_set_reason (&column->reason, "“%s” is a name of %s", field->aliases[strength - 1],
                                        field->name)
                        : s_set_reason (&column->reason, "is the field's own name");
    }
}

//  Columns that are put together or taken apart are not the source's own any more; those that are looked up
//  in a table are.
static int s_bind_derived (binding_t *self, const header_t *header, const mapping_t *mapping)
{
    if (derived_all_new (mapping, self->schema, header, &self->derived, &self->derived_count) != 0)
        return -1;
    for (size_t m = 0; m < self->derived_count; m++) {
        const struct derived *derived = &self->derived[m];
        int field = FIELD_NONE;
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
    return feeder < 0
               ? s_set_reason (&column->reason, "the mapping gives %s; kept as it is", field)
               : s_set_reason (&column->reason, "%s has column %d already; kept as it is", field, feeder + 1);
}

//  A name that no output column has yet: name, name_2, name_3 … `taken` holds each name with the last number
//  that was tried for it, so that many columns of one name take no longer than others.
static int s_name_extra (struct column *column, text_index_t *taken)
{
    char snake[SNAKE_BYTES], name[SNAKE_BYTES + 16];
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

static int s_name_extras (binding_t *self, const header_t *header)
{
    text_index_t *taken = text_index_new ();
    int rc = taken ? 0 : -1;
    for (size_t f = 0; rc == 0 && f < self->schema->field_count; f++)
        rc = text_index_put (taken, text_of (self->schema->fields[f].name), 1);
    for (size_t c = 0; rc == 0 && c < self->column_count; c++)
        if (self->columns[c].field == FIELD_NONE || self->columns[c].kept) {
            rc = s_name_extra (&self->columns[c], taken);
            if (rc == 0 && !self->columns[c].kept)
                rc = s_explain_extra (self, header, c);
        }
    text_index_destroy (&taken);
    return rc;
}

static int s_apply_constants (binding_t *self, const mapping_t *mapping, const char *source,
                              struct error *error)
{
    self->constants = calloc (mapping->constant_count + 1, sizeof *self->constants);
    if (!self->constants)
        return s_memory (source, error);
    for (size_t m = 0; m < mapping->constant_count; m++) {
        const struct mapping_pair *pair = &mapping->constants[m];
        char *value = strdup (pair->to);
        if (!value)
            return s_memory (source, error);
        self->constants[self->constant_count++] =
            (struct constant){schema_field (self->schema, pair->from), value};
    }
    return DMH_OK;
}

static int s_apply_values (binding_t *self, const mapping_t *mapping, const char *source, struct error *error)
{
    struct text code;
    for (size_t m = 0; m < mapping->value_count; m++) {
        const struct mapping_value *value = &mapping->values[m];
        int f = schema_field (self->schema, value->field);
        if (f == FIELD_NONE)
            return error_set (
                error, DMH_BAD_INPUT,
                "%s: %s: values.%.60s is for no field of %s; dmh schema show %s lists its fields", source,
                mapping->source, value->field, self->schema->name, self->schema->name);
        const value_map_t *codes = self->schema->fields[f].codes;
        if (codes && value_map_find (codes, text_of (value->to), &code) == RULE_CODE_UNMAPPED)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: %s: values.%s maps to “%.60s”, which is none of its codes; dmh schema "
                              "show %s lists them",
                              source, mapping->source, value->field, value->to, self->schema->name);
        if (!self->values[f])
            self->values[f] = value_map_new ();
        if (!self->values[f] ||
            value_map_add (self->values[f], text_of (value->from), text_of (value->to)) != 0)
            return s_memory (source, error);
    }
    return DMH_OK;
}

static int s_apply_missing (binding_t *self, const mapping_t *mapping)
{
    if (mapping->missing_count == 0)
        return 0;
    self->missing = missing_new ();
    if (!self->missing)
        return -1;
    for (size_t m = 0; m < mapping->missing_count; m++)
        if (missing_add (self->missing, mapping->missing[m]) != 0)
            return -1;
    return 0;
}

//  What the mapping says of dates, for columns that feed a date field.
static int s_apply_dates (binding_t *self, const header_t *header, const mapping_t *mapping,
                          const char *source, struct error *error)
{
    if (mapping->date_count == 0)
        return DMH_OK;
    self->forms = calloc (self->column_count + 1, sizeof *self->forms);
    if (!self->forms)
        return s_memory (source, error);
    for (size_t m = 0; m < mapping->date_count; m++) {
        const char *name = mapping->dates[m].column;
        int column = header_find (header, name), f = column < 0 ? FIELD_NONE : self->columns[column].field;
        if (column < 0)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: the mapping has dates of the column “%.60s”, which is "
                              "not there",
                              source, name);
        bool dated =
            f != FIELD_NONE && self->column_of[f] == column &&
            (self->schema->fields[f].type == FIELD_DATE || self->schema->fields[f].type == FIELD_DATETIME);
        if (!dated)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: the mapping has dates of the column “%.60s”, which "
                              "feeds no date field by itself; name its field in \"columns\"",
                              source, name);
        self->forms[column] = mapping->dates[m].form;
    }
    return DMH_OK;
}

//  Columns that are no content of a record. One that feeds a field is: its field is.
static int s_apply_not_content (binding_t *self, const header_t *header, const mapping_t *mapping,
                                const char *source, struct error *error)
{
    int rc = DMH_OK, c;
    for (size_t i = 0; rc == DMH_OK && i < mapping->not_content_count; i++) {
        rc = claim_not_content (header, mapping, i, source, &c, error);
        if (rc == DMH_OK && !self->columns[c].name)
            rc = error_set (error, DMH_BAD_INPUT,
                            "%s: %s: not_content.%zu names the column “%.60s”, which feeds %s; only the "
                            "source's own columns can be left out of a record's content: write null for it "
                            "in \"columns\"",
                            source, mapping->source, i, mapping->not_content[i],
                            self->schema->fields[self->columns[c].field].name);
        if (rc == DMH_OK)
            self->columns[c].not_content = true;
    }
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
    if (!self->columns || !self->column_of || !self->values)
        goto failed;
    for (size_t f = 0; f < schema->field_count; f++)
        self->column_of[f] = -1;
    for (size_t c = 0; c < count; c++) {
        self->columns[c].field = FIELD_NONE;
        self->columns[c].source = strdup (header_name (header, c));
        self->column_count++;
        if (!self->columns[c].source)
            goto failed;
    }
    return self;
failed:
    binding_destroy (&self);
    return NULL;
}

static binding_t *s_bind (const struct match *match, const header_t *header, const mapping_t *mapping,
                          const char *source, struct error *error)
{
    binding_t *self = s_allocate (match->schema, header);
    if (!self) {
        s_memory (source, error);
        return NULL;
    }
    int rc = DMH_OK;
    for (size_t f = 0; rc == DMH_OK && f < match->schema->field_count; f++)
        if (s_bind_field (self, match, (int) f) != 0)
            rc = s_memory (source, error);
    if (rc == DMH_OK && mapping && s_bind_derived (self, header, mapping) != 0)
        rc = s_memory (source, error);
    if (rc == DMH_OK && s_name_extras (self, header) != 0)
        rc = s_memory (source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_constants (self, mapping, source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_values (self, mapping, source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_dates (self, header, mapping, source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_not_content (self, header, mapping, source, error);
    if (rc == DMH_OK && mapping && s_apply_missing (self, mapping) != 0)
        rc = s_memory (source, error);
    self->mapping = mapping;
    if (rc == DMH_OK)
        self->score = match->whole ? (double) match->weight / match->whole : 0;
    else
        binding_destroy (&self);
    return self;
}

binding_t *binding_new (const catalog_t *catalog, const struct text *names, size_t count, const char *kind,
                        const mapping_t *mapping, const char *source, struct error *error)
{
    const char *wanted = kind && *kind ? kind : mapping ? mapping->kind : NULL;
    binding_t *self = NULL;
    struct match match;
    header_t *header = header_new (names, count);
    int rc = header ? DMH_OK : s_memory (source, error);
    if (rc == DMH_OK && mapping)
        rc = claim_columns (header, mapping, source, error);
    if (rc == DMH_OK)
        rc = kind_find (&match, catalog, header, wanted, mapping, source, error);
    if (rc == DMH_OK)
        self = s_bind (&match, header, mapping, source, error);
    header_destroy (&header);
    return self;
}

void binding_destroy (binding_t **self_p)
{
    binding_t *self = *self_p;
    if (!self)
        return;
    for (size_t c = 0; self->columns && c < self->column_count; c++) {
        free (self->columns[c].source);
        free (self->columns[c].name);
        free (self->columns[c].reason);
    }
    for (size_t f = 0; self->values && f < self->schema->field_count; f++)
        value_map_destroy (&self->values[f]);
    for (size_t i = 0; i < self->constant_count; i++)
        free (self->constants[i].value);
    missing_destroy (&self->missing);
    free (self->columns);
    free (self->column_of);
    free (self->derived);
    free (self->values);
    free (self->constants);
    free (self->forms);
    free (self);
    *self_p = NULL;
}
