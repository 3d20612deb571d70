//  correlation_test.c: by which id a request is found. The first traceparent is that of the W3C's text.
#include "client/gateway/http/correlation.h"

#include <criterion/criterion.h>
#include <string.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"

Test (correlation, is_that_of_a_right_traceparent_before_any_other)
{
    char out[CORRELATION_BYTES];
    correlation_of ("00-" TRACE "-00f067aa0ba902b7-01", "given", out);
    cr_assert_str_eq (out, TRACE);
    correlation_of ("01-" TRACE "-00f067aa0ba902b7-01-more", NULL, out);
    cr_assert_str_eq (out, TRACE);
    static const char *const WRONG[] = {
        "00-" TRACE "-00f067aa0ba902b7-01-more",
        "ff-" TRACE "-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-" TRACE "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-" TRACE "-00f067aa0ba902b7",
        "",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        correlation_of (WRONG[i], "0123456789abcdef0123456789abcdef", out);
        cr_assert_str_eq (out, "0123456789abcdef0123456789abcdef", "%s", WRONG[i]);
    }
}

//  SHA-256 of "abc" begins so (FIPS 180-4).
Test (correlation, is_a_uuid_without_hyphens_or_the_digest_of_another_text_or_new)
{
    char out[CORRELATION_BYTES], other[CORRELATION_BYTES];
    correlation_of (NULL, "123E4567-E89B-12D3-A456-426614174000", out);
    cr_assert_str_eq (out, "123e4567e89b12d3a456426614174000");
    correlation_of (NULL, "abc", out);
    cr_assert_str_eq (out, "ba7816bf8f01cfea414140de5dae2223");
    correlation_of (NULL, "0123456789abcdef0123456789abcdef0", out);
    cr_assert_str_neq (out, "0123456789abcdef0123456789abcdef");
    correlation_of (NULL, NULL, out);
    correlation_of (NULL, "", other);
    cr_assert_eq (strspn (out, "0123456789abcdef"), 32);
    cr_assert_str_neq (out, other);
}
