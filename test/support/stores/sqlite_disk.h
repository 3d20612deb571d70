//  sqlite_disk.h: for tests: the seam between SQLite and the disk: its syncs are counted, and refused when a
//  test wants that.
#ifndef DMH_TEST_SUPPORT_SQLITE_DISK_H
#define DMH_TEST_SUPPORT_SQLITE_DISK_H

#include <stdbool.h>

struct sqlite_disk {
    unsigned syncs;           //  so far
    bool refuses;             //  each of them fails
    void (*before) (void);    //  called before each; or NULL
};

//  Every database that this process opens from now on is on this disk.
struct sqlite_disk *sqlite_disk_install (void);

#endif
