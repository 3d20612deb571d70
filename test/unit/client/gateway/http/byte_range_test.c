//  byte_range_test.c: ranges and entity tags, by RFC 9110, 13 and 14.
#include "client/gateway/http/byte_range.h"

#include <criterion/criterion.h>

static void s_expect (const char *range, uint64_t bytes, enum byte_range_kind kind, uint64_t first,
                      uint64_t count)
{
    uint64_t at = 0, n = 0;
    cr_assert_eq (byte_range_read (range, bytes, &at, &n), kind, "%s", range);
    if (kind == RANGE_PART) {
        cr_assert_eq (at, first, "%s", range);
        cr_assert_eq (n, count, "%s", range);
    }
}

Test (byte_range, is_a_part_the_whole_or_beyond_the_end)
{
    s_expect ("bytes=0-0", 10, RANGE_PART, 0, 1);
    s_expect ("bytes=9-", 10, RANGE_PART, 9, 1);
    s_expect ("bytes=5-99999999999999999999", 10, RANGE_WHOLE, 0, 0);
    s_expect ("bytes=5-18446744073709551615", 10, RANGE_PART, 5, 5);
    s_expect ("bytes=-10", 10, RANGE_PART, 0, 10);
    s_expect ("bytes=-11", 10, RANGE_PART, 0, 10);
    s_expect ("bytes=-0", 10, RANGE_NONE, 0, 0);
    s_expect ("bytes=-1", 0, RANGE_NONE, 0, 0);
    s_expect ("bytes=0-", 0, RANGE_NONE, 0, 0);
    s_expect ("bytes=10-", 10, RANGE_NONE, 0, 0);
    s_expect ("bytes=3-2", 10, RANGE_WHOLE, 0, 0);
    s_expect ("bytes=--2", 10, RANGE_WHOLE, 0, 0);
    s_expect ("bytes=1-2x", 10, RANGE_WHOLE, 0, 0);
    s_expect ("bytes=-", 10, RANGE_WHOLE, 0, 0);
    s_expect ("bytes=1-2, 4-5", 10, RANGE_WHOLE, 0, 0);
    s_expect (NULL, 10, RANGE_WHOLE, 0, 0);
}

Test (byte_range, a_tag_is_found_in_a_list_whole_and_strong_alone)
{
    cr_assert (byte_range_has_tag ("\"a\"", "\"a\""));
    cr_assert (byte_range_has_tag (" \"b\" ,\t\"a\" ", "\"a\""));
    cr_assert_not (byte_range_has_tag ("W/\"a\"", "\"a\""));
    cr_assert_not (byte_range_has_tag ("\"ab\"", "\"a\""));
    cr_assert_not (byte_range_has_tag ("", "\"a\""));
    cr_assert_not (byte_range_has_tag (NULL, "\"a\""));
}
