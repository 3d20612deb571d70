//  kind.h: which kind of record a header belongs to.
#ifndef DMH_WORKER_RULES_BINDING_KIND_H
#define DMH_WORKER_RULES_BINDING_KIND_H

#include "worker/rules/binding/match.h"
#include "worker/rules/schema/catalog.h"

//  Finds the kind called `wanted`, or with NULL the one that the header answers best, and how it answers:
//  *out, with every field that its records need fed. DMH_OK, or DMH_BAD_INPUT with `error` set: unknown kind,
//  none fits, two fit alike, a needed field has no column, the mapping is wrong. A message shows names of
//  columns only where the first line is a header for sure: it might be a patient.
int kind_find (struct match *out, const catalog_t *catalog, const header_t *header, const char *wanted,
               const mapping_t *mapping, const char *source, struct error *error);

#endif
