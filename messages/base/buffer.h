//  buffer.h: bytes that grow. The holder frees `at`.
#ifndef DMH_MESSAGES_BASE_BUFFER_H
#define DMH_MESSAGES_BASE_BUFFER_H

#include <stddef.h>

struct buffer {
    char *at;
    size_t used, size;
};

//  Makes room for `more` bytes behind `used`, at least doubling. 0, or -1 out of memory with nothing changed.
int buffer_reserve (struct buffer *self, size_t more);

#endif
