//  binding.c: columns bound to the fields of one kind. Which kind is kind_find's part (kind.c). See
//  binding.h.
#define _GNU_SOURCE
#include "binding.h"

#include "kind.h"

#include <stdio.h>
#include <stdlib.h>

enum { FOLD_BYTES = 256, SEEN_BYTES = 160 };

const char *bound_by_word (enum bound_by by)
{
    static const char *const WORDS[] = {"none", "name", "alias", "mapping"};
    return WORDS[by];
}

static int s_memory (const char *source, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while binding the columns of %s", source);
}

static bool s_same_name (struct text name, const char *other)
{
    char a[FOLD_BYTES], b[FOLD_BYTES];
    size_t n = text_fold (name, a, sizeof a);
    return n == text_fold (text_of (other), b, sizeof b) && memcmp (a, b, n) == 0;
}

int binding_strength (const struct field *field, struct text name)
{
    if (s_same_name (name, field->name))
        return 0;
    for (size_t i = 0; i < field->alias_count; i++)
        if (s_same_name (name, field->aliases[i]))
            return (int) i + 1;
    return -1;
}

static int s_bind (binding_t *self, size_t column, int field, enum bound_by by, int strength)
{
    struct column *to = &self->columns[column];
    free (to->reason);
    to->reason = NULL;
    to->field = field;
    to->by = by;
    self->column_of[field] = (int) column;
    int rc;
    if (by == BOUND_MAPPING)
        rc = asprintf (&to->reason, "the mapping says so");
    else if (by == BOUND_NAME)
        rc = asprintf (&to->reason, "is the field's name");
    else
        rc = asprintf (&to->reason, "is a known name of it (“%s”)",
                       self->schema->fields[field].aliases[strength - 1]);
    if (rc < 0)
        to->reason = NULL;
    return rc < 0 ? -1 : 0;
}

static int s_mapping_wrong (const char *source, const char *what, const char *name, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "%s: the mapping names “%.60s”, %s", source, name, what);
}

static int s_apply_columns (binding_t *self, const mapping_t *mapping, bool *kept, const char *source,
                            struct error *error)
{
    for (size_t m = 0; m < mapping->column_count; m++) {
        const struct mapping_pair *pair = &mapping->columns[m];
        size_t c = 0;
        while (c < self->column_count && strcmp (self->columns[c].source, pair->from) != 0)
            c++;
        for (size_t i = 0; c == self->column_count && i < self->column_count; i++)
            if (s_same_name (text_of (self->columns[i].source), pair->from)) {
                c = i;
                break;
            }
        if (c == self->column_count)
            return s_mapping_wrong (source, "which is no column of the file", pair->from, error);
        kept[c] = true;
        if (!pair->to)
            continue;
        int field = schema_field (self->schema, pair->to);
        if (field == FIELD_NONE)
            return s_mapping_wrong (source, "which is no field of its kind; see dmh schema show", pair->to,
                                    error);
        if (self->column_of[field] >= 0)
            return s_mapping_wrong (source, "a field that it gives two columns", pair->to, error);
        if (s_bind (self, c, field, BOUND_MAPPING, 0) != 0)
            return s_memory (source, error);
    }
    return DMH_OK;
}

static int s_apply_constants (binding_t *self, const mapping_t *mapping, const char *source,
                              struct error *error)
{
    self->constants = calloc (mapping->constant_count + 1, sizeof *self->constants);
    if (!self->constants)
        return s_memory (source, error);
    for (size_t m = 0; m < mapping->constant_count; m++) {
        const struct mapping_pair *pair = &mapping->constants[m];
        int field = schema_field (self->schema, pair->from);
        if (field == FIELD_NONE)
            return s_mapping_wrong (source, "which is no field of its kind; see dmh schema show", pair->from,
                                    error);
        char *value = strdup (pair->to);
        if (!value)
            return s_memory (source, error);
        self->constants[self->constant_count++] = (struct constant){field, value};
    }
    return DMH_OK;
}

static int s_apply_values (binding_t *self, const mapping_t *mapping, const char *source, struct error *error)
{
    for (size_t m = 0; m < mapping->value_count; m++) {
        const struct mapping_value *value = &mapping->values[m];
        int field = schema_field (self->schema, value->field);
        if (field == FIELD_NONE)
            return s_mapping_wrong (source, "which is no field of its kind; see dmh schema show",
                                    value->field, error);
        if (!self->values[field])
            self->values[field] = code_map_new ();
        if (!self->values[field] ||
            code_map_add (self->values[field], text_of (value->from), text_of (value->to)) != 0)
            return s_memory (source, error);
    }
    if (mapping->missing_count == 0)
        return DMH_OK;
    self->missing = markers_new ();
    for (size_t m = 0; m < mapping->missing_count; m++)
        if (!self->missing || markers_add (self->missing, mapping->missing[m]) != 0)
            return s_memory (source, error);
    return DMH_OK;
}

