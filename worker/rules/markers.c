//  markers.c: see markers.h. The list is short, so behind the filter it is walked.
#include "markers.h"

#include <stdlib.h>
#include <strings.h>

struct markers {
    char **list;
    size_t count, room;
    size_t longest;
    bool first[256];    //  by first byte, both cases
};

markers_t *markers_new (void)
{
    return calloc (1, sizeof (markers_t));
}

void markers_destroy (markers_t **self_p)
{
    markers_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->list[i]);
    free (self->list);
    free (self);
    *self_p = NULL;
}

int markers_add (markers_t *self, const char *marker)
{
    size_t n = strlen (marker);
    if (n == 0)
        return 0;    //  an empty value is missing anyhow
    if (self->count == self->room) {
        size_t room = self->room * 2 + 16;
        char **list = realloc (self->list, room * sizeof *list);
        if (!list)
            return -1;
        self->list = list;
        self->room = room;
    }
    char *copy = strdup (marker);
    if (!copy)
        return -1;
    self->list[self->count++] = copy;
    self->longest = n > self->longest ? n : self->longest;
    unsigned char first = (unsigned char) *marker;
    bool letter = (first | 0x20) >= 'a' && (first | 0x20) <= 'z';
    self->first[first] = true;
    if (letter)
        self->first[first ^ 0x20] = true;
    return 0;
}

bool markers_has (const markers_t *self, struct text in)
{
    if (in.n > self->longest || !self->first[(unsigned char) in.at[0]])
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (strncasecmp (self->list[i], in.at, in.n) == 0 && self->list[i][in.n] == 0)
            return true;
    return false;
}

size_t markers_size (const markers_t *self)
{
    return self->count;
}
