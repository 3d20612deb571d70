//  scratch_vfs.h: how SQLite meets the disk while it writes a database that nobody else opens: no locks, and
//  what it sorts on the disk goes to the folder of the database, whose disk has room for the result, and
//  never to /var/tmp. Its files there are removed as soon as they are open.
#ifndef DMH_WORKER_OUTPUT_RECORDS_SCRATCH_VFS_H
#define DMH_WORKER_OUTPUT_RECORDS_SCRATCH_VFS_H

#include <stdbool.h>

typedef struct scratch_vfs scratch_vfs_t;

//  NULL when out of memory. It has to outlive its databases, each of which one thread uses.
scratch_vfs_t *scratch_vfs_new (const char *folder);
void scratch_vfs_destroy (scratch_vfs_t **self_p);

//  For sqlite3_open_v2. Borrowed.
const char *scratch_vfs_name (const scratch_vfs_t *self);

//  Whether the disk was full at a write: SQLite itself says the same of a limit of pages.
bool scratch_vfs_was_full (const scratch_vfs_t *self);
//  errno of a write that failed, which SQLite does not always keep; 0: none has.
int scratch_vfs_errno (const scratch_vfs_t *self);

#endif
