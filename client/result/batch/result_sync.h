//  result_sync.h: brings finished results onto the disk, several at once, before they get their names.
#ifndef DMH_CLIENT_RESULT_BATCH_RESULT_SYNC_H
#define DMH_CLIENT_RESULT_BATCH_RESULT_SYNC_H

#include <stddef.h>

#include "messages/base/error.h"

//  A result that is to be on the disk.
struct result_sync_item {
    const char *folder;    //  where it is
    const char *said;      //  what sentences call it: the place that it is to go to
};

//  When it returns DMH_OK all that lies in these folders is on the disk, and so are their names. They lie on
//  the file system of the folder `root`: of many results all of that is synced at once, of few each file.
//  DMH_IO.
int result_sync (const char *root, const struct result_sync_item *items, size_t count, struct error *error);

//  The folder's own entries.
int result_sync_folder (const char *path, struct error *error);

//  The seams that tests replace; NULL puts the real calls back.
void result_sync_replace (int (*fsync_call) (int), int (*syncfs_call) (int));

#endif
