//  kind.c: see kind.h. Kinds are compared by the weight of what the header feeds: a code and a result weigh
//  more than any number of names and addresses around them.
#include "worker/rules/binding/kind.h"
#include "messages/text/quantity.h"

#include <stdio.h>

//  Two kinds closer than this share of the better one's weight are alike.
enum { MARGIN_PERCENT = 10, PLAUSIBLE_WEIGHT = 8 };

enum { KNOWN_BYTES = 160, SHOWN_BYTES = HEADER_LIST_BYTES + 32 };

static const schema_t *s_named (const catalog_t *catalog, const char *wanted, const char *source,
                                struct error *error)
{
    const schema_t *schema = catalog_find (catalog, wanted);
    if (schema)
        return schema;
    char known[KNOWN_BYTES] = "";
    for (size_t i = 0, n = 0; i < catalog_size (catalog) && n < sizeof known; i++)
        n += (size_t) snprintf (known + n, sizeof known - n, "%s%s", i ? ", " : "",
                                catalog_at (catalog, i)->name);
    error_set (error, DMH_BAD_INPUT, "%s: there is no kind “%.40s”; give one of %s", source, wanted, known);
    return NULL;
}

//  "; its columns are a, b, c", or nothing where the line might be no header.
static const char *s_shown (const struct match *match, const header_t *header, char *out)
{
    bool sure = match->fed >= 2 || match->fed * 2 >= header_count (header);
    char list[HEADER_LIST_BYTES];
    if (sure && match->fed && !header_looks_like_data (header))
        snprintf (out, SHOWN_BYTES, " (its columns: %s)", header_list (header, list));
    else
        *out = 0;
    return out;
}

static int s_lacking (const struct match *match, const header_t *header, bool asked, const char *source,
                      struct error *error)
{
    const char *field = match->schema->fields[match->lacking].name, *kind = match->schema->name;
    char shown[SHOWN_BYTES];
    if (header_looks_like_data (header) && match->fed < 2 && !header_is_keys (header))
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: its first line looks like data, so no column feeds %s of %s; write a header above "
            "it (dmh schema show %s lists the names), or give --no-header and a --mapping of column_1, "
            "column_2 …",
            source, field, kind, kind);
    s_shown (match, header, shown);
    if (asked)
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: no column feeds %s, which every %s record needs%s; name one in a --mapping, such as "
            "{\"columns\": {\"COLUMN\": \"%s\"}}",
            source, field, kind, shown, field);
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: it looks most like %s, but no column feeds %s, which every record needs%s; name one in a "
        "--mapping, such as {\"columns\": {\"COLUMN\": \"%s\"}}, or, where it is the same in all records, "
        "{\"constants\": {\"%s\": …}}, or give another --kind",
        source, kind, field, shown, field, field);
}

//  Nothing in the first line is known to any kind.
static int s_unknown (const header_t *header, const char *source, struct error *error)
{
    if (header_count (header) == 0)
        return error_set (error, DMH_BAD_INPUT, "%s: its header names no column", source);
    if (header_is_keys (header))
        return error_set (error, DMH_BAD_INPUT,
                          "%s: it holds JSON objects with %s, and no kind of record has a field named "
                          "as one of them; say with --kind and a --mapping what they are",
                          source, QUANTITY (header_count (header), "key"));
    if (header_looks_like_data (header))
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: its first line looks like data, not like a header; write a line with the columns' "
            "names above it (dmh schema list and dmh schema show tell which are known), or give "
            "--no-header and a --mapping of column_1, column_2 …",
            source);
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: no kind of record has a column named as one of the %zu in its first line; if that line "
        "is data, write a header above it, else say with --kind and a --mapping what the columns are",
        source, header_count (header));
}

//  Whether a field that every record needs is fed under its own name.
static bool s_is_named (const struct match *match)
{
    for (size_t f = 0; f < match->schema->field_count; f++)
        if (match->schema->fields[f].required && match->fields[f].by != MATCHED_NONE &&
            match->fields[f].strength == 0)
            return true;
    return false;
}

//  A column called “id” alone makes nobody a patient.
static bool s_is_plausible (const struct match *match, const header_t *header)
{
    if (match->lacking != FIELD_NONE)
        return false;
    return match->weight >= PLAUSIBLE_WEIGHT ||
           (match->fed >= 2 && match->fed * 2 >= header_count (header)) || s_is_named (match);
}

struct candidates {
    struct match best, second,
        closest;    //  schema NULL: nobody yet; closest: the best of those that do not fit
};

static void s_add_candidate (struct candidates *self, const struct match *match, const header_t *header)
{
    if (!s_is_plausible (match, header)) {
        //  Among equals the kind whose records lack nothing.
        const struct match *closest = &self->closest;
        bool equal = closest->schema && match->weight == closest->weight;
        if (!closest->schema || match->weight > closest->weight ||
            (equal && match->lacking == FIELD_NONE && closest->lacking != FIELD_NONE))
            self->closest = *match;
    } else if (!self->best.schema || match->weight > self->best.weight) {
        self->second = self->best;
        self->best = *match;
    } else if (!self->second.schema || match->weight > self->second.weight)
        self->second = *match;
}

static int s_decide (const struct candidates *self, const header_t *header, const char *source,
                     struct error *error)
{
    const struct match *best = &self->best, *second = &self->second, *closest = &self->closest;
    if (best->schema && best->weight >= closest->weight) {
        unsigned lead = best->weight - second->weight;
        if (!second->schema || lead * 100 >= best->weight * MARGIN_PERCENT)
            return DMH_OK;
        return error_set (error, DMH_BAD_INPUT, "%s: it could be %s or %s; say which with --kind", source,
                          best->schema->name, second->schema->name);
    }
    if (!closest->schema || closest->fed == 0)
        return s_unknown (header, source, error);
    if (closest->lacking != FIELD_NONE)
        return s_lacking (closest, header, false, source, error);
    char shown[SHOWN_BYTES];
    return error_set (
        error, DMH_BAD_INPUT,
        "%s: too few of its columns are known to tell its kind%s; give --kind, or a --mapping that "
        "names them",
        source, s_shown (closest, header, shown));
}

static int s_detect (struct match *out, const catalog_t *catalog, const header_t *header,
                     const mapping_t *mapping, const char *source, struct error *error)
{
    struct candidates candidates = {.best = {.schema = NULL}};
    struct match match;
    struct error ignored;
    size_t fitting = 0;
    for (size_t i = 0; i < catalog_size (catalog); i++)
        if (!catalog_at (catalog, i)->format &&
            match_make (&match, catalog_at (catalog, i), header, mapping, source, &ignored) == DMH_OK) {
            s_add_candidate (&candidates, &match, header);
            fitting++;
        }
    if (fitting == 0)
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: no kind of record has all the fields that the mapping names; write \"kind\" into it "
            "to learn which field is wrong",
            source);
    int rc = s_decide (&candidates, header, source, error);
    if (rc == DMH_OK)
        *out = candidates.best;
    return rc;
}

int kind_find (struct match *out, const catalog_t *catalog, const header_t *header, const char *wanted,
               const mapping_t *mapping, const char *source, struct error *error)
{
    if (!wanted)
        return s_detect (out, catalog, header, mapping, source, error);
    const schema_t *schema = s_named (catalog, wanted, source, error);
    if (!schema)
        return DMH_BAD_INPUT;
    int rc = match_make (out, schema, header, mapping, source, error);
    if (rc == DMH_OK && out->lacking != FIELD_NONE)
        rc = s_lacking (out, header, true, source, error);
    return rc;
}
