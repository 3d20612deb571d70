//  result_document.c: see result_document.h.
#include "client/result/result_document.h"

#include "client/result/result_folder.h"
#include "messages/base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENT_BYTES_MAX = 64 * 1024 * 1024, AT_ONCE = 65536 };

static int s_no_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
}

static int s_read (FILE *file, const char *name, struct buffer *text, struct error *error)
{
    for (size_t got = 1; got && text->used < DOCUMENT_BYTES_MAX; text->used += got) {
        if (buffer_reserve (text, AT_ONCE) != 0)
            return s_no_memory (name, error);
        got = fread (text->at + text->used, 1, text->size - text->used, file);
    }
    if (ferror (file))
        return error_set (error, DMH_IO, "%s cannot be read: %s", name, strerror (errno));
    if (!feof (file))
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read as a document of JSON", name);
    return DMH_OK;
}

struct json_value *result_document_read (const char *folder, const char *name, struct error *error)
{
    struct buffer text = {NULL, 0, 0};
    struct json_value *document = NULL;
    char *path = result_folder_join (folder, name);
    FILE *file = path ? fopen (path, "rb") : NULL;
    if (!path)
        s_no_memory (name, error);
    else if (!file)
        error_set (error, errno == ENOENT ? DMH_NOT_FOUND : DMH_IO, "%s cannot be read: %s", name,
                   strerror (errno));
    else if (s_read (file, name, &text, error) == DMH_OK)
        document = json_value_new (text.at, text.used, JSON_VALUE_DEPTH_MAX, name, error);
    if (file)
        fclose (file);
    free (text.at);
    free (path);
    return document;
}
