//  large_pages.h: much memory in few pages. Fresh memory otherwise comes 4 KiB at a time, each with a fault
//  when it is first written, which on a virtual machine may take longer than what is done with it.
#ifndef DMH_MESSAGES_BASE_LARGE_PAGES_H
#define DMH_MESSAGES_BASE_LARGE_PAGES_H

#include <stddef.h>

enum { LARGE_PAGE_BYTES = 2 << 20 };

//  [at, at + bytes) will be written, nearly all of it: what fills large pages may come in them. A hint, which
//  changes no byte; less than one such page is left alone.
void large_pages_hint (void *at, size_t bytes);

#endif
