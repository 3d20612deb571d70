//  csv.c: the CSV format: its place in the table of formats.
#include "worker/formats/csv/rows.h"

#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/look.h"

const struct format FORMAT_CSV = {
    .name = "csv",
    .look = csv_look,
    .cut = csv_cut,
    .rows_new = csv_rows_new,
    .rows_destroy = csv_rows_destroy,
    .rows_begin = csv_rows_begin,
    .rows_next = csv_rows_next,
    .unknown = NULL,
};
