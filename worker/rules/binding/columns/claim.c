//  claim.c: see claim.h.
#include "worker/rules/binding/columns/claim.h"

#include "worker/text/nearest.h"

#include <stdio.h>
#include <stdlib.h>

//  A column that the mapping names and the file does not have.
static int s_no_column (const header_t *header, const mapping_t *mapping, const char *path,
                        const char *column, const char *source, struct error *error)
{
    char hint[NEAREST_HINT_BYTES];
    struct nearest nearest = nearest_begin (column);
    for (size_t c = 0; !header_looks_like_data (header) && c < header_count (header); c++)
        nearest_try (&nearest, header_name (header, c));
    return error_set (error, DMH_BAD_INPUT, "%s: %s: %s names the column “%.60s”, which is not there%s",
                      source, mapping->source, path, column, nearest_hint (nearest.found, hint));
}

//  Columns that the mapping speaks for are there, each once, and no name binds them any more. What is kept
//  may be looked up in tables as well.
int claim_columns (header_t *header, const mapping_t *mapping, const char *source, struct error *error)
{
    bool *taken = calloc (header_count (header) + 1, sizeof *taken);
    int rc = taken ? DMH_OK
                   : error_set (error, DMH_INTERNAL, "out of memory while binding the columns of %s", source);
    for (int keeps = 0; keeps < 2; keeps++)
        for (size_t m = 0; rc == DMH_OK && m < mapping->use_count; m++) {
            const struct mapping_use *use = &mapping->uses[m];
            if (use->keeps != keeps)
                continue;
            int column = header_find (header, use->column);
            if (column == HEADER_NONE)
                rc = s_no_column (header, mapping, use->path, use->column, source, error);
            else if (taken[column])
                rc = error_set (error, DMH_BAD_INPUT, "%s: %s: %s names the column “%.60s” twice; leave one",
                                source, mapping->source, use->path, use->column);
            else {
                header_claim (header, column);
                taken[column] = !keeps;
            }
        }
    free (taken);
    return rc;
}

int claim_not_content (const header_t *header, const mapping_t *mapping, size_t i, const char *source,
                       int *column, struct error *error)
{
    char path[sizeof "not_content." + 20];
    snprintf (path, sizeof path, "not_content.%zu", i);
    *column = header_find (header, mapping->not_content[i]);
    return *column == HEADER_NONE
               ? s_no_column (header, mapping, path, mapping->not_content[i], source, error)
               : DMH_OK;
}
