//  parts_fuzz.c: any bytes as CSV, or as JSON with an object a line: cut into parts they read as the whole.
#include "test/support/inputs/parts_agreement.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

//  The first byte picks the dialect, the second how it is cut, the third how it comes.
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static const char DELIMITERS[] = {',', ';', '\t', '|'};
    static const size_t COLUMNS[] = {3, 2, 1, 5}, MOST[] = {0, 8, 24, 1}, STEPS[] = {1, 5, 16, 64};
    char *names[] = {"a", "b", "c", "d", "e"};
    size_t name_bytes[] = {1, 1, 1, 1, 1};
    if (n < 3 || n > 4096)
        return 0;
    struct dialect dialect = {
        .format = data[0] & 128 ? &FORMAT_JSON : &FORMAT_CSV,
        .encoding = "UTF-8",
        .delimiter = DELIMITERS[data[0] & 3],
        .escape = data[0] & 4 ? '\\' : 0,
        .names = names,
        .name_bytes = name_bytes,
        .name_count = COLUMNS[data[0] >> 3 & 3],
        .record_bytes = MOST[data[0] >> 5 & 3],
        .data_line = 1 + (data[2] >> 6),
        .data_offset = data[2] >> 6,
    };
    struct parts_way way = {.part_bytes = (size_t) 1 << (data[1] & 7),
                            .step = STEPS[data[1] >> 3 & 3],
                            .piece = 1 + (data[2] & 7),
                            .block = 1 + (data[2] >> 3 & 7)};
    const char *what = parts_agreement (&dialect, (const char *) data + 3, n - 3, &way, NULL);
    if (what) {
        fprintf (stderr, "parts_fuzz: %s\n", what);
        abort ();
    }
    return 0;
}
