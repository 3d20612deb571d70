//  file_piece.h: a piece of a file, and how it is written where it belongs.
#ifndef DMH_MESSAGES_FILES_FILE_PIECE_H
#define DMH_MESSAGES_FILES_FILE_PIECE_H

#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

struct file_piece {
    uint64_t at, bytes;
};

//  All of it. DMH_OK, DMH_IO.
int file_write_at (int fd, const char *piece, size_t n, uint64_t at, struct error *error);

#endif
