//  huffman.c: see huffman.h. Four letters are put together before bytes are stored, so a code has 14 bits at
//  most: four of them and the seven bits that are left of a byte fit 64.
#include "worker/output/bgzf/huffman.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    SYMBOLS = 257,
    END = 256,    //  of the block
    LANES = 4,
    CODE_BITS_MOST = 14,
    DISTANCE_CODES = 2,    //  as zlib has them, where none is used
    LENGTH_SYMBOLS = 19,
    ZEROS_LEAST = 11,    //  that one symbol stands for, and most
    ZEROS_MOST = 138,
    ZEROS = 18,
    HEADER_BYTES = 512,
    STORE_BYTES = 8
};

struct codes {
    uint32_t counts[SYMBOLS];
    uint8_t bits[SYMBOLS];     //  of each symbol's code; 0: it does not come
    uint16_t code[SYMBOLS];    //  its first bit the lowest one
};

struct bit_writer {
    unsigned char *at;
    uint64_t held;
    unsigned count;    //  of bits that are held
};

static void s_count (const unsigned char *text, size_t n, struct codes *codes)
{
    uint32_t lanes[LANES][256] = {{0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes[0][text[i]]++;
        lanes[1][text[i + 1]]++;
        lanes[2][text[i + 2]]++;
        lanes[3][text[i + 3]]++;
    }
    for (; i < n; i++)
        lanes[0][text[i]]++;
    for (size_t c = 0; c < 256; c++)
        codes->counts[c] = lanes[0][c] + lanes[1][c] + lanes[2][c] + lanes[3][c];
    codes->counts[END] = 1;
}

//  A node of the tree: leaves first.
struct node {
    uint32_t count;
    uint16_t symbol, parent;
    bool taken;
};

//  The rarest one that has no parent yet.
static size_t s_rarest (struct node *nodes, size_t count)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++)
        if (!nodes[i].taken && (found == count || nodes[i].count < nodes[found].count))
            found = i;
    nodes[found].taken = true;
    return found;
}

//  How many bits each code has (Huffman 1952). false: not of this sort.
static bool s_measure (struct codes *codes)
{
    struct node nodes[2 * (HUFFMAN_SYMBOLS_MOST + 1)];
    size_t leaves = 0;
    for (unsigned symbol = 0; symbol < SYMBOLS; symbol++)
        if (codes->counts[symbol]) {
            if (leaves == HUFFMAN_SYMBOLS_MOST + 1)
                return false;
            nodes[leaves++] = (struct node){.count = codes->counts[symbol], .symbol = (uint16_t) symbol};
        }
    size_t count = leaves;
    while (count < 2 * leaves - 1) {
        size_t one = s_rarest (nodes, count), other = s_rarest (nodes, count);
        nodes[one].parent = nodes[other].parent = count & UINT16_MAX;
        nodes[count] = (struct node){.count = nodes[one].count + nodes[other].count};
        count++;
    }
    for (size_t i = 0; i < leaves; i++) {
        unsigned bits = 0;
        for (size_t at = i; at != count - 1; at = nodes[at].parent)
            bits++;
        if (bits > CODE_BITS_MOST)
            return false;
        codes->bits[nodes[i].symbol] = (uint8_t) bits;
    }
    return true;
}

static uint16_t s_reverse (unsigned code, unsigned bits)
{
    unsigned reversed = 0;
    for (unsigned i = 0; i < bits; i++)
        reversed |= (code >> i & 1u) << (bits - 1 - i);
    return (uint16_t) reversed;
}

//  The codes of those lengths, in the order of their symbols (RFC 1951, 3.2.2).
static void s_assign (const uint8_t *bits, size_t symbols, uint16_t *code)
{
    unsigned next = 0;
    for (unsigned length = 1; length <= CODE_BITS_MOST; length++) {
        next <<= 1;
        for (size_t symbol = 0; symbol < symbols; symbol++)
            if (bits[symbol] == length)
                code[symbol] = s_reverse (next++, length);
    }
}

