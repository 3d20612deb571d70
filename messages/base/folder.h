//  folder.h: makes folders.
#ifndef DMH_MESSAGES_BASE_FOLDER_H
#define DMH_MESSAGES_BASE_FOLDER_H

#include "messages/base/error.h"

//  Makes `path` and the folders above it that are missing (0700); one that is there is fine.
//  DMH_OK; DMH_IO; DMH_INTERNAL.
int folder_make (const char *path, struct error *error);

#endif
