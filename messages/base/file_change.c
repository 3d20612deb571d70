//  file_change.c: see file_change.h.
#include "messages/base/file_change.h"

static bool s_same_time (struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

int file_change_check (int fd, const char *path, const struct stat *opened, bool *changed)
{
    struct stat now, named;
    if (fstat (fd, &now) != 0)
        return -1;
    bool same = now.st_size == opened->st_size && s_same_time (now.st_mtim, opened->st_mtim) &&
                s_same_time (now.st_ctim, opened->st_ctim) && stat (path, &named) == 0 &&
                named.st_dev == opened->st_dev && named.st_ino == opened->st_ino;
    *changed = !same;
    return 0;
}
