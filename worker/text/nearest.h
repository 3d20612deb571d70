//  nearest.h: the known word that a misspelt one was meant for. Pure; allocates nothing.
#ifndef DMH_WORKER_TEXT_NEAREST_H
#define DMH_WORKER_TEXT_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *word;     //  what was written; borrowed
    const char *found;    //  the nearest so far, borrowed from the candidates; NULL: none is near
    size_t distance;      //  letters to change, of `found`
};

//  Begins a search for `word`.
struct nearest nearest_begin (const char *word);

//  A candidate, which has to outlive the search. Case, spaces and punctuation do not count (text_fold). Near
//  is what one changed letter in three explains; of equals the first stays.
void nearest_try (struct nearest *self, const char *candidate);

//  The nearest of `words`, which NULL ends; NULL when none is near.
const char *nearest_of (const char *word, const char *const *words);

//  "; did you mean “found”?" or, where `found` is NULL, nothing. `out` holds NEAREST_HINT_BYTES. Returns out.
enum { NEAREST_HINT_BYTES = 96 };
char *nearest_hint (const char *found, char *out);

#endif
