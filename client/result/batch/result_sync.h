//  result_sync.h: brings finished results onto the disk, several at once, before they get their names.
#ifndef DMH_CLIENT_RESULT_BATCH_RESULT_SYNC_H
#define DMH_CLIENT_RESULT_BATCH_RESULT_SYNC_H

#include <stddef.h>

#include "messages/base/error.h"

//  When it returns DMH_OK all that lies in these folders is on the disk, and so are their names. They lie on
//  the file system of the folder `root`: of many results all of that is synced at once, of few each file.
//  DMH_IO.
int result_sync (const char *root, char *const *folders, size_t count, struct error *error);

//  The folder's own entries.
int result_sync_folder (const char *path, struct error *error);

//  The seams that tests replace; NULL puts the real calls back.
void result_sync_replace (int (*fsync_call) (int), int (*syncfs_call) (int));

#endif
