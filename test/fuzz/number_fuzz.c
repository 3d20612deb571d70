//  number_fuzz.c: any bytes as a number. What comes out is a plain decimal that reads back as it stands, and
//  its value written with enough digits has the same value again.
#include "../../worker/rules/number.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { EXACT_DIGITS = 17 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    struct text in = {(const char *) data, size};
    struct number once, twice;
    if (number_read (in, &once) == RULE_NUMBER_INVALID)
        return 0;
    struct text digits = {once.digits, once.n};
    if (once.n == 0 || once.n > NUMBER_BYTES || once.significant == 0 ||
        strlen (once.comparator) >= COMPARATOR_BYTES)
        abort ();
    if (number_read (digits, &twice) != RULE_NONE ||
        !text_equal (digits, (struct text){twice.digits, twice.n}) || twice.comparator[0])
        abort ();
    double value = number_value (once.digits, once.n);
    if (!isfinite (value))
        abort ();
    char out[NUMBER_BYTES];
    for (unsigned significant = 1; significant <= EXACT_DIGITS; significant++) {
        size_t n = number_write (value, significant, out);
        if (n > NUMBER_BYTES || (n && number_read ((struct text){out, n}, &twice) != RULE_NONE))
            abort ();
        if (n && significant == EXACT_DIGITS && number_value (out, n) != value)
            abort ();
    }
    return 0;
}
