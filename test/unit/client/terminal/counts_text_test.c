//  counts_text_test.c: numbers with what is counted, in the singular and the plural.
#include "client/terminal/counts_text.h"
#include "messages/text/quantity.h"

#include <criterion/criterion.h>

Test (counts_text, one_is_singular_and_none_is_plural)
{
    char out[COUNTS_TEXT_BYTES];
    cr_expect_str_eq (counts_text (&(struct counts){.read = 0}, false, out),
                      "0 read, 0 written, 0 duplicates, 0 conflicts, 0 rejected");
    cr_expect_str_eq (counts_text (&(struct counts){4, 1, 1, 1, 1}, false, out),
                      "4 read, 1 written, 1 duplicate, 1 conflict, 1 rejected");
    cr_expect_str_eq (QUANTITY (0, "job"), "0 jobs");
    cr_expect_str_eq (QUANTITY (1, "job"), "1 job");
    cr_expect_str_eq (QUANTITY (2, "job"), "2 jobs");
}

Test (counts_text, large_numbers_are_grouped_for_people_alone)
{
    char out[COUNTS_TEXT_BYTES];
    const struct counts counts = {18446744073709551615ull, 1000, 999, 1234567, 12};
    cr_expect_str_eq (
        counts_text (&counts, true, out),
        "18,446,744,073,709,551,615 read, 1,000 written, 999 duplicates, 1,234,567 conflicts, 12 rejected");
    cr_expect_str_eq (
        counts_text (&counts, false, out),
        "18446744073709551615 read, 1000 written, 999 duplicates, 1234567 conflicts, 12 rejected");
}
