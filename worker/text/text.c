//  text.c: see text.h. Trimming, folding of inner spaces, and NFC.
//  Nearly every value is plain ASCII without anything to change; that is found out eight bytes at a time.
#include "worker/text/text.h"

#include "messages/text/hidden.h"
#include "messages/text/utf8.h"
#include "worker/text/nfc.h"

enum { WORD_BYTES = 8 };

#define EACH_BYTE(BYTE) (0x0101010101010101ull * (BYTE))

static inline uint64_t s_load (const char *at)
{
    uint64_t word;
    memcpy (&word, at, sizeof word);
    return word;
}

//  Bytes of the white space of Unicode beyond ASCII that starts at `at`, 0 when none does.
static size_t s_wide_space (const char *at, const char *end)
{
    size_t n = utf8_sequence (at, (size_t) (end - at));
    return n && code_is_space (utf8_code (at, n)) ? n : 0;
}

//  Of any white space. In UTF-8 those beyond ASCII begin with 0xc2, 0xe1, 0xe2 or 0xe3.
static inline size_t s_space (const char *at, const char *end)
{
    unsigned char c = (unsigned char) *at;
    if (c <= ' ')
        return c == ' ' || (c >= '\t' && c <= '\r');
    return c == 0xc2 || (c >= 0xe1 && c <= 0xe3) ? s_wide_space (at, end) : 0;
}

//  The same, ending before `end`.
static inline size_t s_space_before (const char *start, const char *end)
{
    unsigned char c = (unsigned char) end[-1];
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    for (size_t n = 2; n <= 3 && (size_t) (end - start) >= n; n++)
        if (s_space (end - n, end) == n)
            return n;
    return 0;
}

struct text text_trim_spaces (struct text in)
{
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

//  Whether white space other than single spaces stands in the text.
static bool s_has_spaces (struct text in)
{
    const char *at = in.at, *end = in.at + in.n;
    while (at < end) {
        unsigned char c = (unsigned char) *at++;
        if (c > ' ' && c < 0xc2)
            continue;
        if (c == ' ' ? at < end && s_space (at, end) : s_space (at - 1, end) != 0)
            return true;
    }
    return false;
}

//  Runs of white space to one space, into `to`, which may be the text's own place.
static struct text s_fold_spaces (struct text in, char *to)
{
    const char *start = to, *at = in.at, *end = in.at + in.n;
    while (at < end) {
        const char *run = at;
        size_t width;
        while (at < end && (width = s_space (at, end)))
            at += width;
        *to++ = at > run ? ' ' : *at++;
    }
    return (struct text){start, (size_t) (to - start)};
}

//  For what is not plain. `in` is trimmed.
static enum rule s_rewrite (struct text in, struct text *out, struct scratch *scratch)
{
    bool is_nfc = nfc_is (in.at, in.n), spaces = s_has_spaces (in);
    *out = in;
    if (is_nfc && !spaces)
        return RULE_NONE;
    if (scratch->size - scratch->used < in.n * (is_nfc ? 1 : NFC_GROWTH) + WORD_BYTES)
        return RULE_TEXT_INVALID;
    char *start = scratch->at + scratch->used;
    struct text made = is_nfc ? in : (struct text){start, nfc_write (in.at, in.n, start)};
    if (spaces)
        made = s_fold_spaces (made, start);
    else if (text_equal (in, made))
        return RULE_NONE;
    *out = made;
    scratch->used += made.n;
    return spaces ? RULE_TEXT_SPACES : RULE_TEXT_NFC;
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
