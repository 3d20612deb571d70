//  nearest.c: see nearest.h.
#include "worker/text/nearest.h"

#include "messages/text/edit_distance.h"
#include "worker/text/text.h"

#include <stdio.h>

enum { FAR = EDIT_LETTERS_MAX };

struct nearest nearest_begin (const char *word)
{
    return (struct nearest){.word = word, .distance = FAR};
}

void nearest_try (struct nearest *self, const char *candidate)
{
    char a[EDIT_LETTERS_MAX], b[EDIT_LETTERS_MAX];
    size_t n = text_fold (text_of (self->word), a, sizeof a);
    size_t m = text_fold (text_of (candidate), b, sizeof b);
    if (n == 0 || m == 0 || n == sizeof a || m == sizeof b)
        return;
    size_t distance = edit_distance (a, n, b, m), longer = n > m ? n : m;
    if (distance * 3 > longer || distance >= self->distance)
        return;
    self->distance = distance;
    self->found = candidate;
}

const char *nearest_of (const char *word, const char *const *words)
{
    struct nearest nearest = nearest_begin (word);
    for (; *words; words++)
        nearest_try (&nearest, *words);
    return nearest.found;
}

char *nearest_hint (const char *found, char *out)
{
    if (found)
        snprintf (out, NEAREST_HINT_BYTES, "; did you mean “%.60s”?", found);
    else
        *out = 0;
    return out;
}
