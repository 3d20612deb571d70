//  number_cell_test.c: a double is the nearest to the digits, and is said to show them exactly where it does.
#include "worker/output/records/number_cell.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

Test (number_cell, is_the_nearest_double_and_says_whether_its_digits_are_shown)
{
    static const struct {
        const char *text;
        double number;
        bool exact;
    } CASES[] = {
        {"5", 5, true},
        {"5.1", 5.1, true},
        {"0.5", 0.5, true},
        {"-0.25", -0.25, true},
        {"0", 0, true},
        {"100", 100, true},
        {"0.00001", 1e-5, true},
        {"5.10", 5.1, false},    //  zeros that nobody sees
        {"5.0", 5, false},
        {"98.00", 98, false},
        {"007", 7, false},
        {"00.5", 0.5, false},
        {".5", 0.5, false},
        {"5.", 5, false},
        {"-0", 0, false},
        {"999999999999999", 999999999999999, true},
        {"123456789012345678", 123456789012345678.0, false},    //  beyond the digits of a double
        {"0.1000000000000000055511151231257827", 0.1, false},
        {"42.36877442769006", 42.36877442769006, true},    //  16 digits, none to spare
        {"41.650023464918554", 41.650023464918554, true},
        {"0.10000000000000001", 0.1, false},               //  which 0.1 is, too
        {"1234567890123456", 1234567890123456.0, true},    //  16 digits, no fraction
        {"9007199254740993", 9007199254740992.0, false},
        {"1e5", 1e5, false},
        {"99999999999999999999999999999999999999999999999999999999999999999999999999999999", 1e80, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool exact;
        double number = number_cell (text_of (CASES[i].text), &exact);
        cr_expect_eq (number, CASES[i].number, "%s is %.17g", CASES[i].text, number);
        cr_expect_eq (exact, CASES[i].exact, "%s", CASES[i].text);
    }
}

//  Any plain decimal is read as strtod reads it.
Test (number_cell, agrees_with_strtod)
{
    char text[40];
    for (unsigned i = 0; i < 20000; i++) {
        unsigned long long mixed = (i + 1) * 0x9e3779b97f4a7c15u;
        snprintf (text, sizeof text, "%s%llu.%0*llu", mixed & 1 ? "-" : "", mixed % 100000,
                  (int) (i % 12) + 1, (mixed >> 20) % 1000);
        bool exact;
        double number = number_cell (text_of (text), &exact), other = strtod (text, NULL);
        cr_assert_eq (number, other, "%s is %.17g and not %.17g", text, number, other);
        if (!exact)
            continue;
        char shown[400];
        int decimals = -1;
        do
            snprintf (shown, sizeof shown, "%.*f", ++decimals, number);
        while (strtod (shown, NULL) != number);
        cr_assert_str_eq (shown, text);
    }
}
