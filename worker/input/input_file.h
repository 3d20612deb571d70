//  input_file.h: an input as a file of the disk: opened where it is one that can be read, and its bytes.
#ifndef DMH_WORKER_INPUT_INPUT_FILE_H
#define DMH_WORKER_INPUT_INPUT_FILE_H

#include "messages/base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

//  `name` is what messages call it. *fd: its descriptor, yours to close, or -1. DMH_OK; DMH_NOT_FOUND;
//  DMH_BAD_INPUT: it may not be read, or is a folder or a device; DMH_IO: another time it may go.
int input_file_open (const char *path, const char *name, int *fd, struct stat *opened, struct error *error);

//  As many of n bytes from `at` on as there are. DMH_OK, DMH_IO.
int input_file_read (int fd, const char *name, uint64_t at, char *to, size_t n, size_t *got,
                     struct error *error);

#endif
