//  planned_schema.h: for tests: a plan by a schema of their own, as if a file with that header had been read.
#ifndef DMH_TEST_SUPPORT_PLANNED_SCHEMA_H
#define DMH_TEST_SUPPORT_PLANNED_SCHEMA_H

#include "worker/rules/binding/plan.h"
#include "worker/rules/schema/catalog.h"

struct planned_schema {
    catalog_t *base;
    const catalog_t *catalog;
    const schema_t *schema;
    binding_t *binding;
    struct plan plan;    //  of 23 November 2026, month first where no value tells
};

//  `header`: names with commas between them. At an address that stays.
void planned_schema_make (struct planned_schema *self, const char *schema, const char *header);
void planned_schema_drop (struct planned_schema *self);

#endif
