//  text_file.h: a small file that goes into a message as text: a mapping, a schema.
#ifndef DMH_CLIENT_ARGUMENTS_TEXT_FILE_H
#define DMH_CLIENT_ARGUMENTS_TEXT_FILE_H

#include "messages/base/error.h"
#include "messages/job.h"

//  The file's text, terminated, in *text, yours to free, and its name as messages have it. `what` begins the
//  sentences: "the mapping". DMH_USAGE: it cannot be read, changed meanwhile, is empty, no text, or longer
//  than MAPPING_BYTES_MAX; DMH_INTERNAL.
int text_file_read (const char *what, const char *path, char **text, char name[NAME_BYTES],
                    struct error *error);

#endif
