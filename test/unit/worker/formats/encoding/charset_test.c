//  charset_test.c: in which encoding a file is, and its bytes as UTF-8.
#include "worker/formats/encoding/charset.h"

#include "worker/formats/encoding/sample.h"

#include <criterion/criterion.h>

Test (charset, an_encoding_is_told_from_the_bytes_of_the_whole_file)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum charset charset;
    } CASES[] = {
        {"a,b\n1,2\n", 8, CHARSET_UTF_8},
        {"a\n\xc3\xa9\n", 5, CHARSET_UTF_8},
        {"a\n\xe9t\xe9\n", 6, CHARSET_LATIN_1},
        {"a\n\xe9 \x93q\x94\n", 8, CHARSET_WINDOWS_1252},
        {"a\n\xe9 \x81\n", 6, CHARSET_UTF_8},        //  81 is no character of windows-1252
        {"a\n\xc3\xa9 \xff\n", 7, CHARSET_UTF_8},    //  UTF-8 with damage
        {"\xff\xfe"
         "a\0",
         4, CHARSET_UTF_16LE},
        {"\xfe\xff\0a", 4, CHARSET_UTF_16BE},
        {"a\0,\0b\0\n\0"
         "1\0,\0",
         12, CHARSET_UTF_16LE},
        {"\0a\0,\0b\0\n\0"
         "1\0,",
         12, CHARSET_UTF_16BE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error;
        enum charset charset;
        bool surveyed;
        cr_assert_eq (
            sample_charset (CASES[i].bytes, CASES[i].n, true, "", "it", &charset, &surveyed, &error), DMH_OK);
        cr_expect_eq (charset, CASES[i].charset, "case %zu is %s", i, charset_name (charset));
    }
}

Test (charset, one_accident_among_many_letters_does_not_make_it_utf_8)
{
    //  “É’” of windows-1252 is C9 92, which UTF-8 has too.
    char bytes[1024] = "caf\xc9\x92s ";
    struct census census = {.sequences = 0};
    memset (bytes + 8, 0xe9, 50);
    census_add (&census, bytes, 58, true);
    cr_expect_eq (census.sequences, 1);
    cr_expect_eq (census.strays, 50);
    cr_expect_eq (census_judge (&census), CHARSET_LATIN_1);
    census.strays = 49;
    cr_expect_eq (census_judge (&census), CHARSET_UTF_8);
}

Test (charset, each_encoding_becomes_utf_8_whatever_the_pieces)
{
    static const struct {
        enum charset charset;
        const char *in;
        size_t n;
        const char *out;
    } CASES[] = {
        {CHARSET_LATIN_1, "Z\xfcrich", 6, "Z\xc3\xbcrich"},
        {CHARSET_WINDOWS_1252, "\x80 \x93\xe4\x94", 5, "\xe2\x82\xac \xe2\x80\x9c\xc3\xa4\xe2\x80\x9d"},
        {CHARSET_WINDOWS_1252, "\x9d", 1, "\x9d"},
        {CHARSET_UTF_16LE, "\xff\xfe\xfc\0\x3d\xd8\x00\xde", 8, "\xef\xbb\xbf\xc3\xbc\xf0\x9f\x98\x80"},
        {CHARSET_UTF_16BE, "\0a\xd8\x3d\xde\x00", 6, "a\xf0\x9f\x98\x80"},
        {CHARSET_UTF_16BE, "\xd8\x3d\0a", 4, "\xed\xa0\xbd\x61"},    //  half a pair: bytes that are not UTF-8
        {CHARSET_UTF_16LE, "a\0b", 3, "a\xff"},                      //  an odd byte at the end
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t step = 1; step <= CASES[i].n; step++) {
            char out[64];
            size_t made = 0, at = 0, used;
            for (size_t end = step;; end = end + step < CASES[i].n ? end + step : CASES[i].n) {
                bool last = end >= CASES[i].n;
                made += charset_decode (CASES[i].charset, CASES[i].in + at, (last ? CASES[i].n : end) - at,
                                        last, out + made, sizeof out - made, &used);
                at += used;
                if (last)
                    break;
            }
            cr_assert_eq (at, CASES[i].n, "case %zu", i);
            cr_assert_eq (made, strlen (CASES[i].out), "case %zu, step %zu", i, step);
            cr_assert_eq (memcmp (out, CASES[i].out, made), 0, "case %zu, step %zu", i, step);
        }
}
