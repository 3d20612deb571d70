//  statistics_cells.h: what stands in a row of a table of statistics.json, as cells of a page. Nothing in the
//  file is trusted to be there, to be of its type, or to hide what it says it hides.
#ifndef DMH_CLIENT_REPORT_TASK_STATISTICS_CELLS_H
#define DMH_CLIENT_REPORT_TASK_STATISTICS_CELLS_H

#include "client/report/document/document.h"
#include "client/report/told.h"
#include "messages/json/value.h"

enum { STATISTICS_NUMBER_BYTES = 48 };

//  The member as a finite number. false: it is none.
bool statistics_number (const struct json_value *row, const char *key, double *out);
//  With four significant digits; "" where there is none. Returns out.
char *statistics_number_text (const struct json_value *row, const char *key,
                              char out[STATISTICS_NUMBER_BYTES]);

//  A count, which is a number or, where it was hidden, "<5" or "340-343". false: it is none.
bool statistics_told (const struct json_value *row, const char *key, bool values, struct told *out);

//  Cells of the document's table. An absent count, name or number is an empty cell.
void statistics_count_cell (document_t *document, const struct json_value *row, const char *key, bool values);
void statistics_number_cell (document_t *document, const struct json_value *row, const char *key);
//  "4.1 to 5.3"; a side that is not there reads "…".
void statistics_range_cell (document_t *document, const struct json_value *row, const char *low,
                            const char *high);
//  The test, by its name or else its code, and its unit.
void statistics_test_cells (document_t *document, const struct json_value *row);

#endif
