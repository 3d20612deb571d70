//  error.h: a code and one sentence that a user can act on.
//  Every function that can fail fills one; nothing here prints or exits.
//  The sentence names file, line or byte, what is wrong and what to do; never a patient value.
#ifndef DMH_MESSAGES_BASE_ERROR_H
#define DMH_MESSAGES_BASE_ERROR_H

#include <stddef.h>

enum {
    DMH_OK = 0,
    DMH_MALFORMED = -1,      //  bytes that do not decode
    DMH_UNSUPPORTED = -2,    //  decoded, but a kind or version we do not know
    DMH_NOT_FOUND = -3,
    DMH_CONFLICT = -4,       //  the state does not allow it
    DMH_TOO_LARGE = -5,      //  beyond a stated bound
    DMH_UNAVAILABLE = -6,    //  try again later: store away, broker away
    DMH_UNAUTHORIZED = -7,
    DMH_INTERNAL = -8,     //  out of memory, a library refused
    DMH_BAD_INPUT = -9,    //  the job's input or options; trying again does not help
    DMH_IO = -10,          //  a read, write, fsync or rename failed
    DMH_CANCELLED = -11,
    DMH_USAGE = -12    //  wrong command line
};

struct error {
    int code;          //  DMH_OK or one of the negative codes above
    char text[512];    //  the sentence, terminated; longer ones end in "…"
};

//  Sets code and sentence and returns code, so that `return error_set (…)` reads well.
//  `error` may be NULL: the code is returned and the sentence lost.
#define error_set(ERROR, CODE, ...)                                                                          \
    (__extension__({                                                                                         \
        const int error_code_ = (CODE);                                                                      \
        error_write ((ERROR), error_code_, __VA_ARGS__);                                                     \
        error_code_;                                                                                         \
    }))
void error_write (struct error *error, int code, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

//  The protocol's word for a code ("malformed", "not_found", …); "internal" for an unknown one. Borrowed.
const char *error_word (int code);

//  The code for a protocol word; DMH_INTERNAL for an unknown one.
int error_code (const char *word);

#endif
