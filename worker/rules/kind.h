//  kind.h: which kind of record a header belongs to. Called by binding.c.
#ifndef DMH_KIND_H
#define DMH_KIND_H

#include "schema.h"

//  How strongly `name` is a name of the field: 0 its own, 1, 2 … the place of the alias, -1 not at all.
//  (binding.c)
int binding_strength (const struct field *field, struct text name);

//  How well the header answers a kind: 0 … 1; negative when a field that every record needs has no column.
double kind_score (const schema_t *schema, const struct text *names, size_t count);

//  The schema called `wanted`, or with NULL the one that the header fits best. NULL with `error` set
//  (DMH_BAD_INPUT): unknown kind, none fits, two fit alike. *score as kind_score has it.
const schema_t *kind_find (const catalog_t *catalog, const struct text *names, size_t count,
                           const char *wanted, const char *source, double *score, struct error *error);

#endif
