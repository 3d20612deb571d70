//  target_test.c: the first line of a request, taken apart.
#include "client/gateway/http/target.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test (target, a_path_and_a_query_are_decoded_once)
{
    struct target target;
    cr_assert_eq (
        target_read ("/api/v1/jobs/a%20b%2500?state=done&date-order=d%C3%A9&x&=y&a=b=c+d", &target, NULL),
        DMH_OK);
    cr_assert_eq (target.segment_count, 4);
    cr_assert_str_eq (target.segments[0], "api");
    cr_assert_str_eq (target.segments[3], "a b%00");
    cr_assert_eq (target.pair_count, 5);
    cr_assert_str_eq (target_value (&target, "state"), "done");
    cr_assert_str_eq (target_value (&target, "date_order"), "dé");
    cr_assert_str_eq (target_value (&target, "x"), "");
    cr_assert_str_eq (target_value (&target, "a"), "b=c d");
    cr_assert_null (target_value (&target, "stat"));
    target_clear (&target);
}

Test (target, the_root_and_an_absolute_form_are_paths)
{
    struct target target;
    cr_assert_eq (target_read ("/", &target, NULL), DMH_OK);
    cr_assert_eq (target.segment_count, 0);
    target_clear (&target);
    cr_assert_eq (target_read ("http://host:80/a?b=c", &target, NULL), DMH_OK);
    cr_assert_str_eq (target.segments[0], "a");
    cr_assert_str_eq (target_value (&target, "b"), "c");
    target_clear (&target);
}

Test (target, what_leads_elsewhere_or_is_no_text_is_refused)
{
    static const char *const WRONG[] = {"",
                                        "*",
                                        "a/b",
                                        "//",
                                        "/a//b",
                                        "/a/../b",
                                        "/./a",
                                        "/%2e%2e",
                                        "/a%2fb",
                                        "/a%",
                                        "/a%4",
                                        "/a%zz",
                                        "/a%00",
                                        "/%ff",
                                        "/a?b=%0",
                                        "/a?b=%00",
                                        "/a?%=c",
                                        "/a?b=\xff",
                                        "/1/2/3/4/5/6/7/8/9"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct target target;
        cr_assert_eq (target_read (WRONG[i], &target, NULL), DMH_MALFORMED, "%s", WRONG[i]);
        target_clear (&target);
    }
}

Test (target, what_is_too_long_or_of_too_many_pairs_is_refused)
{
    struct target target;
    char *text = calloc (1, TARGET_BYTES_MAX + 2);
    memset (text, '/', 1);
    memset (text + 1, 'a', TARGET_BYTES_MAX);
    cr_assert_eq (target_read (text, &target, NULL), DMH_TOO_LARGE);
    target_clear (&target);
    text[TARGET_BYTES_MAX] = 0;
    cr_assert_eq (target_read (text, &target, NULL), DMH_OK);
    target_clear (&target);
    strcpy (text, "/?");
    for (int i = 0; i < TARGET_PAIRS_MAX; i++)
        strcat (text, "a&");
    cr_assert_eq (target_read (text, &target, NULL), DMH_OK);
    cr_assert_eq (target.pair_count, TARGET_PAIRS_MAX);
    target_clear (&target);
    strcat (text, "a");
    cr_assert_eq (target_read (text, &target, NULL), DMH_MALFORMED);
    target_clear (&target);
    free (text);
}
