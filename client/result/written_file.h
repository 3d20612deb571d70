//  written_file.h: a file that a command leaves where its user says: whole, and never within a result, which
//  holds nothing else.
#ifndef DMH_CLIENT_RESULT_WRITTEN_FILE_H
#define DMH_CLIENT_RESULT_WRITTEN_FILE_H

#include <stdbool.h>

#include "messages/files/whole_file.h"

//  As whole_file_write; what is there and no regular file (a pipe, a terminal) is written as it is.
//  `replace`: also over a file that is there. Else that is DMH_CONFLICT, and a folder or a place in a result
//  DMH_USAGE.
int written_file_put (const char *path, bool replace, whole_file_content_fn *content, void *context,
                      struct error *error);

#endif
