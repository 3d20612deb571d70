//  text_file.c: see text_file.h.
#include "client/arguments/text_file.h"

#include "client/arguments/input_name.h"
#include "messages/base/file_change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int text_file_read (const char *what, const char *path, char **text_out, char name[NAME_BYTES],
                    struct error *error)
{
    const char *slash = strrchr (path, '/');
    struct stat opened;
    bool changed = false;
    FILE *file = fopen (path, "rb");
    if (!file || fstat (fileno (file), &opened) != 0) {
        error_set (error, DMH_USAGE, "%s %s cannot be read: %s", what, path, strerror (errno));
        if (file)
            fclose (file);
        return error->code;
    }
    char *text = malloc (MAPPING_BYTES_MAX + 2);
    size_t n = text ? fread (text, 1, MAPPING_BYTES_MAX + 1, file) : 0;
    int rc = DMH_OK;
    if (!text)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    else if (ferror (file))
        rc = error_set (error, DMH_USAGE, "%s %s cannot be read: %s", what, path, strerror (errno));
    else if (n > MAPPING_BYTES_MAX)
        rc = error_set (error, DMH_USAGE, "%s %s is longer than 48 KiB", what, path);
    else if (n == 0 || memchr (text, 0, n))
        rc = error_set (error, DMH_USAGE, "%s %s is empty or no text", what, path);
    else if (S_ISREG (opened.st_mode) &&
             (file_change_check (fileno (file), path, &opened, &changed) != 0 || changed))
        rc = error_set (error, DMH_USAGE,
                        "%s %s changed while it was read; give it again when it is complete", what, path);
    fclose (file);
    if (rc != DMH_OK) {
        free (text);
        return rc;
    }
    text[n] = 0;
    *text_out = text;
    input_name_plain (slash && slash[1] ? slash + 1 : path, name);
    return DMH_OK;
}
