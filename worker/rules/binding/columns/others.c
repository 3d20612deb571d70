//  others.c: see others.h.
#include "worker/rules/binding/columns/others.h"

#include "messages/base/narrow.h"

static bool s_is_identifier (const struct field *field)
{
    switch (field->type) {
    case FIELD_IDENTIFIER:
    case FIELD_UID:
    case FIELD_SSN:
    case FIELD_NPI:
    case FIELD_NHS_NUMBER:
        return true;
    default:
        return false;
    }
}

static bool s_feeds (const struct match *match, size_t column)
{
    for (size_t f = 0; f < match->schema->field_count; f++)
        if (match->fields[f].column == NARROW (int, column))
            return true;
    return false;
}

//  Behind those whose names are as strong or stronger.
static void s_insert (struct others *self, int *strengths, int column, int strength)
{
    size_t at = self->count;
    if (at == OTHERS_MAX && strengths[at - 1] <= strength)
        return;
    at -= at == OTHERS_MAX;
    self->count = at + 1;
    for (; at > 0 && strengths[at - 1] > strength; at--) {
        self->columns[at] = self->columns[at - 1];
        strengths[at] = strengths[at - 1];
    }
    self->columns[at] = column;
    strengths[at] = strength;
}

static void s_by_mapping (const struct match *match, const header_t *header, const mapping_t *mapping,
                          struct others *others)
{
    for (size_t m = 0; m < mapping->first_count; m++) {
        const struct mapping_first *first = &mapping->firsts[m];
        int f = schema_field (match->schema, first->field);
        for (size_t c = 1; f != FIELD_NONE && c < first->from_count; c++)
            others[f].columns[others[f].count++] = header_find (header, first->from[c]);
    }
}

void others_find (const struct match *match, const header_t *header, const mapping_t *mapping,
                  struct others *others)
{
    const schema_t *schema = match->schema;
    int strengths[FIELDS_MAX][OTHERS_MAX];
    for (size_t f = 0; f < schema->field_count; f++)
        others[f].count = 0;
    for (size_t c = 0; c < header_count (header); c++) {
        const struct field_name *named =
            header_is_free (header, c) ? field_names_find (schema->names, text_of (header_name (header, c)))
                                       : NULL;
        if (named && match->fields[named->field].by == MATCHED_NAME &&
            !s_is_identifier (&schema->fields[named->field]) && !s_feeds (match, c))
            s_insert (&others[named->field], strengths[named->field], NARROW (int, c), named->strength);
    }
    if (mapping)
        s_by_mapping (match, header, mapping, others);
}
