//  failing_disk.c: see failing_disk.h.
#define _GNU_SOURCE
#include "test/support/stores/failing_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic int s_call, s_number, s_left;    //  s_left 1: the next one fails
static _Atomic bool s_failed;

void failing_disk_at (enum disk_call call, int n, int number)
{
    atomic_store (&s_failed, false);
    atomic_store (&s_call, (int) call);
    atomic_store (&s_number, number);
    atomic_store (&s_left, n);
}

bool failing_disk_failed (void)
{
    return atomic_load (&s_failed);
}

static bool s_fails (enum disk_call call)
{
    if ((int) call != atomic_load (&s_call) || atomic_load (&s_left) <= 0 ||
        atomic_fetch_sub (&s_left, 1) != 1)
        return false;
    atomic_store (&s_failed, true);
    if (atomic_load (&s_number))
        errno = atomic_load (&s_number);
    return true;
}

int fsync (int fd)
{
    return s_fails (DISK_SYNC) ? -1 : (int) syscall (SYS_fsync, fd);
}

ssize_t pwrite (int fd, const void *at, size_t n, off_t offset)
{
    if (s_fails (DISK_WRITE)) {
        if (atomic_load (&s_number))
            return -1;
        n = n > 1 ? 1 : 0;
    }
    return syscall (SYS_pwrite64, fd, at, n, offset);
}

int renameat (int from, const char *name, int to, const char *other)
{
    return s_fails (DISK_RENAME) ? -1 : (int) syscall (SYS_renameat2, from, name, to, other, 0);
}

int unlinkat (int folder, const char *name, int flags)
{
    return s_fails (DISK_UNLINK) ? -1 : (int) syscall (SYS_unlinkat, folder, name, flags);
}

int fstatat (int folder, const char *name, struct stat *out, int flags)
{
    return s_fails (DISK_STAT) ? -1 : (int) syscall (SYS_newfstatat, folder, name, out, flags);
}
