//  buffer.c: see buffer.h.
#include "messages/base/buffer.h"

#include <stdint.h>
#include <stdlib.h>

int buffer_reserve (struct buffer *self, size_t more)
{
    if (self->size - self->used >= more)
        return 0;
    if (more > SIZE_MAX / 4 - self->used)
        return -1;
    size_t size = self->size * 2 > self->used + more ? self->size * 2 : self->used + more + 64;
    char *at = realloc (self->at, size);
    if (!at)
        return -1;
    self->at = at;
    self->size = size;
    return 0;
}
