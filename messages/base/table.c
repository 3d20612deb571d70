//  table.c: see table.h. Each item stands at the place that its text's hash says, or behind it where others
//  stand there, with no gap between; at most three of four places are taken.
#include "messages/base/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { ROOM_LEAST = 64 };

static const char *s_key (const struct table *self, const void *item)
{
    return (const char *) item + self->key_offset;
}

static size_t s_home (const struct table *self, const char *key)
{
    return (size_t) XXH3_64bits (key, strlen (key)) & (self->room - 1);
}

static void s_set (struct table *self, void *item)
{
    size_t at = s_home (self, s_key (self, item));
    while (self->items[at])
        at = (at + 1) & (self->room - 1);
    self->items[at] = item;
}

int table_reserve (struct table *self, size_t count)
{
    struct table grown = {.count = self->count, .key_offset = self->key_offset};
    size_t at = 0;
    grown.room = self->room ? self->room : ROOM_LEAST;
    while (grown.room / 4 * 3 < count)
        grown.room *= 2;
    if (grown.room == self->room)
        return 0;
    grown.items = calloc (grown.room, sizeof *grown.items);
    if (!grown.items)
        return -1;
    for (void *item; (item = table_next (self, &at));)
        s_set (&grown, item);
    free (self->items);
    *self = grown;
    return 0;
}

int table_put (struct table *self, void *item)
{
    if (table_reserve (self, self->count + 1) != 0)
        return -1;
    s_set (self, item);
    self->count++;
    return 0;
}

//  Where it stands; `room`: nowhere.
static size_t s_place (const struct table *self, const char *key)
{
    if (!self->count)
        return self->room;
    for (size_t at = s_home (self, key); self->items[at]; at = (at + 1) & (self->room - 1))
        if (strcmp (s_key (self, self->items[at]), key) == 0)
            return at;
    return self->room;
}

void *table_find (const struct table *self, const char *key)
{
    size_t at = s_place (self, key);
    return at < self->room ? self->items[at] : NULL;
}

//  Those behind it move up where their home is not behind the gap.
void table_remove (struct table *self, const char *key)
{
    size_t gap = s_place (self, key), last = self->room - 1;
    if (gap >= self->room)
        return;
    for (size_t at = (gap + 1) & last; self->items[at]; at = (at + 1) & last) {
        size_t home = s_home (self, s_key (self, self->items[at]));
        if (((at - home) & last) < ((at - gap) & last))
            continue;
        self->items[gap] = self->items[at];
        gap = at;
    }
    self->items[gap] = NULL;
    self->count--;
}

void *table_next (const struct table *self, size_t *at)
{
    while (*at < self->room && !self->items[*at])
        ++*at;
    return *at < self->room ? self->items[(*at)++] : NULL;
}

void table_clear (struct table *self)
{
    free (self->items);
    self->items = NULL;
    self->count = self->room = 0;
}
