//  text_fuzz.c: any bytes as text. What comes out is stable when it goes in again and no longer than
//  three times what went in; names stay in their bounds.
#include "worker/text/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    enum { MOST = 4096, NAME_BYTES = 64 };
    if (size > MOST)
        return 0;
    char buffer[12 * MOST + 16], name[NAME_BYTES];
    struct scratch scratch = {buffer, 0, sizeof buffer};
    struct text in = {(const char *) data, size}, once, twice;
    enum rule rule = text_standardize (in, &once, &scratch);
    if (rule == RULE_TEXT_INVALID || once.n > 3 * size || (rule == RULE_NONE) != text_equal (in, once))
        abort ();
    if (text_standardize (once, &twice, &scratch) != RULE_NONE || !text_equal (once, twice))
        abort ();
    size_t n = text_snake (in, name, sizeof name);
    if (n == 0 || n >= sizeof name || name[n] != '\0' || text_fold (in, name, sizeof name) > sizeof name)
        abort ();
    return 0;
}
