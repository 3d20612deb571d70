//  csv_plain.h: the language of csv/rows.h byte by byte, without any haste: what the fast tokenizer is
//  measured by on every input.
#ifndef DMH_TEST_SUPPORT_CSV_PLAIN_H
#define DMH_TEST_SUPPORT_CSV_PLAIN_H

#include "worker/formats/format.h"

//  Each record of n bytes, in order. Of `dialect` delimiter, escape, record_bytes and name_count count. The
//  row's texts live as long as the call.
void csv_plain_read (const struct dialect *dialect, const char *bytes, size_t n,
                     void (*record) (void *context, const struct row *row), void *context);

#endif
