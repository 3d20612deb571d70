//  csv_fuzz.c: any bytes as CSV: the fast tokenizer reads what the plain one reads (and libcsv, where the two
//  have the same language), and cutting changes nothing.
#include "test/support/inputs/csv_agreement.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

//  The first byte picks delimiter and step, the second the rest of the dialect.
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static const char DELIMITERS[] = {',', ';', '\t', '|'};
    static const size_t COLUMNS[] = {3, 2, 1, 5}, MOST[] = {0, 8, 24, 1};
    if (n < 2 || n > 4096)
        return 0;
    struct dialect dialect = {
        .delimiter = DELIMITERS[data[0] & 3],
        .escape = data[1] & 1 ? '\\' : 0,
        .name_count = COLUMNS[data[1] >> 1 & 3],
        .record_bytes = MOST[data[1] >> 3 & 3],
    };
    const char *what = csv_agreement_of_tokenizers (&dialect, (const char *) data + 2, n - 2);
    if (!what)
        what = csv_agreement_of_cuts (&dialect, (const char *) data + 2, n - 2, 1 + (data[0] >> 2));
    if (what) {
        fprintf (stderr, "csv_fuzz: %s\n", what);
        abort ();
    }
    return 0;
}
