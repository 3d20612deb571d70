//  scratch_file.h: a file without a name in the folder of a result, whose disk has room for it: nothing is
//  left of it whatever happens.
#ifndef DMH_WORKER_MEMORY_SCRATCH_FILE_H
#define DMH_WORKER_MEMORY_SCRATCH_FILE_H

#include <stddef.h>
#include <stdint.h>

//  Its descriptor, yours to close; -1 with errno.
int scratch_file_open (const char *folder);

//  Writes all of [n) bytes at the offset. 0, or -1 with errno.
int scratch_file_write (int fd, const char *bytes, size_t n, uint64_t offset);

//  Reads up to [n) bytes there, fewer at its end alone. The number, or -1 with errno.
long scratch_file_read (int fd, char *to, size_t n, uint64_t offset);

#endif
