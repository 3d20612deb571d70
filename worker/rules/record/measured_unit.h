//  measured_unit.h: the unit of a measurement in the light of its test: what a spelling of two meanings
//  means, and a unit that stands in the field of the value.
#ifndef DMH_WORKER_RULES_RECORD_MEASURED_UNIT_H
#define DMH_WORKER_RULES_RECORD_MEASURED_UNIT_H

#include "worker/rules/numbers/number.h"
#include "worker/rules/record/record.h"

//  Reads a unit that can be two, by the test (NULL: its code has none in the table) or the test's name. Where
//  nothing tells, the first reading and its warning stay.
void record_resolve_unit (struct record *self, const struct unit_test *test);

//  The unit of the table that the text spells, as the test reads it (NULL: none). *out is borrowed from the
//  table. false: the table has no such unit.
bool measured_unit_of (const unit_table_t *units, const struct unit_test *test, struct text in,
                       struct text *out);

//  Reads "5.4 mmol/L" and ">= 90 %" in the field of the number where the unit's field is empty, which it then
//  fills, or says the same. The rule of the number, or RULE_NUMBER_INVALID, *number untouched.
enum rule record_read_quantity (struct record *self, const struct unit_test *test, struct number *number);

#endif
