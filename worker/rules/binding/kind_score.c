//  kind_score.c: see kind_score.h.
#include "worker/rules/binding/kind_score.h"

#include "worker/rules/binding/columns/claim.h"

#include <stdio.h>
#include <stdlib.h>

static int s_compare (const void *a, const void *b)
{
    const struct kind_score *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return strcmp (x->match.schema->name, y->match.schema->name);
}

static void s_score (struct kind_score *self, const schema_t *schema, const header_t *header,
                     const mapping_t *mapping, const char *source)
{
    int rc = match_make (&self->match, schema, header, mapping, source, &self->error);
    self->match.schema = schema;
    if (rc == DMH_OK)
        self->error.code = DMH_OK;
    self->score = rc == DMH_OK && self->match.whole ? (double) self->match.weight / self->match.whole : 0;
}

int kind_scores (const catalog_t *catalog, const struct text *names, size_t count, const mapping_t *mapping,
                 const char *source, struct kind_score **out, size_t *scored, struct error *error)
{
    size_t kinds = catalog_size (catalog);
    struct kind_score *scores = calloc (kinds + 1, sizeof *scores);
    header_t *header = header_new (names, count, false);
    int rc = scores && header ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && mapping)
        rc = claim_columns (header, mapping, source, error);
    for (size_t k = 0; rc == DMH_OK && k < kinds; k++)
        s_score (&scores[k], catalog_at (catalog, k), header, mapping, source);
    header_destroy (&header);
    if (rc != DMH_OK) {
        free (scores);
        return rc;
    }
    qsort (scores, kinds, sizeof *scores, s_compare);
    *out = scores;
    *scored = kinds;
    return DMH_OK;
}

char *kind_score_reason (const struct kind_score *self, char *out, size_t size)
{
    const struct match *match = &self->match;
    if (self->error.code != DMH_OK)
        snprintf (out, size, "the mapping does not fit it");
    else if (match->lacking != FIELD_NONE)
        snprintf (out, size, "%zu of its %zu fields are fed; nothing feeds %s, which every record needs",
                  match->fed, match->schema->field_count, match->schema->fields[match->lacking].name);
    else
        snprintf (out, size, "%zu of its %zu fields are fed, with all that every record needs", match->fed,
                  match->schema->field_count);
    return out;
}
