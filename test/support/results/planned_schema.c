//  planned_schema.c: see planned_schema.h.
#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>
#include <string.h>

#include "worker/rules/binding/binder.h"
#include "worker/rules/schema/read/read.h"

enum { COLUMNS_MAX = 32 };

//  2026-11-23, so that the future begins on the 24th.
static const int64_t NOW_MS = 1795392000000;

void planned_schema_make (struct planned_schema *self, const char *schema, const char *header)
{
    struct error error = {.code = DMH_OK};
    struct text names[COLUMNS_MAX];
    size_t count = 0;
    for (const char *at = header; *at; count++) {
        size_t n = strcspn (at, ",");
        cr_assert_lt (count, COLUMNS_MAX);
        names[count] = (struct text){at, n};
        at += n + (at[n] == ',');
    }
    self->base = catalog_new (NULL, &error);
    schema_t *read = schema_read (schema, strlen (schema), "schema.json", &error);
    cr_assert (self->base && read, "%s", error.text);
    self->schema = read;
    self->catalog = catalog_with (self->base, read);
    self->binding = binding_new (self->catalog, names, count, read->name, NULL, "input.csv", &error);
    cr_assert_not_null (self->binding, "%s", error.text);
    plan_make (&self->plan, self->binding, catalog_units (self->catalog), DATE_ORDER_MDY, NOW_MS);
}

void planned_schema_drop (struct planned_schema *self)
{
    binding_destroy (&self->binding);
    catalog_destroy ((catalog_t **) &self->catalog);
    catalog_destroy (&self->base);
}
