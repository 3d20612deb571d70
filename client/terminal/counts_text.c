//  counts_text.c: see counts_text.h.
#include "client/terminal/counts_text.h"

#include <stdio.h>

char *grouped_number (uint64_t number, char out[GROUPED_BYTES])
{
    char digits[24];
    size_t n = (size_t) snprintf (digits, sizeof digits, "%llu", (unsigned long long) number), used = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = 0;
    return out;
}

char *counts_text (const struct counts *counts, bool grouped, char out[COUNTS_TEXT_BYTES])
{
    const uint64_t numbers[] = {counts->read, counts->written, counts->duplicates, counts->conflicts,
                                counts->rejected};
    char texts[sizeof numbers / sizeof *numbers][GROUPED_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (grouped)
            grouped_number (numbers[i], texts[i]);
        else
            snprintf (texts[i], GROUPED_BYTES, "%llu", (unsigned long long) numbers[i]);
    snprintf (out, COUNTS_TEXT_BYTES, "%s read, %s written, %s duplicate%s, %s conflict%s, %s rejected",
              texts[0], texts[1], texts[2], counts->duplicates == 1 ? "" : "s", texts[3],
              counts->conflicts == 1 ? "" : "s", texts[4]);
    return out;
}
