//  replace_test.c: one word of a sentence for another.
#include "messages/text/replace.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test (replace, the_first_one_is_replaced_and_what_does_not_fit_is_cut)
{
    enum { SIZE = 12 };
    static const char *const CASES[][4] = {
        {"a/tmp/b: no", "/tmp/b", "/b", "a/b: no"},
        {"x y x", "x", "long", "long y x"},
        {"x y x", "z", "long", "x y x"},
        {"x y x", "", "long", "x y x"},
        {"x rest", "x", "0123456789", "0123456789 "},
        {"x rest", "x", "0123456789abcdef", "0123456789a"},
        {"x", "x", "", ""},
        {"ab", "b", "c", "ac"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[SIZE];
        snprintf (text, sizeof text, "%s", CASES[i][0]);
        text_replace (text, sizeof text, CASES[i][1], CASES[i][2]);
        cr_expect_str_eq (text, CASES[i][3], "case %zu", i);
    }
}
