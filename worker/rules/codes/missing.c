//  missing.c: see missing.h. The list is short, so behind the filter it is walked.
#include "worker/rules/codes/missing.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

struct marker {
    char *text;    //  in lower case
    size_t n;
};

struct missing {
    struct marker *list;
    size_t count, room;
    uint64_t lengths[256];    //  by first byte, both cases: bit n for a marker of n bytes, 63 for longer ones
};

missing_t *missing_new (void)
{
    return calloc (1, sizeof (missing_t));
}

void missing_destroy (missing_t **self_p)
{
    missing_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->list[i].text);
    free (self->list);
    free (self);
    *self_p = NULL;
}

static int s_make_room (missing_t *self)
{
    if (self->count < self->room)
        return 0;
    size_t room = self->room * 2 + 16;
    struct marker *list = realloc (self->list, room * sizeof *list);
    if (!list)
        return -1;
    self->list = list;
    self->room = room;
    return 0;
}

static uint64_t s_length_bit (size_t n)
{
    return 1ull << (n < 63 ? n : 63);
}

int missing_add (missing_t *self, const char *marker)
{
    size_t n = strlen (marker);
    if (n == 0)
        return 0;    //  an empty value is missing anyhow
    if (s_make_room (self) != 0)
        return -1;
    char *copy = strdup (marker);
    if (!copy)
        return -1;
    for (char *c = copy; *c; c++)
        *c = to_lower (*c);
    self->list[self->count++] = (struct marker){copy, n};
    self->lengths[(unsigned char) *copy] |= s_length_bit (n);
    self->lengths[(unsigned char) to_upper (*copy)] |= s_length_bit (n);
    return 0;
}

static bool s_equal (const struct marker *marker, struct text in)
{
    if (marker->n != in.n)
        return false;
    for (size_t i = 0; i < in.n; i++)
        if (to_lower (in.at[i]) != marker->text[i])
            return false;
    return true;
}

bool missing_has (const missing_t *self, struct text in)
{
    if (in.n == 0 || !(self->lengths[(unsigned char) in.at[0]] & s_length_bit (in.n)))
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (s_equal (&self->list[i], in))
            return true;
    return false;
}

const char *missing_at (const missing_t *self, size_t i)
{
    return i < self->count ? self->list[i].text : NULL;
}
