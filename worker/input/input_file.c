//  input_file.c: see input_file.h.
#define _GNU_SOURCE
#include "worker/input/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int input_file_open (const char *path, const char *name, int *fd, struct stat *opened, struct error *error)
{
    *fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        bool passes = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO;
        return error_set (error,
                          passes                                ? DMH_IO
                          : errno == ENOENT || errno == ENOTDIR ? DMH_NOT_FOUND
                                                                : DMH_BAD_INPUT,
                          "%s cannot be opened: %s", name, strerror (errno));
    }
    if (fstat (*fd, opened) != 0)
        return error_set (error, DMH_IO, "%s cannot be examined: %s", name, strerror (errno));
    if (S_ISDIR (opened->st_mode))
        return error_set (error, DMH_BAD_INPUT, "%s is a directory; name the files in it", name);
    if (!S_ISREG (opened->st_mode))
        return error_set (error, DMH_BAD_INPUT,
                          "%s is not a regular file; give its content on standard input (-)", name);
    posix_fadvise (*fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return DMH_OK;
}

int input_file_read (int fd, const char *name, uint64_t at, char *to, size_t n, size_t *got,
                     struct error *error)
{
    *got = 0;
    while (*got < n) {
        ssize_t rc = pread (fd, to + *got, n - *got, (off_t) (at + *got));
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return error_set (error, DMH_IO, "%s cannot be read at byte %llu: %s", name,
                              (unsigned long long) (at + *got), strerror (errno));
        if (rc == 0)
            break;
        *got += (size_t) rc;
    }
    return DMH_OK;
}
