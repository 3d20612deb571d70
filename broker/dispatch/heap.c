//  heap.c: see heap.h.
#include "broker/dispatch/heap.h"

#include <stdlib.h>

static size_t *s_place (const struct heap *self, void *item)
{
    return (size_t *) (void *) ((char *) item + self->place_offset);
}

static void s_set (struct heap *self, size_t at, void *item)
{
    self->items[at] = item;
    *s_place (self, item) = at;
}

static void s_up (struct heap *self, size_t at)
{
    void *item = self->items[at];
    while (at > 0 && self->before (item, self->items[(at - 1) / 2])) {
        s_set (self, at, self->items[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    s_set (self, at, item);
}

static void s_down (struct heap *self, size_t at)
{
    void *item = self->items[at];
    for (size_t child; (child = 2 * at + 1) < self->count; at = child) {
        if (child + 1 < self->count && self->before (self->items[child + 1], self->items[child]))
            child++;
        if (!self->before (self->items[child], item))
            break;
        s_set (self, at, self->items[child]);
    }
    s_set (self, at, item);
}

int heap_reserve (struct heap *self, size_t count)
{
    size_t room = self->room ? self->room : 64;
    while (room < count)
        room *= 2;
    if (room == self->room)
        return 0;
    void **items = realloc (self->items, room * sizeof *items);
    if (!items)
        return -1;
    self->items = items;
    self->room = room;
    return 0;
}

int heap_put (struct heap *self, void *item)
{
    if (heap_reserve (self, self->count + 1) != 0)
        return -1;
    self->items[self->count] = item;
    s_up (self, self->count++);
    return 0;
}

void *heap_first (const struct heap *self)
{
    return self->count ? self->items[0] : NULL;
}

void heap_remove (struct heap *self, void *item)
{
    size_t at = *s_place (self, item);
    if (at == HEAP_OUT)
        return;
    *s_place (self, item) = HEAP_OUT;
    void *last = self->items[--self->count];
    if (last == item)
        return;
    s_set (self, at, last);
    s_up (self, at);
    s_down (self, *s_place (self, last));
}

void heap_clear (struct heap *self)
{
    free (self->items);
    self->items = NULL;
    self->count = self->room = 0;
}
