//  footer.h: texts that stand under the records of a table and are none: totals, counts of rows, numbers of
//  pages, who made it and when. Pure functions; whether a cell stands where a footer may is asked elsewhere
//  (non_record.h).
#ifndef DMH_WORKER_FORMATS_FOOTER_H
#define DMH_WORKER_FORMATS_FOOTER_H

#include "worker/text/text.h"

//  Marks in `begins` [256] with `what` the bytes that a footer's first cell may begin with, digits aside.
void footer_mark (unsigned char *begins, unsigned char what);

//  Whether the cell is a word for a total, with what is counted and its number perhaps: “Total records: 12”.
//  `alone`: the word alone will do, as the number may stand elsewhere. `any`: so will anything behind it.
bool footer_is_total (struct text cell, bool alone, bool any);

//  Whether the cell tells by itself that it is none of a record: “Page 2 of 3”, “-- end of report --”,
//  “(2 rows affected)”, “2 rows selected.”, “Generated on 2020-01-02”.
bool footer_is_remark (struct text cell);

#endif
