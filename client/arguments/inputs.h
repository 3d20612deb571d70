//  inputs.h: the INPUT words of a command line as struct inputs: absolute, readable, with their names. Reads
//  standard input into a file of its own when a word is "-"; never looks into an
//  input otherwise.
#ifndef DMH_CLIENT_ARGUMENTS_INPUTS_H
#define DMH_CLIENT_ARGUMENTS_INPUTS_H

#include "messages/job.h"

//  One INPUT. `error.code` other than DMH_OK: it cannot be used, and the sentence says why; `input.name` is
//  there anyway.
struct input_argument {
    const char *word;    //  as given; borrowed from argv
    struct input input;
    const char *kind;    //  of several that are wanted; NULL: as the options say
    struct error error;
};

//  Of standard input, where nobody says how much of it may be kept.
#define STDIN_BYTES ((uint64_t) 16 * 1024 * 1024 * 1024)

//  Looks at each word. *out [count] is yours to free. `spool` (PATH_MAX bytes): the folder made for standard
//  input, of which it keeps `most` bytes at most, empty when none was; remove it with result_folder_remove.
//  DMH_OK or DMH_INTERNAL; an unusable input is no error here.
int inputs_find (const char *const *words, size_t count, uint64_t most, int interrupt,
                 struct input_argument **out, char *spool, struct error *error);

//  Each input once for each of several kinds (`count` > 1), under a name of its own: bundle.json becomes
//  bundle-patient.json, bundle-lab_result.json … *inputs [*input_count] is exchanged. DMH_OK or DMH_INTERNAL.
int inputs_spread (struct input_argument **inputs, size_t *input_count, const char *const *kinds,
                   size_t count, struct error *error);

#endif
