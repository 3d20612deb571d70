//  text.h: borrowed bytes, and the rule for plain text. The currency between formats, rules and pipeline.
//  Never allocates, never terminates.
#ifndef DMH_WORKER_TEXT_TEXT_H
#define DMH_WORKER_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "worker/text/rule.h"

struct text {
    const char *at;    //  not terminated; may be NULL when n is 0
    size_t n;          //  bytes
};

//  A buffer that rules write standardized values into; the caller empties it per record (used = 0).
struct scratch {
    char *at;
    size_t used, size;
};

#define TEXT(LITERAL) ((struct text){LITERAL, sizeof (LITERAL) - 1})

static inline struct text text_of (const char *string)
{
    return (struct text){string, string ? strlen (string) : 0};
}

//  Whether n bytes are the same, without a call for the few that most values have.
static inline bool bytes_equal (const char *a, const char *b, size_t n)
{
    if (n > 16)
        return memcmp (a, b, n) == 0;
    if (n >= 8) {
        uint64_t head[2], tail[2];
        memcpy (&head[0], a, 8);
        memcpy (&head[1], b, 8);
        memcpy (&tail[0], a + n - 8, 8);
        memcpy (&tail[1], b + n - 8, 8);
        return ((head[0] ^ head[1]) | (tail[0] ^ tail[1])) == 0;
    }
    if (n >= 4) {
        uint32_t head[2], tail[2];
        memcpy (&head[0], a, 4);
        memcpy (&head[1], b, 4);
        memcpy (&tail[0], a + n - 4, 4);
        memcpy (&tail[1], b + n - 4, 4);
        return ((head[0] ^ head[1]) | (tail[0] ^ tail[1])) == 0;
    }
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static inline bool text_equal (struct text a, struct text b)
{
    return a.n == b.n && bytes_equal (a.at, b.at, a.n);
}

struct text text_trim_spaces (struct text in);    //  text_trim's, where there may be some

static inline bool text_is_printing (char byte)
{
    return (unsigned char) (byte - '!') < 0x7f - '!';
}

//  The same text without white space (Unicode's) at both ends. Borrowed from `in`. Hot path: mostly both are
//  printing ASCII.
static inline struct text text_trim (struct text in)
{
    if (in.n == 0 || (text_is_printing (in.at[0]) && text_is_printing (in.at[in.n - 1])))
        return in;
    return text_trim_spaces (in);
}

//  The rule for type text: trims, folds inner runs of white space to one space, and NFC (nfc.h). *out is
//  borrowed from `in` or lies in `scratch`. Returns RULE_NONE or RULE_TEXT_SPACES / RULE_TEXT_NFC;
//  RULE_TEXT_INVALID when scratch lacks room: NFC may grow a text, so needs 3 * in.n + 8.
enum rule text_standardize (struct text in, struct text *out, struct scratch *scratch);

//  Writes the name without case, spaces, _, -, ., / and characters that nobody sees (visible.h) into out (at
//  most size bytes, no terminator): the form in which column names, aliases and code spellings are compared.
//  Returns its length. Full case folding and NFC of all letters (ÉCOLE, école; Straße, STRASSE); a name that
//  is no UTF-8 has ASCII letters in lower case and other bytes as they are. Beyond ASCII, 1 KiB of a name at
//  most is compared.
size_t text_fold (struct text in, char *out, size_t size);

//  Writes the name in snake_case ("Patient Name" → patient_name, "patientID" → patient_id): [a-z0-9_] and
//  characters beyond ASCII in lower case; runs of others become one _, what nobody sees becomes nothing;
//  empty becomes "column". Terminated, cut between characters; returns its length, < size.
size_t text_snake (struct text in, char *out, size_t size);

#endif
