//  catalog.h: the schemas that come with the program (built in from worker/schemas/*.json), those of a
//  folder, and the unit table. Immutable after loading; any thread may read it.
#ifndef DMH_WORKER_RULES_SCHEMA_CATALOG_H
#define DMH_WORKER_RULES_SCHEMA_CATALOG_H

#include "worker/rules/schema/schema.h"
#include "worker/rules/units/unit.h"

typedef struct catalog catalog_t;

//  `folder` (may be NULL): further *.json schema files, which win over built-in ones of the same name.
catalog_t *catalog_new (const char *folder, struct error *error);
void catalog_destroy (catalog_t **self_p);

//  The kinds of `base`, which has to outlive it, and `schema`, which it takes over (one of the same name
//  gives way). NULL when out of memory; the schema is gone then too.
catalog_t *catalog_with (const catalog_t *base, schema_t *schema);
size_t catalog_size (const catalog_t *self);
const schema_t *catalog_at (const catalog_t *self, size_t at);             //  by name; borrowed
const schema_t *catalog_find (const catalog_t *self, const char *name);    //  NULL when unknown
const unit_table_t *catalog_units (const catalog_t *self);

#endif
