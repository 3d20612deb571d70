//  pages.c: see pages.h.
#define _GNU_SOURCE
#include "worker/memory/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE_BYTES = 4096, LEAST = 4 * PAGE_BYTES };

void pages_prepare (void *at, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    if (bytes < LEAST)
        return;
    uintptr_t begin = ((uintptr_t) at + PAGE_BYTES - 1) & ~(uintptr_t) (PAGE_BYTES - 1);
    uintptr_t end = ((uintptr_t) at + bytes) & ~(uintptr_t) (PAGE_BYTES - 1);
    madvise ((char *) at + (begin - (uintptr_t) at), end - begin, MADV_POPULATE_WRITE);
#else
    (void) at;
    (void) bytes;
#endif
}

void *pages_new (size_t bytes)
{
    const size_t most = SIZE_MAX - LARGE_PAGE_BYTES;
    if (bytes > most)
        return NULL;
    bytes = (bytes + LARGE_PAGE_BYTES - 1) / LARGE_PAGE_BYTES * LARGE_PAGE_BYTES;
    void *at = aligned_alloc (LARGE_PAGE_BYTES, bytes);
    if (!at)
        return NULL;
    large_pages_hint (at, bytes);
    pages_prepare (at, bytes);
    return at;
}
