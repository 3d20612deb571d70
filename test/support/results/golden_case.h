//  golden_case.h: for tests: the cases under fixtures/: what was worked out by hand has to come out, byte for
//  byte. A case is a folder with input.*, args (optional), records.csv, rejects.csv, counts, and issues and
//  left (optional).
#ifndef DMH_TEST_SUPPORT_GOLDEN_CASE_H
#define DMH_TEST_SUPPORT_GOLDEN_CASE_H

#include "test/support/processes/workplace.h"

enum { GOLDEN_WORDS_MAX = 24, GOLDEN_PATH_BYTES = 1024 };

//  One case, and the command that it is run by.
struct golden_case {
    const char *name;
    char folder[GOLDEN_PATH_BYTES];          //  absolute: fixtures/<name>
    char input[GOLDEN_PATH_BYTES + 256];     //  of it: input.csv, …
    char mapping[GOLDEN_PATH_BYTES + 16];    //  of it: mapping.json
    char schema[GOLDEN_PATH_BYTES + 16];     //  of it: schema.json
    char out[GOLDEN_PATH_BYTES];             //  where its result goes
    char args[512];
    const char *words[GOLDEN_WORDS_MAX];    //  dmh run …, ended by NULL
    size_t word_count;
};

//  Calls `visit` for each case, once. `place` is where results go.
void golden_case_each (const struct workplace *place,
                       void (*visit) (const struct workplace *place, struct golden_case *golden));

//  One more word of the command.
void golden_case_add (struct golden_case *self, const char *word);

//  Whether the result in that folder is what was worked out, and whole by itself.
void golden_case_check (const struct golden_case *self, const char *result);

#endif
