//  csv_fuzz.c: any bytes as CSV: the fast tokenizer reads what libcsv reads, and cutting changes nothing.
#include "test/support/csv_agreement.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

//  The first byte picks delimiter and step.
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static const char DELIMITERS[] = {',', ';', '\t', '|'};
    if (n == 0 || n > 4096)
        return 0;
    char delimiter = DELIMITERS[data[0] & 3];
    const char *what = csv_agreement_of_tokenizers ((const char *) data + 1, n - 1, delimiter);
    if (!what)
        what = csv_agreement_of_cuts ((const char *) data + 1, n - 1, delimiter, 1 + (data[0] >> 2));
    if (what) {
        fprintf (stderr, "csv_fuzz: %s\n", what);
        abort ();
    }
    return 0;
}
