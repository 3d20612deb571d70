//  result_file.h: a file of a result, opened as what it has to be: a regular file that stands in the folder
//  itself. A link, a FIFO or a device in its place is refused and never waited for.
#ifndef DMH_CLIENT_RESULT_READING_RESULT_FILE_H
#define DMH_CLIENT_RESULT_READING_RESULT_FILE_H

#include <stdio.h>

#include "messages/base/error.h"

//  Whether a folder is at that path. DMH_OK; else DMH_NOT_FOUND, DMH_IO or, where it is a file, DMH_USAGE.
int result_files_folder (const char *folder, struct error *error);

//  Opens the file `name` of `folder` for reading; fclose it. NULL with `error` set, whose sentence names the
//  file: DMH_NOT_FOUND where nothing is there, DMH_MALFORMED where it is no regular file, DMH_IO,
//  DMH_INTERNAL out of memory.
FILE *result_file_open (const char *folder, const char *name, struct error *error);

#endif
