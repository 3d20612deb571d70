//  plain_signs.c: see plain_signs.h. Off the path of what is plain already.
#include "worker/text/plain_signs.h"

#include "worker/text/ascii.h"

enum { FULL_WIDTH = 0xfee0, SIGN_BYTES = 4 };

//  Code points [first, last] and what stands for each; with `digits` for the first, and one more for each
//  that follows. In order.
struct sign {
    uint32_t first, last;
    const char *plain;
    bool digits;
};

static const struct sign SIGNS[] = {
    {0x00a0, 0x00a0, " ", false},  {0x00ad, 0x00ad, "", false},    {0x00b4, 0x00b4, "'", false},
    {0x00b7, 0x00b7, "\1", false}, {0x00d7, 0x00d7, "*", false},   {0x00f7, 0x00f7, "~", false},
    {0x02bc, 0x02bc, "'", false},  {0x0660, 0x0669, "0", true},    {0x066b, 0x066b, "\1", false},
    {0x066c, 0x066c, "'", false},  {0x06f0, 0x06f9, "0", true},    {0x1680, 0x1680, " ", false},
    {0x2000, 0x200a, " ", false},  {0x200b, 0x200f, "", false},    {0x2010, 0x2015, "-", false},
    {0x2018, 0x2019, "'", false},  {0x2025, 0x2026, "...", false}, {0x202a, 0x202e, "", false},
    {0x202f, 0x202f, " ", false},  {0x2032, 0x2032, "'", false},   {0x205f, 0x205f, " ", false},
    {0x2060, 0x2064, "", false},   {0x2066, 0x2069, "", false},    {0x2212, 0x2212, "-", false},
    {0x2219, 0x2219, "\1", false}, {0x223c, 0x223c, "~", false},   {0x2264, 0x2264, "<=", false},
    {0x2265, 0x2265, ">=", false}, {0x2266, 0x2266, "<=", false},  {0x2267, 0x2267, ">=", false},
    {0x22c5, 0x22c5, "\1", false}, {0x2a7d, 0x2a7d, "<=", false},  {0x2a7e, 0x2a7e, ">=", false},
    {0x3000, 0x3000, " ", false},  {0x301c, 0x301c, "~", false},   {0xfe58, 0xfe58, "-", false},
    {0xfe63, 0xfe63, "-", false},  {0xfe64, 0xfe64, "<", false},   {0xfe65, 0xfe65, ">", false},
    {0xfeff, 0xfeff, "", false},
};

//  Superscript digits and the minus of an exponent.
static char s_raised (uint32_t point)
{
    switch (point) {
    case 0xb9:
        return '1';
    case 0xb2:
        return '2';
    case 0xb3:
        return '3';
    case 0x2070:
        return '0';
    case 0x207b:
        return '-';
    default:
        return point >= 0x2074 && point <= 0x2079 ? (char) ('4' + (int) (point - 0x2074)) : '\0';
    }
}

//  The code point at `at` and its bytes; a byte that is no UTF-8 is one for itself.
static size_t s_decode (const char *at, size_t left, uint32_t *point)
{
    unsigned char lead = (unsigned char) *at;
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    *point = lead;
    if (n == 1 || lead < 0xc2 || n > left)
        return 1;
    uint32_t got = lead & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        got = got << 6 | ((unsigned char) at[i] & 0x3f);
    *point = got;
    return n;
}

static const struct sign *s_find (uint32_t point)
{
    size_t low = 0, high = sizeof SIGNS / sizeof *SIGNS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (SIGNS[middle].last < point)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sizeof SIGNS / sizeof *SIGNS && SIGNS[low].first <= point;
    return found ? &SIGNS[low] : NULL;
}

//  What stands for the character of `n` bytes at `at`, in out; returns its length.
static size_t s_plain (const char *at, size_t n, uint32_t point, char out[SIGN_BYTES])
{
    const struct sign *sign = NULL;
    if (point > 0x20 && point < 0x7f)
        out[0] = (char) point;
    else if (point <= 0x20)
        out[0] = ' ';
    else if (point >= 0xff01 && point <= 0xff5e)
        out[0] = (char) (point - FULL_WIDTH);
    else if ((sign = s_find (point)) != NULL) {
        size_t length = strlen (sign->plain);
        memcpy (out, sign->plain, length);
        if (sign->digits)
            out[0] = (char) (out[0] + (int) (point - sign->first));
        return length;
    } else {
        memcpy (out, at, n);
        if (n == 2 && point >= 0xc0 && point <= 0xde)
            out[1] = (char) (out[1] + 0x20);
        return n;
    }
    return 1;
}

static bool s_is_plain (struct text in)
{
    for (size_t at = 0; at < in.n; at++)
        if ((unsigned char) in.at[at] < 0x20 || (unsigned char) in.at[at] >= 0x7f)
            return false;
    return true;
}

static struct text s_trim (struct text in)
{
    while (in.n && *in.at == ' ')
        in = (struct text){in.at + 1, in.n - 1};
    while (in.n && in.at[in.n - 1] == ' ')
        in.n--;
    return in;
}

bool plain_signs (struct text in, char out[PLAIN_BYTES], struct text *plain)
{
    if (in.n > PLAIN_BYTES)
        return false;
    *plain = s_trim (in);
    if (s_is_plain (in))
        return true;
    size_t n = 0, width;
    bool raised = false;
    for (size_t at = 0; at < in.n; at += width) {
        uint32_t point;
        char sign[SIGN_BYTES + 1];
        width = s_decode (in.at + at, in.n - at, &point);
        size_t length = 0;
        char up = s_raised (point);
        //  Raised above nothing it is no digit of a number.
        up = raised || (n && is_digit (out[n - 1])) ? up : '\0';
        if (up && !raised)
            sign[length++] = '^';
        if (up)
            sign[length++] = up;
        else
            length = s_plain (in.at + at, width, point, sign);
        raised = up != '\0';
        if (n + length > PLAIN_BYTES)
            return false;
        memcpy (out + n, sign, length);
        n += length;
    }
    *plain = s_trim ((struct text){out, n});
    return true;
}
