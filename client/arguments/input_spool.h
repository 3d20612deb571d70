//  input_spool.h: standard input as a file, since an input is read more than once.
#ifndef DMH_CLIENT_ARGUMENTS_INPUT_SPOOL_H
#define DMH_CLIENT_ARGUMENTS_INPUT_SPOOL_H

#include <limits.h>
#include <stdint.h>

#include "messages/base/error.h"

//  Of standard input, where nobody says how much of it may be kept.
#define STDIN_BYTES ((uint64_t) 16 * 1024 * 1024 * 1024)

//  Reads standard input to its end into *path, the file "stdin" in the new folder *spool (empty: none could
//  be made). DMH_OK; DMH_IO; DMH_TOO_LARGE (more than `most` bytes, of which none is kept); DMH_CANCELLED,
//  `interrupt` became readable; DMH_INTERNAL.
int input_spool_read (char spool[PATH_MAX], char path[PATH_MAX], uint64_t most, int interrupt,
                      struct error *error);

#endif
