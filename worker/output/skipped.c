//  skipped.c: see skipped.h.
#include "worker/output/skipped.h"

#include <stdlib.h>

static struct skipped_records *s_find (struct skipped *self, const struct skipped_records *from)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->names[i].name, from->name) == 0)
            return &self->names[i];
    if (self->count == SKIPPED_NAMES_MAX)
        return &self->names[SKIPPED_NAMES_MAX - 1];
    struct skipped_records *fresh = &self->names[self->count++];
    *fresh = (struct skipped_records){.count = 0};
    memcpy (fresh->name, from->name, sizeof fresh->name);
    return fresh;
}

int skipped_add (struct skipped *self, const struct skipped_records *rows, size_t n)
{
    if (n && !self->names)
        self->names = calloc (SKIPPED_NAMES_MAX, sizeof *self->names);
    if (n && !self->names)
        return -1;
    for (size_t i = 0; i < n; i++)
        s_find (self, &rows[i])->count += rows[i].count;
    return 0;
}

void skipped_clear (struct skipped *self)
{
    free (self->names);
    *self = (struct skipped){NULL, 0};
}
