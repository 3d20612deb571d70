//  edit_distance.c: see edit_distance.h.
#include "messages/text/edit_distance.h"

static size_t s_least (size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t edit_distance (const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][EDIT_LETTERS_MAX + 1];
    if (n > EDIT_LETTERS_MAX || m > EDIT_LETTERS_MAX)
        return n > m ? n : m;
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
