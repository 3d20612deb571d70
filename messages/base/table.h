//  table.h: things found by a text that stands in them, eleven to 22 bytes for each however many there are:
//  for those that there may be a million of. Never owns what it holds, and the texts stay as they are
//  meanwhile.
#ifndef DMH_MESSAGES_BASE_TABLE_H
#define DMH_MESSAGES_BASE_TABLE_H

#include <stddef.h>

struct table {
    void **items;
    size_t count, room;    //  room: a power of two, or 0
    size_t key_offset;     //  of the text in an item: an array of char with its end
};

//  Room for `count` in all: putting in no more than that cannot fail. 0, or -1 out of memory.
int table_reserve (struct table *self, size_t count);
//  One whose text is not there yet. 0, or -1 out of memory.
int table_put (struct table *self, void *item);
void *table_find (const struct table *self, const char *key);    //  NULL: there is none
void table_remove (struct table *self, const char *key);         //  nothing happens when there is none
//  The first one at or behind *at, which is moved on behind it; NULL behind the last. Nothing may be put in
//  or removed meanwhile.
void *table_next (const struct table *self, size_t *at);
void table_clear (struct table *self);    //  frees the table's own memory

#endif
