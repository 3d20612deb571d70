//  text.c: see text.h. Trimming, folding of inner spaces, and composition of the cheap case of NFC.
//  Nearly every value is plain ASCII without anything to change; that is found out eight bytes at a time.
#include "worker/text/text.h"

#include "worker/text/compose.h"

enum { WORD_BYTES = 8 };

#define EACH_BYTE(BYTE) (0x0101010101010101ull * (BYTE))

static inline uint64_t s_load (const char *at)
{
    uint64_t word;
    memcpy (&word, at, sizeof word);
    return word;
}

//  Bytes of the white space that starts at `at`, 0 when none does.
static inline size_t s_space (const char *at, const char *end)
{
    unsigned char c = (unsigned char) *at;
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    return c == 0xc2 && end - at > 1 && (unsigned char) at[1] == 0xa0 ? 2 : 0;
}

//  The same, ending before `end`.
static inline size_t s_space_before (const char *start, const char *end)
{
    unsigned char c = (unsigned char) end[-1];
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    return c == 0xa0 && end - start > 1 && (unsigned char) end[-2] == 0xc2 ? 2 : 0;
}

struct text text_trim (struct text in)
{
    if (in.n == 0)
        return in;
    const char *at = in.at, *end = in.at + in.n;
    size_t width;
    while (at < end && (width = s_space (at, end)))
        at += width;
    while (at < end && (width = s_space_before (at, end)))
        end -= width;
    return (struct text){at, (size_t) (end - at)};
}

//  Whether eight bytes are printing ASCII without two spaces side by side. The sums carry into no neighbour,
//  because each byte is below 0x80 once the first test has passed.
static inline bool s_word_is_plain (uint64_t word)
{
    uint64_t high = EACH_BYTE (0x80);
    if (word & high)
        return false;
    uint64_t printing = word + EACH_BYTE (0x60);
    uint64_t other_than_space = (word ^ EACH_BYTE (' ')) + EACH_BYTE (0x7f);
    uint64_t spaces = ~other_than_space & high;
    return (printing & high) == high && !(spaces & (spaces << 8));
}

//  Words overlap by a byte, so that each pair of neighbours lies in one of them.
static bool s_is_plain (struct text in)
{
    if (in.n < WORD_BYTES) {
        uint64_t word = EACH_BYTE ('x');
        for (size_t i = 0; i < in.n; i++)
            word = word << 8 | (unsigned char) in.at[i];
        return s_word_is_plain (word);
    }
    for (size_t at = 0; at + WORD_BYTES < in.n; at += WORD_BYTES - 1)
        if (!s_word_is_plain (s_load (in.at + at)))
            return false;
    return s_word_is_plain (s_load (in.at + in.n - WORD_BYTES));
}

//  Bytes of the UTF-8 character at `at`, and its number; bytes that are none count as one character each,
//  numbered 0.
static size_t s_character (const unsigned char *at, const unsigned char *end, uint32_t *number)
{
    size_t left = (size_t) (end - at);
    *number = 0;
    if (at[0] < 0x80) {
        *number = at[0];
        return 1;
    }
    if (left >= 2 && (at[0] & 0xe0) == 0xc0 && (at[1] & 0xc0) == 0x80) {
        *number = (uint32_t) (at[0] & 0x1f) << 6 | (at[1] & 0x3fu);
        return 2;
    }
    if (left >= 3 && (at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) {
        *number = (uint32_t) (at[0] & 0x0f) << 12 | (uint32_t) (at[1] & 0x3f) << 6 | (at[2] & 0x3fu);
        return 3;
    }
    return 1;
}

//  The number of the combining mark at `at` (U+0300 … U+036F, two bytes), 0 when there is none.
static inline uint32_t s_mark (const unsigned char *at, const unsigned char *end)
{
    if (end - at < 2 || (at[0] != 0xcc && at[0] != 0xcd))
        return 0;
    uint32_t number = (uint32_t) (at[0] & 0x1f) << 6 | (at[1] & 0x3fu);
    return (at[1] & 0xc0) == 0x80 && number <= 0x36f ? number : 0;
}

static size_t s_write (uint32_t number, char *to)
{
    if (number < 0x800) {
        to[0] = (char) (0xc0 | number >> 6);
        to[1] = (char) (0x80 | (number & 0x3f));
        return 2;
    }
    to[0] = (char) (0xe0 | number >> 12);
    to[1] = (char) (0x80 | (number >> 6 & 0x3f));
    to[2] = (char) (0x80 | (number & 0x3f));
    return 3;
}

//  Copies the character at *at, composed with the one mark that follows it where there is a composed form.
//  true: composed. *to and *at move on.
static bool s_copy_character (const unsigned char **at, const unsigned char *end, char **to)
{
    uint32_t letter;
    size_t width = s_character (*at, end, &letter);
    const unsigned char *next = *at + width;
    uint32_t mark = s_mark (next, end);
    uint32_t composed = mark && !s_mark (next + 2, end) ? text_compose (letter, mark) : 0;
    if (composed) {
        *to += s_write (composed, *to);
        *at = next + 2;
        return true;
    }
    memcpy (*to, *at, width);
    *to += width;
    *at = next;
    return false;
}

//  Value by value and byte by byte, for what is not plain. `in` is trimmed.
static enum rule s_rewrite (struct text in, struct text *out, struct scratch *scratch)
{
    if (scratch->size - scratch->used < in.n + WORD_BYTES)
        return RULE_TEXT_INVALID;
    char *start = scratch->at + scratch->used, *to = start;
    const unsigned char *at = (const unsigned char *) in.at, *end = at + in.n;
    bool folded = false, composed = false;
    while (at < end) {
        const unsigned char *run = at;
        size_t width;
        while (at < end && (width = s_space ((const char *) at, (const char *) end)))
            at += width;
        if (at > run) {
            folded = folded || at - run > 1 || *run != ' ';
            *to++ = ' ';
        } else
            composed = s_copy_character (&at, end, &to) || composed;
    }
    if (!folded && !composed) {
        *out = in;
        return RULE_NONE;
    }
    *out = (struct text){start, (size_t) (to - start)};
    scratch->used += out->n;
    return folded ? RULE_TEXT_SPACES : RULE_TEXT_NFC;
}

enum rule text_standardize (struct text in, struct text *out, struct scratch *scratch)
{
    struct text trimmed = text_trim (in);
    enum rule rule = RULE_NONE;
    if (s_is_plain (trimmed))
        *out = trimmed;
    else
        rule = s_rewrite (trimmed, out, scratch);
    return rule == RULE_TEXT_INVALID || trimmed.n == in.n ? rule : RULE_TEXT_SPACES;
}
