//  broken.h: how much goes with a record whose quoted field is not closed as it has to be. Pure; the reader
//  cuts by it and the tokenizer reads by it, so that both come to the same records.
#ifndef DMH_WORKER_FORMATS_CSV_BROKEN_H
#define DMH_WORKER_FORMATS_CSV_BROKEN_H

#include "worker/formats/csv/quoted.h"

enum { CSV_COLUMNS_UNKNOWN = COLUMNS_MAX + 1 };    //  there is no header yet

//  `in` begins with the quote that opens the field, `wrong` is how far it could be read (CSV_QUOTED_WRONG's
//  end; in.n where the file ends in it). *end receives where the record's text ends: with the line on which
//  the quote stands, and those behind it that begin before `wrong` and are the rest of a torn record, having
//  another number of fields than `columns`. It goes no further than the first that has that number, or that
//  a quote leads out of: reading goes on there. CSV_COLUMNS_UNKNOWN: with its own line.
//  false: that cannot be told from these bytes, more come. `last`: none do.
bool csv_broken_end (struct text in, size_t wrong, bool last, const struct csv_quoting *quoting,
                     size_t columns, size_t *end);

#endif
