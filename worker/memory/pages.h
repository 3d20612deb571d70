//  pages.h: much memory that is about to be written, asked of the system at once and in large pages. Fresh
//  memory otherwise comes 4 KiB at a time, each with a fault when it is first written, which on a virtual
//  machine may take twenty times as long as to fill it.
#ifndef DMH_WORKER_MEMORY_PAGES_H
#define DMH_WORKER_MEMORY_PAGES_H

#include "messages/base/large_pages.h"

#include <stddef.h>

//  Memory in large pages, where the system has them, all of it ready to be written; its contents are not set.
//  `bytes` is best a multiple of LARGE_PAGE_BYTES. free () it. NULL when out of memory.
void *pages_new (size_t bytes);

//  Makes the whole pages of [at, at + bytes) ready to be written; what they hold stays. A hint: where the
//  system cannot (before Linux 5.14, short of memory), they come one by one as ever. Few bytes are left
//  alone.
void pages_prepare (void *at, size_t bytes);

#endif
