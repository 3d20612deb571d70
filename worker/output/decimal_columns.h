//  decimal_columns.h: the decimal mark of each column of numbers, by what all values of the input show. Pure
//  but for what it tells the audit.
#ifndef DMH_WORKER_OUTPUT_DECIMAL_COLUMNS_H
#define DMH_WORKER_OUTPUT_DECIMAL_COLUMNS_H

#include "worker/output/audit.h"
#include "worker/output/tally.h"
#include "worker/rules/binding/plan.h"

//  What the values of a field's column show. A measurement's value and limits are one column: they are
//  written alike.
struct decimal_votes decimal_column_votes (const struct plan *plan, const struct tally *tally, int field);

//  The mark that a field's values are read with, by the votes of `tally`. *assumed: nothing tells, and a
//  value could be read with either.
enum decimal_mark decimal_column_mark (const struct plan *plan, const struct tally *tally, int field,
                                       bool *assumed);

//  The same of all fields.
void decimal_columns_read (const struct plan *plan, const struct tally *tally,
                           enum decimal_mark marks[FIELDS_MAX]);

//  Whether the plan reads a column otherwise than its values tell.
bool decimal_columns_contradict (const struct plan *plan, const struct tally *tally);

//  Says of each column in tally and audit what was assumed, and where both marks are mixed.
void decimal_columns_judge (const struct plan *plan, struct tally *tally, audit_t *audit);

//  The mark of the measurement's value, or of the first column of numbers: report.json's decimal_mark. 0: the
//  input has none.
char decimal_columns_sign (const struct plan *plan);

#endif
