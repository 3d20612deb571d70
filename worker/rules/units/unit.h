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

//  The UCUM code for what a lab wrote. *out is borrowed from `in` or the table, or lies in `scratch` (as many
//  bytes as `in` has). RULE_NONE: already UCUM; RULE_UNIT_SPELLING: mapped; RULE_UNIT_AMBIGUOUS: mapped, but
//  it can be another unit for another test; RULE_UNIT_INVALID: unknown, *out is `in`. `in` is trimmed and not
//  empty. Hot path.
enum rule unit_standardize (const unit_table_t *self, struct text in, struct text *out,
                            struct scratch *scratch);

//  The same of the table's codes and spellings alone: of what stands behind a number not all that UCUM can
//  read is a unit. *out is borrowed from the table.
bool unit_of_table (const unit_table_t *self, struct text in, struct text *out);

//  Whether what a lab wrote has more than one reading: “G/L” is g/L, and 10*9/L where cells are counted.
bool unit_has_readings (const unit_table_t *self, struct text in);

//  One test of the table.
struct unit_test {
    struct text loinc;
    struct text canonical;    //  UCUM; n = 0: no conversion known
    double low, high;         //  plausible range in the canonical unit; NAN where none
    bool unitless;            //  a ratio, a pH, an INR: a value without a unit is in the canonical one
};

//  By LOINC code; NULL when the table has none. Borrowed. Hot path.
const struct unit_test *unit_test_find (const unit_table_t *self, struct text loinc);

//  The reading of what a lab wrote that the test's unit is nearest to: the same, or one that converts to it.
//  false: no reading does. *out is borrowed from the table.
bool unit_reading (const unit_table_t *self, const struct unit_test *test, struct text in, struct text *out);
//  The reading by a test's name or code that the table has no unit for (“Leukozyten”, “pH”, another LOINC
//  code). false: it does not know that one, or has no reading of its own for it.
bool unit_reading_of (const unit_table_t *self, struct text name, struct text in, struct text *out);

//  How to get from `unit` (a UCUM code as unit_standardize gave it) to the test's canonical one:
//  canonical = value * factor + offset. true: *factor and *offset are set (1 and 0 when the unit is the
//  canonical one or an equal of it); false: no way known. Hot path.
bool unit_conversion (const unit_table_t *self, const struct unit_test *test, struct text unit,
                      double *factor, double *offset);

//  Whether `code` is well-formed UCUM of units that we know (terms, prefixes, exponents, annotations).
bool unit_is_ucum (struct text code);

#endif
