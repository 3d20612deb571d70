//  log_tail.c: see log_tail.h.
#include "client/launch/log_tail.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void log_tail_of (const char *text, size_t n, char tail[ENGINE_TAIL_BYTES])
{
    size_t from = n, lines = 0;
    while (from > 0 && n - from < ENGINE_TAIL_BYTES - 1) {
        if (from < n && text[from - 1] == '\n' && ++lines == LOG_TAIL_LINES)
            break;
        from--;
    }
    if (from > 0 && text[from - 1] != '\n') {    //  the first one is not whole
        const char *next = memchr (text + from, '\n', n - from);
        from = next && next + 1 < text + n ? (size_t) (next + 1 - text) : from;
    }
    memcpy (tail, text + from, n - from);
    tail[n - from] = 0;
}

void log_tail_read (const char *path, char tail[ENGINE_TAIL_BYTES])
{
    char text[ENGINE_TAIL_BYTES];
    struct stat about;
    *tail = 0;
    int fd = open (path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    bool there = fstat (fd, &about) == 0;
    off_t from = there && about.st_size > (off_t) sizeof text ? about.st_size - (off_t) sizeof text : 0;
    ssize_t n = there ? pread (fd, text, sizeof text, from) : -1;
    close (fd);
    if (n > 0)
        log_tail_of (text, (size_t) n, tail);
}
