//  test_range.c: see test_range.h.
#include "worker/inspect/test_range.h"

#include "worker/rules/schema/catalog.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct test_ranges {
    catalog_t *catalog;
};

test_ranges_t *test_ranges_new (struct error *error)
{
    test_ranges_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading the table of units");
        return NULL;
    }
    self->catalog = catalog_new (NULL, error);
    if (!self->catalog)
        test_ranges_destroy (&self);
    return self;
}

void test_ranges_destroy (test_ranges_t **self_p)
{
    test_ranges_t *self = *self_p;
    if (!self)
        return;
    catalog_destroy (&self->catalog);
    free (self);
    *self_p = NULL;
}

static struct text s_text (const char *text)
{
    return (struct text){text, strlen (text)};
}

bool test_ranges_find (const test_ranges_t *self, const char *loinc, const char *unit, double *low,
                       double *high)
{
    double factor = 1, offset = 0;
    const unit_table_t *units = catalog_units (self->catalog);
    const struct unit_test *test = unit_test_find (units, s_text (loinc));
    if (!test || !isfinite (test->low) || !isfinite (test->high))
        return false;
    bool same =
        test->canonical.n == strlen (unit) && memcmp (test->canonical.at, unit, test->canonical.n) == 0;
    if (!*unit && !test->unitless)
        return false;
    if (*unit && !same && !(unit_conversion (units, test, s_text (unit), &factor, &offset) && factor > 0))
        return false;
    *low = (test->low - offset) / factor;
    *high = (test->high - offset) / factor;
    return true;
}
