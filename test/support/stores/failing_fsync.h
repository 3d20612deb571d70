//  failing_fsync.h: for tests: a disk that refuses to sync, once. A test program that uses it has this fsync
//  in the place of the C library's, in all that is linked into it.
#ifndef DMH_TEST_SUPPORT_FAILING_FSYNC_H
#define DMH_TEST_SUPPORT_FAILING_FSYNC_H

#include <stdbool.h>

//  The n-th fsync from now on answers EIO, and no other; 0: none.
void failing_fsync_at (int n);
//  Whether it has come to that one.
bool failing_fsync_failed (void);

#endif
