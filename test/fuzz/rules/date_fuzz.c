//  date_fuzz.c: any bytes as a date. The first byte picks the order and what a mapping says; what comes out
//  is stable when it goes in again, is no evidence, and equals itself.
#include "worker/rules/dates/date_compare.h"
#include "worker/rules/dates/date_form.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { TODAY = 20261123 };

typedef enum rule (*standardize_fn) (struct text, enum date_order, uint32_t, char *, size_t *,
                                     enum date_evidence *);

static void s_check (standardize_fn standardize, struct text in, enum date_order order)
{
    char once[DATE_BYTES], twice[DATE_BYTES];
    size_t n = 0, m = 0;
    enum date_evidence evidence;
    enum rule rule = standardize (in, order, TODAY, once, &n, &evidence);
    struct text out = {once, n};
    if (RULE[rule].sort == RULE_SORT_INVALID) {
        if (n || evidence != DATE_EVIDENCE_NONE)
            abort ();
        return;
    }
    if (n < 4 || n > DATE_BYTES || (rule == RULE_NONE) != text_equal (in, out))
        abort ();
    for (int other = DATE_ORDER_MDY; other <= DATE_ORDER_YMD; other++)
        if (standardize (out, (enum date_order) other, TODAY, twice, &m, &evidence) != RULE_NONE ||
            !text_equal (out, (struct text){twice, m}) || evidence != DATE_EVIDENCE_NONE)
            abort ();
    if (date_compare (out, out) != 0)
        abort ();
}

//  As a mapping says: what comes out is canonical.
static void s_check_form (struct date_form form, bool timed, struct text in, enum date_order order)
{
    char once[DATE_BYTES], twice[DATE_BYTES];
    size_t n = 0, m = 0;
    enum date_evidence evidence;
    enum rule rule = date_form_standardize (&form, timed, in, order, TODAY, once, &n, &evidence);
    if (RULE[rule].sort == RULE_SORT_INVALID)
        return;
    if (n < 4 || n > DATE_BYTES ||
        datetime_standardize ((struct text){once, n}, order, TODAY, twice, &m, &evidence) != RULE_NONE)
        abort ();
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct text in = {(const char *) data + 1, size - 1};
    enum date_order order = (enum date_order) (data[0] % 3);
    s_check (date_standardize, in, order);
    s_check (datetime_standardize, in, order);
    struct date_form form = {.number = (enum date_number) (data[0] / 3 % 5), .zone = "-05:30"};
    s_check_form (form, false, in, order);
    s_check_form (form, true, in, order);
    date_span_over (in, TEXT ("2021-03-04"), 120);
    date_compare (in, TEXT ("2021-03-04T10:15:30Z"));
    return 0;
}
