//  nfc.c: see nfc.h. A character is decided by two bits, which are learned from utf8proc when the first one
//  above U+02FF comes. A text is composed piece by piece: a piece begins with a character that no other joins
//  from behind, so that pieces do not change each other, and few bytes are enough for the longest one.
#include "worker/text/nfc.h"

#include "messages/text/utf8.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    CODES = 0x30000,       //  no character behind plane 2 has marks or other forms
    STABLE_BYTE = 0xcc,    //  first byte of U+0300; below it everything is composed
    PIECE_BYTES = 256,
    PIECE_CODES = PIECE_BYTES * 3 / 2 + 1,    //  U+0390: two bytes, three characters; and the end
    PARTS_MAX = 8
};

static const utf8proc_option_t FORM = UTF8PROC_STABLE | UTF8PROC_COMPOSE;

typedef uint32_t code_set[CODES / 32];

//  Those that are in NFC only where they stand behind nothing they change with, or never; of these those that
//  go with what stands before them.
static code_set s_moving, s_joining;
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

static void s_add (code_set set, uint32_t code)
{
    if (code < CODES)
        set[code / 32] |= 1u << code % 32;
}

static inline bool s_has (const code_set set, uint32_t code)
{
    return code < CODES && set[code / 32] >> code % 32 & 1;
}

//  What is not the first of a decomposition may be what composes with a character before it.
static void s_learn_parts (uint32_t code)
{
    utf8proc_int32_t parts[PARTS_MAX];
    utf8proc_ssize_t n = utf8proc_decompose_char ((utf8proc_int32_t) code, parts, PARTS_MAX,
                                                  UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, NULL);
    if (n < 1 || n > PARTS_MAX || (n == 1 && parts[0] == (utf8proc_int32_t) code))
        return;
    if (utf8proc_get_property (parts[0])->combining_class)
        s_add (s_joining, code);
    for (utf8proc_ssize_t i = 1; i < n; i++) {
        s_add (s_joining, (uint32_t) parts[i]);
        s_add (s_moving, (uint32_t) parts[i]);
    }
    n = utf8proc_normalize_utf32 (parts, n, FORM);
    if (n != 1 || parts[0] != (utf8proc_int32_t) code)
        s_add (s_moving, code);
}

//  Nearly all have neither a class nor a decomposition in the table; that of Hangul is computed.
static void s_learn (void)
{
    enum { NO_SEQUENCE = UINT16_MAX, HANGUL_FIRST = 0xac00, HANGUL_LAST = 0xd7a3 };
    for (uint32_t code = 0; code < CODES; code++) {
        const utf8proc_property_t *property = utf8proc_get_property ((utf8proc_int32_t) code);
        if (property->combining_class) {
            s_add (s_joining, code);
            s_add (s_moving, code);
        }
        if (property->decomp_seqindex != NO_SEQUENCE || (code >= HANGUL_FIRST && code <= HANGUL_LAST))
            s_learn_parts (code);
    }
}

//  The same from the first character above U+02FF on.
static bool s_is (const char *at, const char *end)
{
    pthread_once (&s_once, s_learn);
    while (at < end) {
        size_t n = (unsigned char) *at < STABLE_BYTE ? 1 : utf8_sequence (at, (size_t) (end - at));
        if (n > 1 && s_has (s_moving, utf8_code (at, n)))
            return false;
        at += n ? n : 1;
    }
    return true;
}

bool nfc_is (const char *bytes, size_t n)
{
    enum { WORD_BYTES = 8 };
    const char *at = bytes, *end = bytes + n;
    for (; end - at >= WORD_BYTES; at += WORD_BYTES) {
        uint64_t word, high = 0x8080808080808080u, least = 0x3434343434343434u;    //  0x4c + 0x34 = 0x80
        memcpy (&word, at, sizeof word);
        if (word & ((word & ~high) + least) & high)
            break;
    }
    for (; at < end; at++)
        if ((unsigned char) *at >= STABLE_BYTE)
            return s_is (at, end);
    return true;
}

//  Bytes of the piece that begins at `at`; *moves: it may not be in NFC.
static size_t s_piece (const char *at, const char *end, bool *moves)
{
    const char *to = at;
    *moves = false;
    while (to < end) {
        size_t n = utf8_sequence (to, (size_t) (end - to));
        uint32_t code = n ? utf8_code (to, n) : 0;
        if (to > at && !s_has (s_joining, code))
            break;
        *moves = *moves || s_has (s_moving, code);
        to += n ? n : 1;
        if (n == 0)
            break;
    }
    return (size_t) (to - at);
}

//  0: it stays as it is.
static size_t s_compose (const char *at, size_t n, char *to)
{
    utf8proc_int32_t codes[PIECE_CODES + 1];
    utf8proc_ssize_t count =
        utf8proc_decompose ((const utf8proc_uint8_t *) at, (utf8proc_ssize_t) n, codes, PIECE_CODES, FORM);
    if (count < 0 || count > PIECE_CODES)
        return 0;
    utf8proc_ssize_t bytes = utf8proc_reencode (codes, count, FORM);
    if (bytes < 0 || (size_t) bytes > NFC_GROWTH * n)
        return 0;
    memcpy (to, codes, (size_t) bytes);
    return (size_t) bytes;
}

size_t nfc_write (const char *bytes, size_t n, char *to)
{
    const char *start = to, *end = bytes + n;
    pthread_once (&s_once, s_learn);
    for (const char *at = bytes; at < end;) {
        bool moves;
        size_t piece = s_piece (at, end, &moves);
        size_t written = moves && piece <= PIECE_BYTES ? s_compose (at, piece, to) : 0;
        if (written == 0) {
            memcpy (to, at, piece);
            written = piece;
        }
        at += piece;
        to += written;
    }
    return (size_t) (to - start);
}
