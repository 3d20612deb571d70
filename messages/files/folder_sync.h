//  folder_sync.h: brings folders of finished files onto the disk, several at once, before they get their
//  names.
#ifndef DMH_MESSAGES_FILES_FOLDER_SYNC_H
#define DMH_MESSAGES_FILES_FOLDER_SYNC_H

#include <stddef.h>

#include "messages/base/error.h"

//  A folder of files, none of which is a folder.
struct folder_sync_item {
    const char *folder;    //  where it is
    const char *said;      //  what sentences call it: the place that it is to go to
    struct error error;    //  DMH_IO: not all of it is on the disk; it is not to be tried again, as the
                           //  second time no failure of the first one is told
};

//  All that lies in these folders is on the disk then, and so are the files' names, or their errors say why
//  not. They lie on the file system of the folder `root`: of many all of that is synced at once, of few each
//  file. `root` was opened before the first byte of any of them was written: syncfs tells a descriptor what
//  failed since it was opened, and what somebody else was told before it not at all.
void folder_sync_all (int root, struct folder_sync_item *items, size_t count);

//  The folder's own entries.
int folder_sync (const char *path, struct error *error);

//  The seams that tests replace; NULL puts the real calls back.
void folder_sync_replace (int (*fsync_call) (int), int (*syncfs_call) (int));

#endif
