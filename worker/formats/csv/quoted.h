//  quoted.h: one quoted field byte by byte, as libcsv's lax mode reads it: doubled quotes, text after the
//  closing quote, spaces before the delimiter. Never allocates.
#ifndef DMH_WORKER_FORMATS_CSV_QUOTED_H
#define DMH_WORKER_FORMATS_CSV_QUOTED_H

#include "worker/text/text.h"

//  `in` begins with the opening quote. Returns the bytes up to the delimiter or line end that ends the field,
//  or in.n. *out is the value, in `scratch`, which has room for in.n bytes more.
size_t csv_quoted_take (struct text in, char delimiter, struct scratch *scratch, struct text *out);

enum csv_quoted {
    CSV_QUOTED_OPEN,       //  the closing quote is not among these bytes
    CSV_QUOTED_PENDING,    //  they end with a quote (and spaces) that closes the field if a delimiter or
                           //  nothing follows
    CSV_QUOTED_CLOSED      //  the field ends at *length
};

//  The same walk without a value, from quote to quote.
enum csv_quoted csv_quoted_end (struct text in, char delimiter, size_t *length);

#endif
