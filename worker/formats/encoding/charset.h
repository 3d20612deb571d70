//  charset.h: which of five encodings a file is in, and its bytes as UTF-8. Pure; no file.
//
//  The rule, for the whole file at once, as if all of it had been read before the first record:
//  1. A byte-order mark decides; else NULs at every other place say UTF-16; else --encoding, where it is
//     given, decides against both.
//  2. A file without a byte that breaks UTF-8 is UTF-8.
//  3. One with such bytes is surveyed to its end. Where well-formed sequences of several bytes are next to
//     none beside them (at most 1 to 50: “É’” in Windows-1252 is one by accident), it is Windows-1252, or
//     Latin-1 when no byte of 80–9F tells the two apart. Bytes that Windows-1252 does not define speak
//     against it.
//  4. Else it is UTF-8 with damage: records that hold such bytes are set aside (record.encoding), each with
//     the place of its first.
//  A file is never read in two encodings: when a pass over UTF-8 meets the first such byte late, the file is
//  surveyed then, and read again from its start where the survey decides otherwise.
#ifndef DMH_WORKER_FORMATS_ENCODING_CHARSET_H
#define DMH_WORKER_FORMATS_ENCODING_CHARSET_H

#include "worker/text/text.h"

enum charset {
    CHARSET_UTF_8,
    CHARSET_UTF_16LE,
    CHARSET_UTF_16BE,
    CHARSET_WINDOWS_1252,
    CHARSET_LATIN_1,
    CHARSET_COUNT
};

enum { CHARSET_GROWTH = 3 };    //  a byte becomes at most so many

//  "UTF-8", "UTF-16LE", "UTF-16BE", "windows-1252", "ISO-8859-1": the names that IANA registers. Borrowed.
const char *charset_name (enum charset self);
//  The option's word for such a name; NULL: it is none. Borrowed.
const char *charset_word (const char *name);

//  An option's word: utf-8, utf-16le, utf-16be, windows-1252, latin-1. False for another.
bool charset_of (const char *word, enum charset *out);

//  What was counted in the bytes of a file; starts as {0}.
struct census {
    uint64_t sequences;    //  well-formed, of two to four bytes
    uint64_t strays;       //  bytes above 7F that belong to none
    uint64_t controls;     //  of the strays those of 80–9F
    uint64_t undefined;    //  of the strays those that Windows-1252 does not define
    char rest[4];          //  of a sequence that goes on in the next part
    size_t rest_bytes;
};
void census_add (struct census *self, const char *bytes, size_t n, bool last);
enum charset census_judge (const struct census *self);

//  UTF-16 by its byte-order mark or by where its NULs stand; else CHARSET_UTF_8, which a survey may overrule.
enum charset charset_guess (const char *bytes, size_t n);

//  Bytes as UTF-8 into out [room]; returns how many were made, *used how many were taken. Stops short of a
//  character that is not complete (unless `last`) or has no room. What has no meaning in the encoding becomes
//  bytes that are not UTF-8, so that its record is set aside, and that tell what it was: an undefined byte of
//  Windows-1252 stays that byte (80–9F, which no sequence begins with), half a surrogate pair becomes the
//  three bytes that UTF-8 would have for it, an odd last byte FF. Not for CHARSET_UTF_8.
size_t charset_decode (enum charset self, const char *in, size_t n, bool last, char *out, size_t room,
                       size_t *used);

#endif
