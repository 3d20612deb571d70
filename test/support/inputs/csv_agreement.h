//  csv_agreement.h: for tests and the fuzzer: the CSV tokenizers read the same, and a file cut anywhere reads
//  the same.
#ifndef DMH_TEST_SUPPORT_CSV_AGREEMENT_H
#define DMH_TEST_SUPPORT_CSV_AGREEMENT_H

#include "worker/formats/format.h"

//  NULL when csv_rows agrees on n bytes with csv_plain (records, lines, what is wrong, and fields, spaces at
//  the ends aside), and with libcsv where no quote is wrong and none is escaped; else what differs. Of
//  `dialect` delimiter, escape, record_bytes and name_count count.
const char *csv_agreement_of_tokenizers (const struct dialect *dialect, const char *bytes, size_t n);

//  NULL when cutting off whole records at every step of `step` bytes gives the records of the whole; else
//  what differs.
const char *csv_agreement_of_cuts (const struct dialect *dialect, const char *bytes, size_t n, size_t step);

#endif
