//  csv.c: the CSV format: its place in the table of formats.
#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/rows.h"
#include "worker/formats/csv/sniff.h"

//  What no other format knows is CSV: its sniffing says what is wrong with it.
static bool s_matches (const char *bytes, size_t n)
{
    (void) bytes;
    (void) n;
    return true;
}

const struct format FORMAT_CSV = {
    .name = "csv",
    .matches = s_matches,
    .sniff = csv_sniff,
    .cut = csv_cut,
    .rows_new = csv_rows_new,
    .rows_destroy = csv_rows_destroy,
    .rows_begin = csv_rows_begin,
    .rows_next = csv_rows_next,
    .unknown = NULL,
};
