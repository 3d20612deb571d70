//  kind.c: see kind.h. A kind's score is the share of its header's columns that feed it, weighed with how
//  many of its fields are fed: what a file has to do with a kind shows in both.
#include "kind.h"

#include <stdio.h>

static const double MARGIN = 0.02;

static bool s_has (const struct field *field, const struct text *names, size_t count)
{
    for (size_t c = 0; c < count; c++)
        if (binding_strength (field, names[c]) >= 0)
            return true;
    return false;
}

double kind_score (const schema_t *schema, const struct text *names, size_t count)
{
    size_t fed = 0;
    bool complete = true, any = schema->any_of_count == 0;
    for (size_t f = 0; f < schema->field_count; f++) {
        bool has = s_has (&schema->fields[f], names, count);
        fed += has;
        complete = complete && (has || !schema->fields[f].required);
        for (size_t i = 0; i < schema->any_of_count; i++)
            any = any || (has && schema->any_of[i] == (int) f);
    }
    if (!complete || !any)
        return -1;
    double of_columns = count ? (double) fed / (double) count : 0;
    double of_fields = (double) fed / (double) schema->field_count;
    return 0.7 * (of_columns > 1 ? 1 : of_columns) + 0.3 * of_fields;
}

static const schema_t *s_named (const catalog_t *catalog, const char *wanted, const char *source,
                                struct error *error)
{
    const schema_t *schema = catalog_find (catalog, wanted);
    if (schema)
        return schema;
    char known[256] = "";
    for (size_t i = 0, n = 0; i < catalog_size (catalog) && n + 2 < sizeof known; i++)
        n += (size_t) snprintf (known + n, sizeof known - n, "%s%s", i ? ", " : "",
                                catalog_at (catalog, i)->name);
    error_set (error, DMH_BAD_INPUT, "%s: there is no kind “%.40s”; known are %s", source, wanted, known);
    return NULL;
}

static int s_none (const struct text *names, size_t count, const char *source, struct error *error)
{
    char seen[160] = "";
    for (size_t c = 0, n = 0; c < count && n + 4 < sizeof seen; c++)
        n += (size_t) snprintf (seen + n, sizeof seen - n, "%s%.*s", c ? ", " : "",
                                names[c].n > 40 ? 40 : (int) names[c].n, names[c].n ? names[c].at : "");
    return error_set (error, DMH_BAD_INPUT,
                      "%s: the header fits no kind of record (columns: %s…); if its first line is a header, "
                      "give --kind and "
                      "a --mapping; without a header it cannot be read",
                      source, seen);
}

const schema_t *kind_find (const catalog_t *catalog, const struct text *names, size_t count,
                           const char *wanted, const char *source, double *score, struct error *error)
{
    if (wanted) {
        const schema_t *schema = s_named (catalog, wanted, source, error);
        if (schema)
            *score = kind_score (schema, names, count);
        return schema;
    }
    const schema_t *best = NULL, *second = NULL;
    double best_score = 0, second_score = 0;
    for (size_t i = 0; i < catalog_size (catalog); i++) {
        const schema_t *schema = catalog_at (catalog, i);
        double got = kind_score (schema, names, count);
        if (got > best_score) {
            second = best;
            second_score = best_score;
            best = schema;
            best_score = got;
        } else if (got > second_score) {
            second = schema;
            second_score = got;
        }
    }
    if (!best) {
        s_none (names, count, source, error);
        return NULL;
    }
    if (second && best_score - second_score < MARGIN) {
        error_set (error, DMH_BAD_INPUT, "%s: the header fits %s and %s alike; say which with --kind", source,
                   best->name, second->name);
        return NULL;
    }
    *score = best_score;
    return best;
}
