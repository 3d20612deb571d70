//  huffman_test.c: blocks of literals, as zlib reads them.
#include "worker/output/bgzf/huffman.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { ROOM = 0x10000, TEXT_BYTES = 0xff00 };

//  zlib makes the text of it again, and wants all of it. Its bytes.
static size_t s_expect_again (const unsigned char *text, size_t n)
{
    static unsigned char out[ROOM], again[ROOM + 1];
    size_t bytes = huffman_deflate (text, n, out, sizeof out);
    cr_assert_gt (bytes, 0);
    cr_assert_leq (bytes, sizeof out);
    z_stream stream = {
        .next_in = out, .avail_in = (unsigned) bytes, .next_out = again, .avail_out = sizeof again};
    cr_assert_eq (inflateInit2 (&stream, -15), Z_OK);
    cr_assert_eq (inflate (&stream, Z_FINISH), Z_STREAM_END, "%zu bytes: %s", n,
                  stream.msg ? stream.msg : "");
    cr_expect_eq (stream.avail_in, 0);
    cr_assert_eq (stream.total_out, n);
    cr_expect_eq (memcmp (text, again, n), 0);
    inflateEnd (&stream);
    return bytes;
}

static unsigned s_next (unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 16;
}

static void s_fill (unsigned char *text, size_t n, const char *letters, unsigned seed)
{
    size_t count = strlen (letters);
    for (size_t i = 0; i < n; i++)
        text[i] = (unsigned char) (i % 61 == 60 ? '\n' : letters[s_next (&seed) % count]);
}

Test (huffman, a_text_of_any_length_is_the_same_again)
{
    static unsigned char text[TEXT_BYTES];
    for (size_t n = 2; n < 200; n++) {
        s_fill (text, n, "ACGT", (unsigned) n);
        text[0] = 'A';
        text[1] = 'C';
        if (huffman_deflate (text, n, (unsigned char[ROOM]){0}, ROOM))
            s_expect_again (text, n);
    }
    for (unsigned seed = 0; seed < 4; seed++) {
        s_fill (text, TEXT_BYTES - seed, "ACGT", seed);
        s_expect_again (text, TEXT_BYTES - seed);
    }
}

Test (huffman, a_base_comes_to_two_bits_and_a_little)
{
    static unsigned char text[TEXT_BYTES];
    s_fill (text, TEXT_BYTES, "ACGT", 1);
    //  Four letters and a line end in 61: 2 bits of four fifths or so, 3 of the rest, and what tells the
    //  codes.
    cr_expect_lt (s_expect_again (text, TEXT_BYTES), TEXT_BYTES * 2.3 / 8 + 100);
    s_fill (text, TEXT_BYTES, "ACDEFGHIKLMNPQRSTVWY*-XBZ", 2);
    cr_expect_lt (s_expect_again (text, TEXT_BYTES), TEXT_BYTES * 5 / 8);
}

Test (huffman, codes_may_have_any_length_up_to_fourteen_bits)
{
    //  Each symbol comes as often as all those before it: the worst case of the lengths.
    static unsigned char text[TEXT_BYTES];
    for (unsigned symbols = 3; symbols <= 14; symbols++) {
        size_t n = 0;
        for (unsigned s = 0; s < symbols; s++)
            for (size_t i = 0, many = n ? n : 1; i < many; i++)
                text[n++] = (unsigned char) ('a' + s);
        n--;    //  none is more than half
        cr_assert_leq (n, TEXT_BYTES);
        s_expect_again (text, n);
    }
}

Test (huffman, what_is_of_another_sort_is_left_to_others)
{
    static unsigned char text[TEXT_BYTES], out[ROOM];
    memset (text, 'N', sizeof text);
    cr_expect_eq (huffman_deflate (text, 0, out, sizeof out), 0, "nothing");
    cr_expect_eq (huffman_deflate (text, TEXT_BYTES, out, sizeof out), 0, "a run");
    s_fill (text, TEXT_BYTES, "ACGT", 3);
    cr_expect_eq (huffman_deflate (text, TEXT_BYTES, out, 2000), 0, "no room");
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = (unsigned char) (i % (HUFFMAN_SYMBOLS_MOST + 1));
    cr_expect_eq (huffman_deflate (text, TEXT_BYTES, out, sizeof out), 0, "too many symbols");
    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = (unsigned char) (i % HUFFMAN_SYMBOLS_MOST);
    s_expect_again (text, TEXT_BYTES);
    size_t n = 0;    //  Fibonacci's numbers make the longest codes
    for (size_t s = 0, last = 1, count = 1; n + count <= TEXT_BYTES; s++) {
        memset (text + n, (int) s, count);
        n += count;
        size_t next = last + count;
        last = count;
        count = next;
    }
    cr_expect_eq (huffman_deflate (text, n, out, sizeof out), 0, "a code of more than 14 bits");
}
