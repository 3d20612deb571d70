//  apply.c: see apply.h.
#include "worker/rules/binding/apply.h"

#include "worker/rules/binding/columns/claim.h"

#include <stdlib.h>

static int s_memory (const char *source, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while binding the columns of %s", source);
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

int binding_apply (binding_t *self, const header_t *header, const mapping_t *mapping, const char *source,
                   struct error *error)
{
    int rc = s_apply_constants (self, mapping, source, error);
    if (rc == DMH_OK)
        rc = s_apply_values (self, mapping, source, error);
    if (rc == DMH_OK)
        rc = s_apply_dates (self, header, mapping, source, error);
    if (rc == DMH_OK)
        rc = s_apply_not_content (self, header, mapping, source, error);
    if (rc == DMH_OK && s_apply_missing (self, mapping) != 0)
        rc = s_memory (source, error);
    return rc;
}
