//  pack_test.c: numbers and texts that are written are read again; what is cut, too large or written
//  otherwise than it would be is bad, and stays so.
#include "messages/codec/pack.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct packed s_of (const void *bytes, size_t n)
{
    return (struct packed){bytes, (const char *) bytes + n, false};
}

Test (pack, numbers_are_seven_bits_a_byte_the_lowest_first)
{
    struct packer packer = {.failed = false};
    pack_number (&packer, 300);    //  as of the description: 300 = 2 * 128 + 44
    cr_assert_eq (packer.to.used, 2);
    cr_assert_eq (memcmp (packer.to.at, "\xac\x02", 2), 0);
    free (packer.to.at);
}

Test (pack, what_is_written_is_read_again)
{
    static const uint64_t NUMBERS[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, INT64_MAX, UINT64_MAX};
    struct packer packer = {.failed = false};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        pack_number (&packer, NUMBERS[i]);
    pack_text (&packer, "a\0b", 3);
    pack_text (&packer, NULL, 0);
    struct packed from = s_of (packer.to.at, packer.to.used);
    size_t n;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        cr_assert_eq (packed_number (&from), NUMBERS[i]);
    const char *text = packed_text (&from, &n);
    cr_assert (n == 3 && memcmp (text, "a\0b", 3) == 0);
    packed_text (&from, &n);
    cr_assert (n == 0 && packed_is_whole (&from));
    free (packer.to.at);
}

Test (pack, what_is_none_is_bad_and_all_behind_it_is_nothing)
{
    static const struct {
        const char *bytes;
        size_t n;
    } BAD[] = {{"", 0},
               {"\x80", 1},
               {"\x80\x00", 2},
               {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10},
               {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11}};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct packed from = s_of (BAD[i].bytes, BAD[i].n);
        cr_assert_eq (packed_number (&from), 0, "%zu", i);
        cr_assert (from.bad);
        cr_assert_not (packed_is_whole (&from));
    }
    size_t n;
    struct packed cut = s_of ("\x05text\x01", 5);
    cr_assert_null (packed_text (&cut, &n));
    cr_assert (cut.bad && n == 0 && packed_number (&cut) == 0);
    struct packed more = s_of ("\x09\x01", 2);
    cr_assert_eq (packed_number_most (&more, 8), 0);
    cr_assert (more.bad && packed_number (&more) == 0);
    struct packed rest = s_of ("\x01\x02", 2);
    cr_assert_eq (packed_number (&rest), 1);
    cr_assert_not (packed_is_whole (&rest));
}
