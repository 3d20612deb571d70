//  large_pages.c: see large_pages.h.
#define _GNU_SOURCE
#include "messages/base/large_pages.h"

#include <stdint.h>
#include <sys/mman.h>

void large_pages_hint (void *at, size_t bytes)
{
    const uintptr_t mask = LARGE_PAGE_BYTES - 1;
    if (!at || bytes < LARGE_PAGE_BYTES)
        return;
    uintptr_t begin = ((uintptr_t) at + mask) & ~mask, end = ((uintptr_t) at + bytes) & ~mask;
    if (begin < end)
        madvise ((char *) at + (begin - (uintptr_t) at), end - begin, MADV_HUGEPAGE);
}
