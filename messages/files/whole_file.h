//  whole_file.h: a file that is there whole, or as it was before.
#ifndef DMH_MESSAGES_FILES_WHOLE_FILE_H
#define DMH_MESSAGES_FILES_WHOLE_FILE_H

#include <stdio.h>

#include "messages/base/error.h"

//  Writes the content to `file`. DMH_OK or an error.
typedef int whole_file_content_fn (void *context, FILE *file, struct error *error);

//  Makes or replaces the file at `path` (0600) through one beside it, which is synced and renamed at the end,
//  and the name is synced. DMH_OK; what `content` answered, or DMH_IO, DMH_INTERNAL, and the file is as it
//  was, or as it was meant and its name may not outlive a loss of power.
int whole_file_write (const char *path, whole_file_content_fn *content, void *context, struct error *error);
//  The same, of a file that is not there: DMH_CONFLICT where it is, asked before anything is written.
int whole_file_create (const char *path, whole_file_content_fn *content, void *context, struct error *error);

#endif
