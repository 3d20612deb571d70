//  test_range.h: what the table of units says of tests: between which values a result is plausible.
#ifndef DMH_WORKER_INSPECT_TEST_RANGE_H
#define DMH_WORKER_INSPECT_TEST_RANGE_H

#include <stdbool.h>

#include "messages/base/error.h"

typedef struct test_ranges test_ranges_t;

//  Reads the table. NULL with `error` set.
test_ranges_t *test_ranges_new (struct error *error);
void test_ranges_destroy (test_ranges_t **self_p);

//  The plausible range of the test with that LOINC code, in `unit` (UCUM). false: the table has none for it,
//  or no way into that unit; *low and *high are left alone.
bool test_ranges_find (const test_ranges_t *self, const char *loinc, const char *unit, double *low,
                       double *high);

#endif
