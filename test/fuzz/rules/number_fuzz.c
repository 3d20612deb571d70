//  number_fuzz.c: any bytes as a number, and as a reference range. What comes out is a plain decimal that
//  reads back as it stands, and its value written with enough digits has the same value again; a range
//  written plainly is the same range.
#include "worker/rules/numbers/range.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { EXACT_DIGITS = 17 };

static bool s_same (const struct number *a, const struct number *b)
{
    return text_equal ((struct text){a->digits, a->n}, (struct text){b->digits, b->n});
}

static bool s_is_plain (const struct number *number)
{
    return number_is_decimal ((struct text){number->digits, number->n});
}

static void s_range (struct text in, enum decimal_mark mark, enum sex sex)
{
    struct range once, twice;
    if (!range_read (in, TEXT ("mg/dL"), mark, sex, &once))
        return;
    if (once.unit_n > RANGE_UNIT_BYTES ||
        (once.lone && (once.has_low || once.has_high || !s_is_plain (&once.high))))
        abort ();
    if (once.lone)
        return;
    if ((!once.has_low && !once.has_high) || (once.has_low && !s_is_plain (&once.low)) ||
        (once.has_high && !s_is_plain (&once.high)))
        abort ();
    char text[2 * NUMBER_BYTES + 4];
    const char *sign = once.has_low && once.has_high ? "-" : once.has_low ? ">" : "<";
    size_t low = once.has_low ? once.low.n : 0, high = once.has_high ? once.high.n : 0, n = 0;
    if (low && high)
        memcpy (text, once.low.digits, n = low);
    text[n++] = *sign;
    const struct number *last = high ? &once.high : &once.low;
    memcpy (text + n, last->digits, last->n);
    n += last->n;
    //  Two long numbers are more than a range may be.
    if (!range_read ((struct text){text, n}, TEXT (""), DECIMAL_POINT, SEX_UNKNOWN, &twice)) {
        if (n <= NUMBER_BYTES)
            abort ();
        return;
    }
    if (twice.has_low != once.has_low || twice.has_high != once.has_high ||
        (low && !s_same (&once.low, &twice.low)) || (high && !s_same (&once.high, &twice.high)))
        abort ();
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    struct text in = {(const char *) data, size};
    struct number once, twice;
    enum decimal_mark mark = size % 2 ? DECIMAL_COMMA : DECIMAL_POINT;
    s_range (in, mark, (enum sex) (size % 3));
    if (number_read (in, mark, &once) == RULE_NUMBER_INVALID)
        return 0;
    struct text digits = {once.digits, once.n};
    if (once.n == 0 || once.n > NUMBER_BYTES || once.significant == 0 ||
        strlen (once.comparator) >= COMPARATOR_BYTES)
        abort ();
    if (number_read (digits, DECIMAL_POINT, &twice) != RULE_NONE ||
        !text_equal (digits, (struct text){twice.digits, twice.n}) || twice.comparator[0])
        abort ();
    //  What is plain stays, unless the column's comma makes a group of its point.
    bool stays = mark == DECIMAL_POINT || once.evidence != DECIMAL_EVIDENCE_AMBIGUOUS;
    if (!s_is_plain (&once) || (stays && number_is_decimal (in) && !text_equal (in, digits)))
        abort ();
    double value = number_value (once.digits, once.n);
    if (!isfinite (value))
        abort ();
    char out[NUMBER_BYTES];
    for (unsigned significant = 1; significant <= EXACT_DIGITS; significant++) {
        size_t n = number_write (value, significant, out);
        if (n > NUMBER_BYTES ||
            (n && number_read ((struct text){out, n}, DECIMAL_POINT, &twice) != RULE_NONE))
            abort ();
        if (n && !number_is_decimal ((struct text){out, n}))
            abort ();
        if (n && significant == EXACT_DIGITS && number_value (out, n) != value)
            abort ();
    }
    return 0;
}
