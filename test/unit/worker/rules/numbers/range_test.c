//  range_test.c: reference ranges in one column, as laboratories write them.
#include "worker/rules/numbers/range.h"

#include <criterion/criterion.h>

static void s_expect (const char *in, const char *unit, const char *low, const char *high)
{
    struct range range;
    bool read = range_read (text_of (in), text_of (unit), DECIMAL_POINT, SEX_UNKNOWN, &range);
    read = read && !range.lone && range.unit_n == 0;
    cr_assert_eq (read, low || high, "“%s”", in);
    if (!read)
        return;
    cr_expect_eq (range.has_low, low != NULL, "“%s”", in);
    cr_expect_eq (range.has_high, high != NULL, "“%s”", in);
    if (low)
        cr_expect (text_equal ((struct text){range.low.digits, range.low.n}, text_of (low)), "“%s”: %.*s", in,
                   (int) range.low.n, range.low.digits);
    if (high)
        cr_expect (text_equal ((struct text){range.high.digits, range.high.n}, text_of (high)), "“%s”: %.*s",
                   in, (int) range.high.n, range.high.digits);
}

static const struct {
    const char *in, *unit, *low, *high;    //  NULL: no such end
} ROWS[] = {{"3.5-5.1", "", "3.5", "5.1"},
            {"3.5 - 5.1", "", "3.5", "5.1"},
            {"3,5 – 5,1", "", "3.5", "5.1"},
            {"135—145", "", "135", "145"},
            {"3.5−5.1", "", "3.5", "5.1"},
            {"3.50 to 5.10", "", "3.50", "5.10"},
            {"135 TO 145", "", "135", "145"},
            {"3,5 bis 5,1", "", "3.5", "5.1"},
            {"70~99", "", "70", "99"},
            {"70..99", "", "70", "99"},
            {"(70-99)", "", "70", "99"},
            {"[70 - 99]", "", "70", "99"},
            {"4,000-10,000", "", "4000", "10000"},
            {"150 000 - 400 000", "", "150000", "400000"},
            {"-2 - 2", "", "-2", "2"},
            {"-3--1", "", "-3", "-1"},
            {"-2.0-+2.0", "", "-2.0", "2.0"},
            {".5-1.5", "", "0.5", "1.5"},
            {"0-0.04", "", "0", "0.04"},
            {"3.5-5.1 mmol/L", "mmol/L", "3.5", "5.1"},
            {"(3.5-5.1) mmol/L", "mmol/L", "3.5", "5.1"},
            {"(3.5-5.1 mmol/L)", "mmol/L", "3.5", "5.1"},
            {"4.0-5.6%", "%", "4.0", "5.6"},
            {"<5.0 ng/mL", "ng/mL", NULL, "5.0"},
            {"5.1-3.5", "", "5.1", "3.5"},    //  upside down is another rule's business
            {"<5.0", "", NULL, "5.0"},
            {"< 5.0", "", NULL, "5.0"},
            {"<=5", "", NULL, "5"},
            {"=<5", "", NULL, "5"},
            {"≤5", "", NULL, "5"},
            {"< OR = 5.0", "", NULL, "5.0"},
            {"<OR= 130", "", NULL, "130"},
            {"up to 40", "", NULL, "40"},
            {"Upto 40", "", NULL, "40"},
            {"Less than 150", "", NULL, "150"},
            {"bis 5,0", "", NULL, "5.0"},
            {"(<5)", "", NULL, "5"},
            {"> 40", "", "40", NULL},
            {">=60", "", "60", NULL},
            {"≥ 60", "", "60", NULL},
            {"> OR = 40", "", "40", NULL},
            {">59 mL/min/1.73", "mL/min/1.73", "59", NULL},
            {"greater than 60", "", "60", NULL},
            {"At least 3", "", "3", NULL},
            {"1e-3-1e-2", "", "0.001", "0.01"},
            //  not a range
            {"", "", NULL, NULL},
            {"-", "", NULL, NULL},
            {"()", "", NULL, NULL},
            {"5.0", "", NULL, NULL},
            {"-5.0", "", NULL, NULL},
            {"Negative", "", NULL, NULL},
            {"See note", "", NULL, NULL},
            {"<1:40", "", NULL, NULL},
            {"1:40-1:80", "", NULL, NULL},
            {"2020-01-02", "", NULL, NULL},
            {"3.5-", "", NULL, NULL},
            {"3.5 - 5.1 mmol/L", "", NULL, NULL},    //  of which unit nobody said
            {"3.5-5.1 mmol/L", "mg/dL", NULL, NULL},
            {"3.5-<5.1", "", NULL, NULL},
            {"M: 13-17, F: 12-15", "", NULL, NULL},
            {"13-17 (M)", "", NULL, NULL},
            {"up to date", "", NULL, NULL},
            {"mmol/L", "mmol/L", NULL, NULL},
            {"<", "", NULL, NULL}};

Test (range, is_read_as_laboratories_write_it)
{
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        s_expect (ROWS[i].in, ROWS[i].unit, ROWS[i].low, ROWS[i].high);
}

Test (range, of_any_length_ends)
{
    char text[4096];
    struct range range;
    memset (text, '-', sizeof text);
    for (size_t n = 0; n < sizeof text; n += 7)
        cr_expect_not (range_read ((struct text){text, n}, TEXT (""), DECIMAL_POINT, SEX_UNKNOWN, &range));
}
