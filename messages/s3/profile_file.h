//  profile_file.h: the files in which AWS's tools keep credentials and settings: sections in brackets, lines
//  `name = value`. Settings that stand below another one, indented, are passed over.
#ifndef DMH_MESSAGES_S3_PROFILE_FILE_H
#define DMH_MESSAGES_S3_PROFILE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

//  A setting that is looked for: `value` holds `size` bytes, and is left as it is where the file says
//  nothing.
struct profile_value {
    const char *name;
    char *value;
    size_t size;
};

//  Reads them from `section` of the file; *found: there is such a section. A file that is not there has none.
//  DMH_OK; DMH_USAGE: it cannot be read, or a value is longer than any that is right. No sentence has a value
//  in it.
int profile_file_read (const char *path, const char *section, struct profile_value *values, size_t count,
                       bool *found, struct error *error);

#endif
