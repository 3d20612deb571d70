//  failing_fsync.c: see failing_fsync.h.
#include "test/support/stores/failing_fsync.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Atomic int s_left;    //  1: the next one fails
static _Atomic bool s_failed;

void failing_fsync_at (int n)
{
    atomic_store (&s_failed, false);
    atomic_store (&s_left, n);
}

bool failing_fsync_failed (void)
{
    return atomic_load (&s_failed);
}

int fsync (int fd)
{
    if (atomic_load (&s_left) > 0 && atomic_fetch_sub (&s_left, 1) == 1) {
        atomic_store (&s_failed, true);
        errno = EIO;
        return -1;
    }
    return (int) syscall (SYS_fsync, fd);
}
