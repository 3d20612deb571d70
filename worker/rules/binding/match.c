//  match.c: see match.h.
#include "worker/rules/binding/match.h"

#include "messages/base/narrow.h"
#include "worker/rules/binding/columns/series.h"
#include "worker/text/nearest.h"

enum { WEIGHT_NEEDED = 6, WEIGHT_KEY = 2, WEIGHT_SIGN = 2, SIGNS_MAX = 4, COLUMN_NONE = -1 };

//  What the name that is no field may have been meant for.
static const char *s_meant (const schema_t *schema, const char *name)
{
    struct nearest nearest = nearest_begin (name);
    const struct field_name *alias = field_names_find (schema->names, text_of (name));
    if (alias)
        return schema->fields[alias->field].name;
    for (size_t f = 0; f < schema->field_count; f++)
        nearest_try (&nearest, schema->fields[f].name);
    return nearest.found;
}

//  The field that the mapping feeds and that nothing feeds yet; FIELD_NONE with `error` set, or without where
//  the kind need not have it.
static int s_fed_field (const struct match *self, const mapping_t *mapping, const struct mapping_feed *feed,
                        const char *source, struct error *error)
{
    char hint[NEAREST_HINT_BYTES];
    const char *kind = self->schema->name;
    int field = schema_field (self->schema, feed->field);
    if (field == FIELD_NONE && !feed->optional)
        error_set (error, DMH_BAD_INPUT,
                   "%s: %s: %s names “%.60s”, which is no field of %s%s; dmh schema show %s lists its fields",
                   source, mapping->source, feed->path, feed->field, kind,
                   nearest_hint (s_meant (self->schema, feed->field), hint), kind);
    else if (field != FIELD_NONE && self->fields[field].by != MATCHED_NONE) {
        error_set (
            error, DMH_BAD_INPUT,
            "%s: %s: %s feeds %s, which the mapping feeds already; leave one column or constant for it",
            source, mapping->source, feed->path, feed->field);
        field = FIELD_NONE;
    }
    return field;
}

static int s_apply (struct match *self, const header_t *header, const mapping_t *mapping, const char *source,
                    struct error *error)
{
    for (size_t m = 0; m < mapping->feed_count; m++) {
        const struct mapping_feed *feed = &mapping->feeds[m];
        struct error why = {.code = DMH_OK};
        int field = s_fed_field (self, mapping, feed, source, &why);
        if (why.code != DMH_OK) {
            *error = why;
            return why.code;
        }
        if (field == FIELD_NONE)
            continue;
        self->fields[field].by = feed->derived  ? MATCHED_DERIVED
                                 : feed->column ? MATCHED_MAPPING
                                                : MATCHED_CONSTANT;
        if (self->fields[field].by == MATCHED_MAPPING)
            self->fields[field].column = header_find (header, feed->column);
    }
    return DMH_OK;
}

//  The field whose stand-in the column is, FIELD_NONE when it is none.
static int s_stands_in (const struct match *self, size_t column)
{
    for (size_t f = 0; f < self->schema->field_count; f++)
        if (self->fields[f].by == MATCHED_OTHERWISE && self->fields[f].column == NARROW (int, column))
            return NARROW (int, f);
    return FIELD_NONE;
}

static void s_take (struct match *self, const field_names_t *names, enum matched_by by,
                    const header_t *header, size_t column)
{
    const struct field_name *found = field_names_find (names, text_of (header_name (header, column)));
    if (!found)
        return;
    bool free = self->fields[found->field].by == MATCHED_NONE;
    bool stronger =
        self->fields[found->field].by == by && found->strength < self->fields[found->field].strength;
    if (!free && !stronger)
        return;
    self->fields[found->field].by = by;
    self->fields[found->field].column = NARROW (int, column);
    self->fields[found->field].strength = found->strength;
}

static void s_take_names (struct match *self, const header_t *header)
{
    for (size_t f = 0; f < self->schema->field_count; f++)
        if (self->fields[f].by == MATCHED_NAME) {
            self->fields[f].by = MATCHED_NONE;
            self->fields[f].column = COLUMN_NONE;
        }
    for (size_t c = 0; c < header_count (header); c++)
        if (header_is_free (header, c) && s_stands_in (self, c) == FIELD_NONE)
            s_take (self, self->schema->names, MATCHED_NAME, header, c);
}

//  A name that says something beside another field's alone: “nome” is a given name where the family name
//  has a column of its own, else it is the whole name.
static void s_drop_alone (struct match *self, const header_t *header)
{
    const field_names_t *only_with = self->schema->words.only_with;
    for (size_t f = 0; only_with && f < self->schema->field_count; f++) {
        if (self->fields[f].by != MATCHED_NAME)
            continue;
        const struct field_name *other =
            field_names_find (only_with, text_of (header_name (header, (size_t) self->fields[f].column)));
        if (!other || self->fields[other->field].by != MATCHED_NONE)
            continue;
        self->fields[f].by = MATCHED_NONE;
        self->fields[f].column = COLUMN_NONE;
    }
}

//  Whether the mapping gives the column to the field that it is named after anyhow.
static bool s_is_confirmed (const struct match *self, const header_t *header, size_t column)
{
    const struct field_name *named =
        field_names_find (self->schema->names, text_of (header_name (header, column)));
    return named && self->fields[named->field].by == MATCHED_MAPPING &&
           self->fields[named->field].column == NARROW (int, column);
}

//  Fields without a column take one that is named after another field. Whether any did.
static bool s_take_otherwise (struct match *self, const header_t *header)
{
    bool any = false;
    for (size_t c = 0; c < header_count (header); c++)
        if (header_is_free (header, c) || s_is_confirmed (self, header, c))
            s_take (self, self->schema->otherwise, MATCHED_OTHERWISE, header, c);
    for (size_t f = 0; f < self->schema->field_count; f++)
        any = any || self->fields[f].by == MATCHED_OTHERWISE;
    return any;
}

