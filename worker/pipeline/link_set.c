//  link_set.c: see link_set.h. Links are put in order, and each kept once, when they have doubled.
#include "worker/pipeline/link_set.h"

#include "worker/formats/format.h"

#include <stdlib.h>

enum { SORT_BYTES = 1 << 20 };

static struct link *s_links (const struct buffer *self)
{
    return (struct link *) (void *) self->at;
}

static int s_compare (const void *one, const void *other)
{
    const struct link *a = one, *b = other;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->sort < b->sort ? -1 : a->sort > b->sort;
}

static void s_sort (struct buffer *self)
{
    struct link *links = s_links (self);
    size_t count = self->used / sizeof *links, kept = 0;
    if (count == 0)
        return;
    qsort (links, count, sizeof *links, s_compare);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || s_compare (&links[i], &links[kept - 1]) != 0)
            links[kept++] = links[i];
    self->used = kept * sizeof *links;
}

int link_set_add (struct buffer *self, const struct buffer *block)
{
    if (block->used == 0)
        return 0;
    if (self->size && self->used + block->used > self->size && self->used >= SORT_BYTES)
        s_sort (self);
    if (buffer_reserve (self, block->used) != 0)
        return -1;
    memcpy (self->at + self->used, block->at, block->used);
    self->used += block->used;
    return 0;
}

bool link_set_asks (struct buffer *self)
{
    s_sort (self);
    const struct link *links = s_links (self);
    size_t servers = 0;
    for (size_t i = 0; i < self->used / sizeof *links; i++) {
        const struct link *before = i ? &links[i - 1] : NULL;
        servers += links[i].sort == LINK_SERVER;
        if (links[i].sort == LINK_PATIENT || servers > 1 ||
            (links[i].sort == LINK_OTHER && before && before->hash == links[i].hash &&
             before->sort == LINK_ASKED))
            return true;
    }
    return false;
}
