//  file_piece.c: see file_piece.h.
#include "messages/files/file_piece.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int file_write_at (int fd, const char *piece, size_t n, uint64_t at, struct error *error)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite (fd, piece + done, n - done, (off_t) (at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return error_set (error, DMH_IO, "a file that comes in cannot be written: %s", strerror (errno));
        done += (size_t) put;
    }
    return DMH_OK;
}
