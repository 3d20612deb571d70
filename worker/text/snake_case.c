//  snake_case.c: the two forms of a name, see text.h: folded for comparison, snake_case for output columns.
//  Letters beyond ASCII by utf8proc.
#include "worker/text/text.h"

#include "messages/text/hidden.h"
#include "messages/text/utf8.h"
#include "worker/text/visible.h"

#include <utf8proc.h>

enum {
    FOLDED_BYTES = 1024,    //  of a longer name the begin is compared
    FOLDED_CODES = FOLDED_BYTES * 3 / 2 + 1
};

//  What becomes of an ASCII byte in a folded name: its lower case, or 0 where it does not count. Others stay.
static inline char s_folded (unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char) (c + 'a' - 'A');
    bool skipped = c <= ' ' || c == 0x7f || c == '_' || c == '-' || c == '.' || c == '/';
    return skipped ? '\0' : (char) c;
}

//  Bytes of the space, or of the character that nobody sees, beyond ASCII at `at`; 0 when neither stands
//  there.
static size_t s_invisible (const char *at, size_t left)
{
    size_t n = utf8_sequence (at, left);
    uint32_t code = n > 1 ? utf8_code (at, n) : ' ' + 1;
    return code_is_space (code) || code_is_hidden (code) ? n : 0;
}

//  The name without what does not count, case as it is, cut between characters where it is too long.
static size_t s_drop (struct text in, char out[FOLDED_BYTES])
{
    size_t n = 0;
    for (size_t at = 0; at < in.n;) {
        size_t skip = s_invisible (in.at + at, in.n - at);
        size_t bytes = skip ? skip : utf8_sequence (in.at + at, in.n - at);
        bytes = bytes ? bytes : 1;
        if (n + bytes > FOLDED_BYTES)
            break;
        if (!skip && (bytes > 1 || s_folded ((unsigned char) in.at[at]))) {
            memcpy (out + n, in.at + at, bytes);
            n += bytes;
        }
        at += bytes;
    }
    return n;
}

//  Full case folding of Unicode, and NFC, so that a letter and its mark are one with the composed letter.
//  Returns its length, 0 where the name is no UTF-8.
static size_t s_fold_letters (struct text in, char *out, size_t size)
{
    static const utf8proc_option_t FORM = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    char kept[FOLDED_BYTES];
    utf8proc_int32_t codes[FOLDED_CODES + 1];
    utf8proc_ssize_t bytes = (utf8proc_ssize_t) s_drop (in, kept);
    utf8proc_ssize_t n =
        utf8proc_decompose ((const utf8proc_uint8_t *) kept, bytes, codes, FOLDED_CODES, FORM);
    if (n < 0 || n > FOLDED_CODES || (bytes = utf8proc_reencode (codes, n, FORM)) < 0)
        return 0;
    size_t made = (size_t) bytes < size ? (size_t) bytes : size;
    memcpy (out, codes, made);
    return made;
}

size_t text_fold (struct text in, char *out, size_t size)
{
    const unsigned char *bytes = (const unsigned char *) in.at;
    size_t n = 0;
    bool letters = false;
    for (size_t at = 0; at < in.n && n < size; at++) {
        size_t skip = bytes[at] >= 0x80 ? s_invisible (in.at + at, in.n - at) : 0;
        if (skip) {
            at += skip - 1;
            continue;
        }
        letters = letters || bytes[at] >= 0x80;
        char c = s_folded (bytes[at]);
        if (c)
            out[n++] = c;
    }
    size_t folded = letters ? s_fold_letters (in, out, size) : 0;
    return folded ? folded : n;
}

//  A character of a name as snake_case sees it.
struct letter {
    utf8proc_int32_t code;    //  in lower case; -1: a byte that is no UTF-8
    size_t bytes;             //  read
    bool word, upper, lower;
};

static struct letter s_letter (struct text in, size_t at)
{
    if (at >= in.n)
        return (struct letter){.code = -1};
    size_t skip = s_invisible (in.at + at, in.n - at);
    size_t n = utf8_sequence (in.at + at, in.n - at);
    if (skip || n == 0)
        return (struct letter){.code = -1, .bytes = skip ? skip : 1, .word = !skip};
    utf8proc_int32_t code = (utf8proc_int32_t) utf8_code (in.at + at, n), lower = utf8proc_tolower (code);
    bool digit = code >= '0' && code <= '9', upper = lower != code;
    bool small = utf8proc_toupper (code) != code;
    return (struct letter){lower, n, upper || small || digit || code >= 0x80, upper, small};
}

//  Whether a new word of a camelCase name begins there: patient|ID, HTTP|Server.
static bool s_begins_word (const struct letter *before, const struct letter *here, const struct letter *next)
{
    if (!here->upper || !before->word)
        return false;
    return !before->upper || next->lower;
}

size_t text_snake (struct text in, char *out, size_t size)
{
    enum { LETTER_BYTES = 4 };
    char seen[FOLDED_BYTES];
    size_t n = 0;
    bool gap = false;
    if (in.n && in.n <= sizeof seen && !visible_is_plain (in))
        in = (struct text){seen, visible_letters (in, seen)};
    struct letter before = {.word = false}, here = s_letter (in, 0);
    for (size_t at = 0; at < in.n;) {
        struct letter next = s_letter (in, at + here.bytes);
        if (here.word) {
            utf8proc_uint8_t bytes[LETTER_BYTES] = {(utf8proc_uint8_t) in.at[at]};
            size_t width = here.code < 0 ? 1 : (size_t) utf8proc_encode_char (here.code, bytes);
            gap = (gap || s_begins_word (&before, &here, &next)) && n > 0;
            if (n + gap + width >= size)
                break;
            if (gap)
                out[n++] = '_';
            memcpy (out + n, bytes, width);
            n += width;
        }
        gap = !here.word;
        at += here.bytes;
        before = here;
        here = next;
    }
    static const char EMPTY[] = "column";
    if (n == 0 && size >= sizeof EMPTY) {
        n = sizeof EMPTY - 1;
        memcpy (out, EMPTY, n);
    }
    if (size)
        out[n] = '\0';
    return n;
}
