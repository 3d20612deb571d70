//  unit.h: units of measure in UCUM, their usual spellings, and conversion to a test's canonical unit.
//  Standard: The Unified Code for Units of Measure (UCUM), case-sensitive codes. Immutable after loading; any
//  thread.
#ifndef DMH_WORKER_RULES_UNITS_UNIT_H
#define DMH_WORKER_RULES_UNITS_UNIT_H

#include "messages/base/error.h"
#include "worker/text/text.h"

typedef struct unit_table unit_table_t;

//  Reads the unit table (JSON, schemas/units.json: spellings; tests by LOINC code with canonical unit,
//  factors or molar mass, plausible range). NULL with `error` set. unit_table_destroy takes NULL.
unit_table_t *unit_table_new (const char *json, size_t n, struct error *error);
void unit_table_destroy (unit_table_t **self_p);

//  The UCUM code for what a lab wrote. *out is borrowed from `in` or the table. RULE_NONE: already UCUM;
//  RULE_UNIT_SPELLING: mapped; RULE_UNIT_INVALID: unknown, *out is `in`. `in` is trimmed and not empty. Hot
//  path.
enum rule unit_standardize (const unit_table_t *self, struct text in, struct text *out);

//  A second reading of what a lab wrote, for a test that the first one does not fit: “G/L” is g/L, and 10*9/L
//  where cells are counted. false: there is none. *out is borrowed from the table. Off the hot path.
bool unit_otherwise (const unit_table_t *self, struct text in, struct text *out);

//  One test of the table.
struct unit_test {
    struct text loinc;
    struct text canonical;    //  UCUM; n = 0: no conversion known
    double low, high;         //  plausible range in the canonical unit; NAN where none
    bool unitless;            //  a ratio, a pH, an INR: a value without a unit is in the canonical one
};

//  By LOINC code; NULL when the table has none. Borrowed. Hot path.
const struct unit_test *unit_test_find (const unit_table_t *self, struct text loinc);

//  How to get from `unit` (a UCUM code as unit_standardize gave it) to the test's canonical one:
//  canonical = value * factor + offset. true: *factor and *offset are set (1 and 0 when the unit is the
//  canonical one or an equal of it); false: no way known. Hot path.
bool unit_conversion (const unit_table_t *self, const struct unit_test *test, struct text unit,
                      double *factor, double *offset);

//  Whether `code` is well-formed UCUM of units that we know (terms, prefixes, exponents, annotations).
bool unit_is_ucum (struct text code);

#endif
