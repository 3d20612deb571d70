//  utf8_test.c: every code point is one sequence, everything else is none, and what may be shown of it.
#include "messages/text/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

static size_t s_encode (uint32_t code, char out[5])
{
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char LEAD[] = {0, 0, 0xc0, 0xe0, 0xf0};
    memset (out, 0, 5);
    for (size_t i = n; i-- > 1; code >>= 6)
        out[i] = (char) (0x80 | (code & 0x3f));
    out[0] = (char) (LEAD[n] | code);
    return n;
}

Test (utf8, every_code_point_but_surrogates_is_one_sequence)
{
    char text[5];
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        size_t n = s_encode (code, text);
        bool surrogate = code >= 0xd800 && code < 0xe000;
        cr_assert_eq (utf8_sequence (text, n), surrogate ? 0 : n, "%x", code);
        cr_assert (surrogate || utf8_code (text, n) == code, "%x", code);
        for (size_t cut = 1; cut < n && !surrogate; cut++) {
            cr_assert_eq (utf8_sequence (text, cut), 0, "%x", code);
            cr_assert (utf8_is_begin (text, cut), "%x", code);
        }
        cr_assert (surrogate || !utf8_is_begin (text, n), "%x", code);
    }
}

Test (utf8, what_is_overlong_beyond_or_out_of_place_is_none)
{
    static const char *const WRONG[] = {"\x80",
                                        "\xbf",
                                        "\xc0\xaf",
                                        "\xc1\xbf",
                                        "\xe0\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5\x80",
                                        "\xff",
                                        "\xc3(",
                                        "\xe2\x82(",
                                        "\xf0\x9f\x98("};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_expect_eq (utf8_sequence (WRONG[i], strlen (WRONG[i])), 0, "%zu", i);
        cr_expect_eq (utf8_bytes (WRONG[i]), 0, "%zu", i);
        cr_expect (!utf8_is_begin (WRONG[i], strlen (WRONG[i])), "%zu", i);
    }
}

Test (utf8, what_moves_a_terminal_turns_its_text_or_is_not_seen_is_escaped)
{
    static const char *const HIDDEN[] = {"\x1b",         "\n",           "\x7f",         "\xc2\x9b",
                                         "\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
                                         "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6",
                                         "\xe2\x81\xa9", "\xff",         "\xc2\x85",     "\xc2\xad",
                                         "\xe2\x80\x8b", "\xe2\x80\x8d", "\xef\xbb\xbf", "\xf3\xa0\x81\x81"};
    static const char *const ESCAPES[] = {"\\u001b", "\\u000a", "\\u007f", "\\u009b", "\\u061c",
                                          "\\u200e", "\\u200f", "\\u2028", "\\u2029", "\\u202a",
                                          "\\u202e", "\\u2066", "\\u2069", "\\xff",   "\\u0085",
                                          "\\u00ad", "\\u200b", "\\u200d", "\\ufeff", "\\udb40\\udc41"};
    static const char *const SHOWN[] = {"a", "ä", "\xc2\xa0", "漢", "\xe2\x80\xaf", "א", "😀"};
    char out[32];
    for (size_t i = 0; i < sizeof HIDDEN / sizeof *HIDDEN; i++) {
        cr_expect_eq (utf8_shown (HIDDEN[i]), 0, "%zu", i);
        cr_expect_eq (utf8_escape (HIDDEN[i], out, sizeof out), strlen (ESCAPES[i]), "%zu", i);
        cr_expect_str_eq (out, ESCAPES[i], "%zu", i);
    }
    for (size_t i = 0; i < sizeof SHOWN / sizeof *SHOWN; i++) {
        cr_expect_eq (utf8_shown (SHOWN[i]), strlen (SHOWN[i]), "%zu", i);
        utf8_escape (SHOWN[i], out, sizeof out);
        cr_expect_str_eq (out, SHOWN[i]);
    }
}

Test (utf8, a_copy_stays_in_its_room_and_cuts_between_characters)
{
    char out[16];
    for (size_t size = 1; size <= sizeof out; size++) {
        memset (out, 'x', sizeof out);
        size_t n = utf8_escape ("ääääääää", out, size);
        cr_assert_lt (n, size);
        cr_assert_eq (n % 2, 0);
        cr_assert_eq (out[n], 0);
        for (size_t i = size; i < sizeof out; i++)
            cr_assert_eq (out[i], 'x');
    }
}
