//  sqlite_files.h: the files of a store in SQLite: whether those that were opened are still where they were.
//  SQLite writes on into a file that was deleted or replaced, and what it commits there is lost.
#ifndef DMH_SQLITE_FILES_H
#define DMH_SQLITE_FILES_H

#include "messages/base/error.h"

#include <sys/types.h>

enum {
    SQLITE_FILES = 3
};    //  the database by the name it was asked for, by its own, and its write-ahead log

struct sqlite_files {
    struct {
        char *path;    //  NULL: none, as in memory
        dev_t device;
        ino_t inode;
    } files[SQLITE_FILES];
};

//  As they are now, just opened. `path` is what was asked for, which may be a link; `file` the database's own
//  name as SQLite has it, beside which its log lies. A zeroed struct before; sqlite_files_clear after,
//  whatever is answered. DMH_OK, DMH_UNAVAILABLE.
int sqlite_files_watch (struct sqlite_files *self, const char *path, const char *file, struct error *error);
void sqlite_files_clear (struct sqlite_files *self);

//  DMH_OK; DMH_UNAVAILABLE: one was deleted, moved or replaced, or cannot be looked at.
int sqlite_files_check (const struct sqlite_files *self, struct error *error);

#endif
