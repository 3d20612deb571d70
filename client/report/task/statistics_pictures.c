//  statistics_pictures.c: see statistics_part.h: the pictures that statistics.json names.
#define _GNU_SOURCE
#include "client/report/task/statistics_part.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURES_MOST = 40, PICTURE_BYTES_MOST = 1 << 20, NAME_MOST = 100 };

//  The letters that a worker in R gives to the names of files: no path, and no file of another kind.
static bool s_is_name (const char *name)
{
    return *name && strlen (name) <= NAME_MOST && *name != '-' && *name != '_' &&
           !name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
}

//  Its bytes, yours to free; *size. NULL with `error`.
static char *s_read (const char *folder, const char *name, size_t *size, struct error *error)
{
    char file[NAME_MOST + 8];
    snprintf (file, sizeof file, "%.100s.svg", name);
    FILE *stream = result_file_open (folder, file, error);
    if (!stream)
        return NULL;
    char *bytes = malloc (PICTURE_BYTES_MOST + 1);
    *size = bytes ? fread (bytes, 1, PICTURE_BYTES_MOST + 1, stream) : 0;
    if (!bytes)
        error_set (error, DMH_INTERNAL, "out of memory for %s", file);
    else if (ferror (stream))
        error_set (error, DMH_IO, "%s/%s cannot be read: %s", folder, file, strerror (errno));
    else if (*size > PICTURE_BYTES_MOST)
        error_set (error, DMH_TOO_LARGE, "%s/%s has more than %d bytes", folder, file, PICTURE_BYTES_MOST);
    fclose (stream);
    if (error->code == DMH_OK)
        return bytes;
    free (bytes);
    return NULL;
}

//  A picture that is not there is left out, and so is one that is too large: the tables say the same.
static int s_picture (document_t *document, const char *folder, const struct json_value *picture,
                      struct error *error)
{
    struct error why = {.code = DMH_OK};
    const char *name = report_text (picture, "name");
    size_t size = 0;
    if (!s_is_name (name))
        return DMH_OK;
    char *bytes = s_read (folder, name, &size, &why);
    if (!bytes)
        return why.code == DMH_INTERNAL ? error_set (error, why.code, "%s", why.text) : DMH_OK;
    const char *title = report_text (picture, "title"), *description = report_text (picture, "description");
    struct drawing_words words = {.title = title, .description = description};
    FILE *page = document_figure (document, &words, "%s", title);
    if (page)
        drawing_picture (page, description, bytes, size);
    else
        document_say (document, DOCUMENT_PLAIN, "%s", description);
    document_figure_end (document);
    free (bytes);
    return DMH_OK;
}

int statistics_pictures (document_t *document, const char *folder, const struct json_value *statistics,
                         struct error *error)
{
    const struct json_value *pictures = json_value_member (statistics, "pictures");
    size_t count = 0;
    int rc = DMH_OK;
    if (!json_value_is (pictures, JSON_ARRAY) || !pictures->first)
        return DMH_OK;
    document_group (document);
    for (const struct json_value *picture = pictures->first; rc == DMH_OK && picture && count < PICTURES_MOST;
         picture = picture->next, count++)
        rc = s_picture (document, folder, picture, error);
    document_group_end (document);
    return rc;
}
