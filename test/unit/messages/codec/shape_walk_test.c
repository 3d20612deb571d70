//  shape_walk_test.c: what no body of DMH/1 is, found before anything is made of it, and said.
#include "messages/codec/shape_walk.h"

#include "messages/codec/bounds.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void s_expect (const void *bytes, size_t n, const char *sentence)
{
    struct error error = {.code = DMH_OK};
    //  Its own bytes alone are looked at.
    unsigned char *exact = malloc (n ? n : 1);
    cr_assert_not_null (exact);
    memcpy (exact, bytes, n);
    int rc = shape_walk (exact, n, &error);
    cr_expect_eq (rc, *sentence ? DMH_MALFORMED : DMH_OK, "%s", sentence);
    cr_expect_str_eq (rc ? error.text : "", sentence);
    free (exact);
}

Test (shape_walk, a_value_of_each_form_is_walked_over_to_its_end)
{
    static const struct {
        const char *bytes;
        size_t n;
    } VALUES[] = {
        {"\x00", 1},    //  numbers in a byte
        {"\x7f", 1},
        {"\xe0", 1},
        {"\xff", 1},
        {"\xc0", 1},    //  nil, false, true
        {"\xc2", 1},
        {"\xc3", 1},
        {"\xc4\x02"
         "ab",
         4},    //  bytes
        {"\xc5\x00\x02"
         "ab",
         5},
        {"\xc6\x00\x00\x00\x02"
         "ab",
         7},
        {"\xca"
         "abcd",
         5},    //  floats
        {"\xcb"
         "abcdefgh",
         9},
        {"\xcc"
         "a",
         2},    //  numbers of 1, 2, 4, 8 bytes
        {"\xcd"
         "ab",
         3},
        {"\xce"
         "abcd",
         5},
        {"\xcf"
         "abcdefgh",
         9},
        {"\xd0"
         "a",
         2},
        {"\xd1"
         "ab",
         3},
        {"\xd2"
         "abcd",
         5},
        {"\xd3"
         "abcdefgh",
         9},
        {"\xd4"
         "ta",
         3},    //  extensions of a fixed size
        {"\xd5"
         "tab",
         4},
        {"\xd6"
         "tabcd",
         6},
        {"\xd7"
         "tabcdefgh",
         10},
        {"\xd8"
         "tabcdefghabcdefgh",
         18},
        {"\xa0", 1},    //  texts
        {"\xbf"
         "abcdefghijklmnopqrstuvwxyzABCDE",
         32},
        {"\xd9\x02"
         "ab",
         4},
        {"\xda\x00\x02"
         "ab",
         5},
        {"\xdb\x00\x00\x00\x02"
         "ab",
         7},
        {"\x90", 1},    //  lists
        {"\x92\x01\xa1"
         "a",
         4},
        {"\xdc\x00\x02\x01\x02", 5},
        {"\xdd\x00\x00\x00\x01\x01", 6},
        {"\x80", 1},    //  maps
        {"\x81\xa1"
         "a\x01",
         4},
        {"\xde\x00\x01\x01\x02", 5},
        {"\xdf\x00\x00\x00\x01\x01\x02", 7},
    };
    for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
        char more[64];
        s_expect (VALUES[i].bytes, VALUES[i].n, "");
        memcpy (more, VALUES[i].bytes, VALUES[i].n);
        more[VALUES[i].n] = 0;
        s_expect (more, VALUES[i].n + 1, "the body has bytes after its end");
        for (size_t n = 1; n < VALUES[i].n; n++) {    //  cut anywhere
            struct error error = {.code = DMH_OK};
            cr_expect_eq (shape_walk ((const unsigned char *) more, n, &error), DMH_MALFORMED, "%zu: %zu", i,
                          n);
            cr_expect (strstr (error.text, "the body ends "), "%s", error.text);
        }
    }
}

Test (shape_walk, what_is_no_value_is_said)
{
    s_expect ("", 0, "the body ends where a value is expected");
    s_expect ("\x92\x01", 2, "the body ends where a value is expected");
    s_expect ("\xa3"
              "ab",
              3, "the body ends in the middle of a value");
    s_expect ("\xda\x00", 2, "the body ends in the middle of a value");
    static const char NONE[] = "\xc1\xc7\xc8\xc9";    //  never used, and extensions of any size
    for (size_t i = 0; i < 4; i++) {
        char value[6] = {NONE[i], 0, 0, 0, 0, 0};
        s_expect (value, sizeof value, "the body holds a type that DMH/1 does not use");
        s_expect (value, 1, "the body holds a type that DMH/1 does not use");
    }
}

Test (shape_walk, depth_entries_and_bytes_are_bounded)
{
    unsigned char deep[BODY_DEPTH_MAX + 2];
    memset (deep, 0x91, sizeof deep);
    deep[BODY_DEPTH_MAX] = 0xc0;
    s_expect (deep, BODY_DEPTH_MAX + 1, "");
    deep[BODY_DEPTH_MAX] = 0x90;    //  one list more, though nothing is in it
    s_expect (deep, BODY_DEPTH_MAX + 1, "the body is nested too deep");
    static unsigned char many[BODY_BYTES_MAX + 1] = {0xdd};
    for (uint32_t more = 0; more < 2; more++) {
        uint32_t count = BODY_ENTRIES_MAX + more;
        for (int i = 0; i < 4; i++)
            many[1 + i] = (unsigned char) (count >> (24 - 8 * i));
        s_expect (many, 5 + count, more ? "the body has a map or list of too many entries" : "");
    }
    many[0] = 0xdb;    //  a text that fills it to the byte
    for (size_t more = 0; more < 2; more++) {
        size_t count = BODY_BYTES_MAX - 5 + more;
        for (int i = 0; i < 4; i++)
            many[1 + i] = (unsigned char) (count >> (24 - 8 * i));
        s_expect (many, 5 + count, more ? "the body is longer than 64 KiB" : "");
    }
}
