//  heap.h: a binary heap of pointers that remember their place, so that any of them can be taken out in
//  O(log n). Never owns what it holds.
#ifndef DMH_BROKER_DISPATCH_HEAP_H
#define DMH_BROKER_DISPATCH_HEAP_H

#include <stdbool.h>
#include <stddef.h>

//  Every item begins its life outside of a heap with place HEAP_OUT.
#define HEAP_OUT ((size_t) -1)

struct heap {
    void **items;
    size_t count, room;
    bool (*before) (const void *a, const void *b);    //  whether a comes out first
    size_t place_offset;                              //  of the size_t in an item that holds its place
};

//  Room for `count` items in all: putting in no more than that cannot fail. 0, or -1 out of memory.
int heap_reserve (struct heap *self, size_t count);
int heap_put (struct heap *self, void *item);        //  0, or -1 out of memory
void *heap_first (const struct heap *self);          //  NULL when empty; stays in
void heap_remove (struct heap *self, void *item);    //  nothing happens when it is out
void heap_clear (struct heap *self);                 //  frees the heap's own memory

#endif