static void s_put (struct bit_writer *to, unsigned value, unsigned bits)
{
    to->held |= (uint64_t) value << to->count;
    for (to->count += bits; to->count >= 8; to->count -= 8) {
        *to->at++ = (unsigned char) (to->held & 0xff);
        to->held >>= 8;
    }
}

//  Lengths are told by a code of 4 and 5 bits that is the same for every block: 13/16 and 6/32 are one.
static void s_put_lengths (struct bit_writer *to, const struct codes *codes)
{
    static const uint8_t ORDER[LENGTH_SYMBOLS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    static const uint8_t BITS[LENGTH_SYMBOLS] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 4};
    uint16_t code[LENGTH_SYMBOLS];
    uint8_t lengths[SYMBOLS + DISTANCE_CODES];
    s_assign (BITS, LENGTH_SYMBOLS, code);
    memcpy (lengths, codes->bits, SYMBOLS);
    memset (lengths + SYMBOLS, 1, DISTANCE_CODES);
    for (size_t i = 0; i < LENGTH_SYMBOLS; i++)
        s_put (to, BITS[ORDER[i]], 3);
    for (size_t i = 0; i < sizeof lengths;) {
        unsigned zeros = 0;
        while (i + zeros < sizeof lengths && zeros < ZEROS_MOST && lengths[i + zeros] == 0)
            zeros++;
        unsigned symbol = zeros >= ZEROS_LEAST ? ZEROS : lengths[i];
        s_put (to, code[symbol], BITS[symbol]);
        if (symbol == ZEROS)
            s_put (to, zeros - ZEROS_LEAST, 7);
        i += symbol == ZEROS ? zeros : 1;
    }
}

//  Stores eight bytes, of which those that are full count.
static inline void s_store (struct bit_writer *to)
{
    uint64_t bytes = htole64 (to->held);
    memcpy (to->at, &bytes, STORE_BYTES);
    to->at += to->count >> 3;
    to->held >>= to->count & ~7u;
    to->count &= 7;
}

static void s_put_text (struct bit_writer *writer, const struct codes *codes, const unsigned char *text,
                        size_t n)
{
    struct bit_writer to = *writer;
    uint32_t both[256];    //  code, and its bits above 16
    size_t i = 0;
    for (size_t c = 0; c < 256; c++)
        both[c] = (uint32_t) codes->bits[c] << 16 | codes->code[c];
    for (; i < n; i++) {
        uint32_t letter = both[text[i]];
        to.held |= (uint64_t) (letter & 0xffff) << to.count;
        to.count += letter >> 16;
        if (i % 4 == 3)
            s_store (&to);
    }
    s_store (&to);
    *writer = to;
}

size_t huffman_deflate (const unsigned char *text, size_t n, unsigned char *out, size_t size)
{
    struct codes codes = {.counts = {0}};
    uint64_t bits = 0;
    if (n == 0 || n > UINT32_MAX / 2)
        return 0;
    s_count (text, n, &codes);
    for (size_t c = 0; c < 256; c++)
        if (codes.counts[c] > n / 2)
            return 0;
    if (!s_measure (&codes))
        return 0;
    for (size_t c = 0; c < SYMBOLS; c++)
        bits += (uint64_t) codes.counts[c] * codes.bits[c];
    if (size < HEADER_BYTES || bits / 8 > size - HEADER_BYTES)
        return 0;
    s_assign (codes.bits, SYMBOLS, codes.code);
    struct bit_writer to = {.at = out};
    s_put (&to, 1, 1);    //  the last block
    s_put (&to, 2, 2);    //  of codes that it brings along
    s_put (&to, 0, 5);    //  257 of them
    s_put (&to, DISTANCE_CODES - 1, 5);
    s_put (&to, LENGTH_SYMBOLS - 4, 4);
    s_put_lengths (&to, &codes);
    s_put_text (&to, &codes, text, n);
    s_put (&to, codes.code[END], codes.bits[END]);
    s_put (&to, 0, 7);    //  to the end of its last byte
    return (size_t) (to.at - out);
}