//  A field takes the column of its strongest name; among equals the first. Mapped and constant fields are
//  taken already.
static int s_find_columns (binding_t *self, const bool *kept)
{
    for (size_t f = 0; f < self->schema->field_count; f++) {
        int best = -1, best_strength = 0;
        for (size_t i = 0; i < self->constant_count; i++)
            if (self->constants[i].field == (int) f)
                best = -2;
        if (self->column_of[f] >= 0 || best == -2)
            continue;
        for (size_t c = 0; c < self->column_count; c++) {
            if (self->columns[c].field != FIELD_NONE || kept[c])
                continue;
            int strength = binding_strength (&self->schema->fields[f], text_of (self->columns[c].source));
            if (strength >= 0 && (best < 0 || strength < best_strength)) {
                best = (int) c;
                best_strength = strength;
            }
        }
        if (best >= 0 && s_bind (self, (size_t) best, (int) f, best_strength ? BOUND_ALIAS : BOUND_NAME,
                                 best_strength) != 0)
            return -1;
    }
    return 0;
}

static bool s_taken (const binding_t *self, const char *name, size_t before)
{
    if (schema_field (self->schema, name) != FIELD_NONE)
        return true;
    for (size_t c = 0; c < before; c++)
        if (self->columns[c].name && strcmp (self->columns[c].name, name) == 0)
            return true;
    return false;
}

//  Extra columns get names that no output column has yet: name, name_2, name_3 …
static int s_name_extras (binding_t *self)
{
    char snake[512], name[544];
    for (size_t c = 0; c < self->column_count; c++) {
        struct column *column = &self->columns[c];
        if (column->field != FIELD_NONE)
            continue;
        text_snake (text_of (column->source), snake, sizeof snake);
        snprintf (name, sizeof name, "%s", snake);
        for (unsigned n = 2; s_taken (self, name, c); n++)
            snprintf (name, sizeof name, "%s_%u", snake, n);
        column->name = strdup (name);
        column->reason = strdup ("no field takes it; kept as it is");
        if (!column->name || !column->reason)
            return -1;
    }
    return 0;
}

static bool s_is_fed (const binding_t *self, int field)
{
    bool fed = self->column_of[field] >= 0;
    for (size_t i = 0; i < self->constant_count; i++)
        fed = fed || self->constants[i].field == field;
    return fed;
}

static int s_lacking (const binding_t *self, int field, const char *source, struct error *error)
{
    const struct field *wanted = &self->schema->fields[field];
    char seen[SEEN_BYTES] = "";
    for (size_t c = 0, n = 0; c < self->column_count && n + 4 < sizeof seen; c++)
        n += (size_t) snprintf (seen + n, sizeof seen - n, "%s%.40s", c ? ", " : "", self->columns[c].source);
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: no column feeds %s, which every %s record needs (columns: %s…); name it in a --mapping, or give "
        "another --kind",
        source, wanted->name, self->schema->name, seen);
}

static int s_check (const binding_t *self, const char *source, struct error *error)
{
    const schema_t *schema = self->schema;
    for (size_t f = 0; f < schema->field_count; f++)
        if (schema->fields[f].required && !s_is_fed (self, (int) f))
            return s_lacking (self, (int) f, source, error);
    bool any = schema->any_of_count == 0;
    for (size_t i = 0; i < schema->any_of_count; i++)
        any = any || s_is_fed (self, schema->any_of[i]);
    return any ? DMH_OK : s_lacking (self, schema->any_of[0], source, error);
}

static binding_t *s_allocate (const schema_t *schema, const struct text *names, size_t count)
{
    binding_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->schema = schema;
    self->columns = calloc (count + 1, sizeof *self->columns);
    self->column_of = malloc (schema->field_count * sizeof *self->column_of);
    self->values = calloc (schema->field_count, sizeof (code_map_t *));
    if (!self->columns || !self->column_of || !self->values)
        goto failed;
    for (size_t f = 0; f < schema->field_count; f++)
        self->column_of[f] = -1;
    for (size_t c = 0; c < count; c++) {
        self->columns[c].field = FIELD_NONE;
        self->columns[c].source = strndup (names[c].n ? names[c].at : "", names[c].n);
        self->column_count++;
        if (!self->columns[c].source)
            goto failed;
    }
    return self;
failed:
    binding_destroy (&self);
    return NULL;
}

binding_t *binding_new (const catalog_t *catalog, const struct text *names, size_t count, const char *kind,
                        const mapping_t *mapping, const char *source, struct error *error)
{
    double score = 0;
    const char *wanted = kind && *kind ? kind : mapping ? mapping->kind : NULL;
    const schema_t *schema = kind_find (catalog, names, count, wanted, source, &score, error);
    if (!schema)
        return NULL;
    binding_t *self = s_allocate (schema, names, count);
    bool *kept = calloc (count + 1, sizeof *kept);
    int rc = self && kept ? DMH_OK : s_memory (source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_columns (self, mapping, kept, source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_constants (self, mapping, source, error);
    if (rc == DMH_OK && mapping)
        rc = s_apply_values (self, mapping, source, error);
    if (rc == DMH_OK && (s_find_columns (self, kept) != 0 || s_name_extras (self) != 0))
        rc = s_memory (source, error);
    if (rc == DMH_OK)
        rc = s_check (self, source, error);
    free (kept);
    if (rc == DMH_OK)
        self->score = score;
    else
        binding_destroy (&self);
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
        code_map_destroy (&self->values[f]);
    for (size_t i = 0; i < self->constant_count; i++)
        free (self->constants[i].value);
    markers_destroy (&self->missing);
    free (self->columns);
    free (self->column_of);
    free (self->values);
    free (self->constants);
    free (self);
    *self_p = NULL;
}
