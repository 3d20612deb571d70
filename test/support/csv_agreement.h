//  csv_agreement.h: for tests and the fuzzer: the two CSV tokenizers read the same, and a file cut anywhere
//  reads the same.
#ifndef DMH_TEST_SUPPORT_CSV_AGREEMENT_H
#define DMH_TEST_SUPPORT_CSV_AGREEMENT_H

#include <stddef.h>
#include <stdint.h>

//  NULL when csv_rows and csv_reference agree field by field (spaces at the ends aside) on n bytes; else what
//  differs.
const char *csv_agreement_of_tokenizers (const char *bytes, size_t n, char delimiter);

//  NULL when cutting off whole records at every step of `step` bytes gives the records of the whole; else
//  what differs.
const char *csv_agreement_of_cuts (const char *bytes, size_t n, char delimiter, size_t step);

#endif
