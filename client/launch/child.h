//  child.h: a program that is run to its end, with what it reads and what it says: ssh, sbatch and their
//  like. Its words hold no secret; what is secret goes to its standard input.
#ifndef DMH_CLIENT_LAUNCH_CHILD_H
#define DMH_CLIENT_LAUNCH_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

enum { CHILD_SAID_BYTES = 16384 };

struct child {
    char *const *words;    //  [0] is looked for on the PATH; ended by NULL
    const void *input;     //  [input_bytes], for its standard input; may be NULL
    size_t input_bytes;
    int64_t patience_ms;    //  after which it is killed
    //  What came of it.
    int status;                           //  its exit status, or 128 + the signal
    char said[CHILD_SAID_BYTES];          //  standard output, terminated; the rest is thrown away
    char complained[CHILD_SAID_BYTES];    //  standard error
};

//  DMH_OK: it has ended, see `status`. DMH_NOT_FOUND: there is no such program; DMH_UNAVAILABLE: it was
//  killed when the time was over; DMH_INTERNAL.
int child_run (struct child *self, struct error *error);

//  The last line that it said on standard error, or else on standard output, for an error's sentence; "it
//  said nothing" where it did not. Answers `out`.
const char *child_word (const struct child *self, char out[200]);

#endif