//  A column that stands in for another field feeds its own too, unless a better one is there; and what feeds
//  one field feeds the other that has none.
static void s_share (struct match *self, const header_t *header)
{
    const schema_t *schema = self->schema;
    for (size_t f = 0; f < schema->field_count; f++) {
        int column = self->fields[f].column;
        if (self->fields[f].by != MATCHED_OTHERWISE || !header_is_free (header, (size_t) column))
            continue;
        const struct field_name *named =
            field_names_find (schema->names, text_of (header_name (header, (size_t) column)));
        if (named && self->fields[named->field].by == MATCHED_NONE)
            s_take (self, schema->names, MATCHED_NAME, header, (size_t) column);
    }
    for (size_t f = 0; f < schema->field_count; f++) {
        int other = schema->stands_in[f];
        if (self->fields[f].by != MATCHED_NONE || other == FIELD_NONE || self->fields[other].column < 0)
            continue;
        self->fields[f].by = MATCHED_OTHERWISE;
        self->fields[f].column = self->fields[other].column;
        self->fields[f].strength = 0;
    }
}

//  Years, months and days of dates, which no other field takes by name.
static void s_take_parts (struct match *self, const header_t *header)
{
    const schema_t *schema = self->schema;
    for (size_t c = 0; schema->words.parts && c < header_count (header); c++) {
        struct text name = text_of (header_name (header, c));
        const struct field_name *part =
            header_is_free (header, c) ? field_names_find (schema->words.parts, name) : NULL;
        if (part && !field_names_find (schema->names, name) &&
            self->fields[part->field].parts[part->strength] == COLUMN_NONE)
            self->fields[part->field].parts[part->strength] = NARROW (int, c);
    }
    for (size_t f = 0; f < schema->field_count; f++)
        if (self->fields[f].by == MATCHED_NONE && self->fields[f].parts[DATE_PART_YEAR] != COLUMN_NONE)
            self->fields[f].by = MATCHED_PARTS;
}

//  Numbered columns, where no stronger name feeds the field.
static void s_take_series (struct match *self, const header_t *header)
{
    for (size_t f = 0; f < self->schema->field_count; f++) {
        struct series series;
        enum matched_by by = self->fields[f].by;
        if (by != MATCHED_NONE && by != MATCHED_NAME)
            continue;
        series_find (self->schema, header, NARROW (int, f), &series);
        if (series.count == 0 || (by == MATCHED_NAME && !series_has (&series, self->fields[f].column) &&
                                  self->fields[f].strength < series.strength))
            continue;
        self->fields[f].by = MATCHED_SERIES;
        self->fields[f].column = COLUMN_NONE;
    }
}

//  Columns that feed nothing and tell all the same what a file is about.
static size_t s_signs (const struct match *self, const header_t *header)
{
    size_t signs = 0;
    for (size_t c = 0; self->schema->words.signs && c < header_count (header); c++)
        signs += header_is_free (header, c) &&
                 field_names_find (self->schema->words.signs, text_of (header_name (header, c))) != NULL;
    return signs < SIGNS_MAX ? signs : SIGNS_MAX;
}

static bool s_is_fed (const struct match *self, int field)
{
    return self->fields[field].by != MATCHED_NONE;
}

static void s_weigh (struct match *self, const header_t *header)
{
    const schema_t *schema = self->schema;
    bool any = schema->any_of_count == 0;
    unsigned weights[FIELDS_MAX];
    for (size_t f = 0; f < schema->field_count; f++)
        weights[f] = schema->fields[f].required ? WEIGHT_NEEDED : 1;
    for (size_t i = 0; i < schema->key_count; i++)
        if (weights[schema->key[i]] < WEIGHT_KEY)
            weights[schema->key[i]] = WEIGHT_KEY;
    for (size_t i = 0; i < schema->any_of_count; i++)
        any = any || s_is_fed (self, schema->any_of[i]);
    self->lacking = any ? FIELD_NONE : schema->any_of[0];
    if (schema->any_of_count) {
        self->whole += WEIGHT_NEEDED;
        self->weight += any ? WEIGHT_NEEDED : 0;
    }
    self->weight += NARROW (unsigned, s_signs (self, header)) * WEIGHT_SIGN;
    self->whole += NARROW (unsigned, s_signs (self, header)) * WEIGHT_SIGN;
    for (size_t f = schema->field_count; f-- > 0;) {
        bool fed = s_is_fed (self, NARROW (int, f));
        self->whole += weights[f];
        self->weight += fed ? weights[f] : 0;
        self->fed += fed;
        if (schema->fields[f].required && !fed)
            self->lacking = NARROW (int, f);
    }
}

int match_make (struct match *out, const schema_t *schema, const header_t *header, const mapping_t *mapping,
                const char *source, struct error *error)
{
    *out = (struct match){.schema = schema};
    for (size_t f = 0; f < schema->field_count; f++) {
        out->fields[f].column = COLUMN_NONE;
        for (int part = 0; part < DATE_PARTS; part++)
            out->fields[f].parts[part] = COLUMN_NONE;
    }
    if (mapping) {
        int rc = s_apply (out, header, mapping, source, error);
        if (rc != DMH_OK)
            return rc;
    }
    s_take_names (out, header);
    if (s_take_otherwise (out, header))
        s_take_names (out, header);
    s_drop_alone (out, header);
    s_share (out, header);
    s_take_parts (out, header);
    s_take_series (out, header);
    s_weigh (out, header);
    return DMH_OK;
}
