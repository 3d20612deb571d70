//  pages.c: see pages.h.
#define _GNU_SOURCE
#include "worker/memory/pages.h"

#include <malloc.h>
#include <pthread.h>
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

//  To align as much, glibc's heap takes twice as much from its end, and before 2.38 it does not use again
//  what is freed of that: jobs that come one after the other would take more and more. From this size on
//  memory comes from the system and goes back to it; said once, the limit no longer moves by itself.
static void s_set_threshold (void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt (M_MMAP_THRESHOLD, LARGE_PAGE_BYTES);
#endif
}

void *pages_new (size_t bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once (&once, s_set_threshold);
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
