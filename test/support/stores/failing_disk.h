//  failing_disk.h: for tests: one call of the disk that answers an error instead. A test program that uses it
//  has these calls in place of the C library's, in all that is linked into it.
#ifndef DMH_TEST_SUPPORT_FAILING_DISK_H
#define DMH_TEST_SUPPORT_FAILING_DISK_H

#include <stdbool.h>

enum disk_call { DISK_SYNC, DISK_WRITE, DISK_RENAME, DISK_UNLINK, DISK_STAT };

//  The n-th of these calls from now on answers -1 with that errno; a write with 0 as errno takes one byte of
//  what it is given, or none of one. n as 0: none fails.
void failing_disk_at (enum disk_call call, int n, int number);
//  Whether one has failed since.
bool failing_disk_failed (void);

#endif
