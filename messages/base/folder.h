//  folder.h: makes folders, and reads what stands in them.
#ifndef DMH_MESSAGES_BASE_FOLDER_H
#define DMH_MESSAGES_BASE_FOLDER_H

#include "messages/base/error.h"

#include <dirent.h>

//  Makes `path` and the folders above it that are missing (0700); one that is there is fine.
//  DMH_OK; DMH_IO; DMH_INTERNAL.
int folder_make (const char *path, struct error *error);

//  The next entry but "." and "..", as long as the listing stays; NULL at its end with *why 0, or with the
//  errno of a folder that cannot be read to its end (which readdir alone does not tell from the end).
const struct dirent *folder_next (DIR *listing, int *why);

//  1: nothing but hidden names stands in it, or it is not there; 0: something does; -1 with errno: it cannot
//  be read.
int folder_is_empty (const char *path);

#endif
