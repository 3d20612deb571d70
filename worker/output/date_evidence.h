//  date_evidence.h: what the values of all date columns together say of each: whether its day or its month
//  comes first, and whether it lies in the future as a whole. Pure.
#ifndef DMH_WORKER_OUTPUT_DATE_EVIDENCE_H
#define DMH_WORKER_OUTPUT_DATE_EVIDENCE_H

#include "worker/output/tally.h"
#include "worker/rules/binding/plan.h"

//  Why a column is read so.
enum date_order_by {
    DATE_ORDER_BY_VALUES,    //  those that can be read one way only
    DATE_ORDER_BY_USER,      //  the mapping or --date-order
    DATE_ORDER_BY_FILE,      //  its other columns of dates, else its decimal comma, or the language of its
                             //  header
    DATE_ORDER_ASSUMED
};

//  How a pass reads a column.
struct date_reading {
    enum date_order order;
    enum date_order_by by;
    bool future;    //  most of its values lie in the future: said once, not for each
};

//  Decides for each of the plan's date columns; readings [FIELDS_MAX], of the others nothing.
void date_evidence_decide (const struct tally *tally, const struct plan *plan,
                           struct date_reading readings[FIELDS_MAX]);

//  Whether the plan reads its columns otherwise.
bool date_evidence_contradicts (const struct plan *plan, const struct date_reading readings[FIELDS_MAX]);

//  Whether what there is of a pass is enough to begin it anew: a column shows an order that the plan did not
//  assume, with nothing for the assumed one, or lies in the future.
bool date_evidence_is_clear (const struct tally *tally, const struct plan *plan);

#endif
