//  charset.c: see charset.h. Sources: Unicode 15, tables 3-5 to 3-7; WHATWG Encoding, index windows-1252 for
//  80–9F (81, 8D, 8F, 90 and 9D have no character).
#include "worker/formats/encoding/charset.h"

#include "messages/text/utf8.h"

#include <strings.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static const struct {
    const char *name, *word;
} CHARSETS[CHARSET_COUNT] = {{"UTF-8", "utf-8"},
                             {"UTF-16LE", "utf-16le"},
                             {"UTF-16BE", "utf-16be"},
                             {"windows-1252", "windows-1252"},
                             {"ISO-8859-1", "latin-1"}};

static const uint16_t WINDOWS_1252[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                          0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                          0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                          0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

const char *charset_name (enum charset self)
{
    return CHARSETS[self].name;
}

const char *charset_word (const char *name)
{
    for (int i = 0; i < CHARSET_COUNT; i++)
        if (strcasecmp (name, CHARSETS[i].name) == 0)
            return CHARSETS[i].word;
    return NULL;
}

bool charset_of (const char *word, enum charset *out)
{
    for (int i = 0; i < CHARSET_COUNT; i++)
        if (strcasecmp (word, CHARSETS[i].word) == 0) {
            *out = (enum charset) i;
            return true;
        }
    return false;
}

//  The length of the run of ASCII at the begin, as far as whole steps of 16 tell.
static size_t s_ascii (const char *bytes, size_t n)
{
    size_t at = 0;
#ifdef __SSE2__
    while (at + 16 <= n &&
           _mm_movemask_epi8 (_mm_loadu_si128 ((const __m128i *) (const void *) (bytes + at))) == 0)
        at += 16;
#endif
    return at;
}

static void s_stray (struct census *self, unsigned char byte)
{
    self->strays++;
    if (byte < 0xa0) {
        self->controls++;
        self->undefined += WINDOWS_1252[byte - 0x80] == 0;
    }
}

//  Counts what begins at `at`; 0: it goes on behind n.
static size_t s_count (struct census *self, const char *at, size_t n, bool last)
{
    if ((signed char) *at >= 0)
        return 1;
    size_t length = utf8_sequence (at, n);
    if (length) {
        self->sequences++;
        return length;
    }
    if (!last && utf8_is_begin (at, n))
        return 0;
    s_stray (self, (unsigned char) *at);
    return 1;
}

//  What the last part left, with as many bytes of this one as show what it is. Returns how many were taken.
static size_t s_finish_rest (struct census *self, const char *bytes, size_t n, bool last)
{
    size_t taken = 0;
    while (self->rest_bytes) {
        size_t length = s_count (self, self->rest, self->rest_bytes, last && taken == n);
        if (length) {
            self->rest_bytes -= length;
            memmove (self->rest, self->rest + length, self->rest_bytes);
        } else if (taken < n)
            self->rest[self->rest_bytes++] = bytes[taken++];
        else
            break;
    }
    return taken;
}

void census_add (struct census *self, const char *bytes, size_t n, bool last)
{
    for (size_t at = s_finish_rest (self, bytes, n, last); at < n;) {
        at += s_ascii (bytes + at, n - at);
        if (at == n)
            break;
        size_t length = s_count (self, bytes + at, n - at, last);
        if (length == 0) {
            self->rest_bytes = n - at;
            memcpy (self->rest, bytes + at, self->rest_bytes);
            return;
        }
        at += length;
    }
}

enum charset census_judge (const struct census *self)
{
    if (self->strays == 0 || self->undefined || self->sequences * 50 > self->strays)
        return CHARSET_UTF_8;
    return self->controls ? CHARSET_WINDOWS_1252 : CHARSET_LATIN_1;
}

enum charset charset_guess (const char *bytes, size_t n)
{
    if (n >= 2 && memcmp (bytes, "\xff\xfe", 2) == 0)
        return CHARSET_UTF_16LE;
    if (n >= 2 && memcmp (bytes, "\xfe\xff", 2) == 0)
        return CHARSET_UTF_16BE;
    size_t nul[2] = {0, 0}, pairs = n / 2;
    for (size_t i = 0; i < pairs * 2; i++)
        nul[i & 1] += bytes[i] == 0;
    if (pairs >= 4 && nul[1] * 10 >= pairs * 3 && nul[0] * 20 <= nul[1])
        return CHARSET_UTF_16LE;
    if (pairs >= 4 && nul[0] * 10 >= pairs * 3 && nul[1] * 20 <= nul[0])
        return CHARSET_UTF_16BE;
    return CHARSET_UTF_8;
}

//  STRAY + a byte: that byte alone.
enum { STRAY = 0x200000 };

//  A code point as UTF-8, half surrogates too, or a stray byte. Returns its length, 0 without room.
static size_t s_put (char *out, size_t room, uint32_t code)
{
    size_t n = code >= STRAY || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (n > room)
        return 0;
    if (n == 1)
        *out = (char) (code & 0xff);
    else {
        static const unsigned char LEAD[] = {0, 0, 0xc0, 0xe0, 0xf0};
        for (size_t i = n - 1; i > 0; i--, code >>= 6)
            out[i] = (char) (0x80 | (code & 0x3f));
        *out = (char) (LEAD[n] | code);
    }
    return n;
}

static uint32_t s_unit (enum charset self, const char *at)
{
    const unsigned char *bytes = (const unsigned char *) at;
    return self == CHARSET_UTF_16LE ? (uint32_t) (bytes[0] | bytes[1] << 8)
                                    : (uint32_t) (bytes[1] | bytes[0] << 8);
}

//  The character at `in`; its length in bytes, 0 when it is not complete.
static size_t s_take (enum charset self, const char *in, size_t n, bool last, uint32_t *code)
{
    if (self == CHARSET_WINDOWS_1252 || self == CHARSET_LATIN_1) {
        unsigned char byte = (unsigned char) *in;
        *code = byte;
        if (self == CHARSET_WINDOWS_1252 && byte >= 0x80 && byte < 0xa0)
            *code = WINDOWS_1252[byte - 0x80] ? WINDOWS_1252[byte - 0x80] : STRAY + byte;
        return 1;
    }
    *code = STRAY + 0xff;
    if (n < 2)
        return last ? 1 : 0;
    *code = s_unit (self, in);
    if (*code < 0xd800 || *code > 0xdbff)
        return 2;
    if (n < 4)
        return last ? 2 : 0;
    uint32_t low = s_unit (self, in + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    return 4;
}

size_t charset_decode (enum charset self, const char *in, size_t n, bool last, char *out, size_t room,
                       size_t *used)
{
    size_t at = 0, made = 0;
    bool narrow = self == CHARSET_WINDOWS_1252 || self == CHARSET_LATIN_1;
    while (at < n) {
        if (narrow) {
            size_t most = n - at < room - made ? n - at : room - made;
            size_t run = s_ascii (in + at, most);
            if (run)
                memcpy (out + made, in + at, run);
            at += run;
            made += run;
            if (at == n)
                break;
        }
        uint32_t code;
        size_t length = s_take (self, in + at, n - at, last, &code);
        size_t put = length ? s_put (out + made, room - made, code) : 0;
        if (put == 0)
            break;
        at += length;
        made += put;
    }
    *used = at;
    return made;
}
