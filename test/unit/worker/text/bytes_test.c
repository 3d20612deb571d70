//  bytes_test.c: what looks at many bytes at once says what looking at each one says.
#include "worker/text/bytes.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { MOST = 12000, ROUNDS = 400 };

static uint32_t s_random (uint32_t *state)
{
    return *state = *state * 1664525u + 1013904223u;
}

//  Mostly letters; line ends, delimiters and quotes among them, and the bytes of `rare` hardly ever.
static void s_fill (char *bytes, size_t n, const char *rare, size_t rare_n, uint32_t *state)
{
    static const char COMMON[] = "abcdefgh,,\n\"";
    for (size_t i = 0; i < n; i++) {
        uint32_t number = s_random (state) >> 8;
        bytes[i] = rare_n && number % 5000 == 0 ? rare[number / 5000 % rare_n] : COMMON[number % 12];
    }
}

static void s_compare (const char *bytes, size_t n)
{
    static uint32_t specials[MOST];
    size_t found = 0;
    uint64_t lines = 0;
    bool plain = true, said;
    size_t count = bytes_specials (bytes, n, ',', specials, &said);
    for (size_t i = 0; i < n; i++) {
        plain = plain && (signed char) bytes[i] > 0;
        lines += bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == n || bytes[i + 1] != '\n'));
        if (strchr (",\"\r\n", bytes[i]) && bytes[i])
            cr_assert (found < count && specials[found++] == i, "byte %zu of %zu", i, n);
    }
    cr_assert_eq (found, count);
    cr_assert_eq (said, plain, "%zu bytes", n);
    cr_assert_eq (bytes_is_plain (bytes, n), plain);
    cr_assert_eq (bytes_lines (bytes, n), lines, "%zu bytes", n);
}

Test (bytes, many_at_once_are_the_same_as_one_by_one)
{
    static const char RARE[] = {'\r', 0, (char) 0xc3, '\x7f', (char) 0x80};
    static char bytes[MOST];
    uint32_t state = 7;
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t n = round < 200 ? round : s_random (&state) % MOST;
        s_fill (bytes, n, RARE, round % (sizeof RARE + 1), &state);
        s_compare (bytes, n);
    }
}
