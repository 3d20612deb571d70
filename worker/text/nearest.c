//  nearest.c: see nearest.h. The distance is Levenshtein's, with two neighbours that changed places as one.
#include "worker/text/nearest.h"

#include "worker/text/text.h"

#include <stdio.h>

enum { LETTERS_MAX = 40, FAR = LETTERS_MAX };

static size_t s_least (size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t s_distance (const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][LETTERS_MAX + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = s_least (s_least (above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = s_least (row[j], before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

struct nearest nearest_begin (const char *word)
{
    return (struct nearest){.word = word, .distance = FAR};
}

void nearest_try (struct nearest *self, const char *candidate)
{
    char a[LETTERS_MAX], b[LETTERS_MAX];
    size_t n = text_fold (text_of (self->word), a, sizeof a);
    size_t m = text_fold (text_of (candidate), b, sizeof b);
    if (n == 0 || m == 0 || n == sizeof a || m == sizeof b)
        return;
    size_t distance = s_distance (a, n, b, m), longer = n > m ? n : m;
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
