//  written_file.c: see written_file.h.
#include "client/result/written_file.h"

#include "client/result/folder_tree.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int s_check_place (const char *path, struct error *error)
{
    char *copy = strdup (path), *report = copy ? folder_tree_join (dirname (copy), "report.json") : NULL;
    struct stat about;
    int rc = !report ? error_set (error, DMH_INTERNAL, "out of memory") : DMH_OK;
    if (rc == DMH_OK && lstat (report, &about) == 0)
        rc = error_set (error, DMH_USAGE,
                        "%s would stand in a result, which holds nothing else; give another place "
                        "with -o",
                        path);
    free (report);
    free (copy);
    return rc;
}

static int s_put_stream (const char *path, whole_file_content_fn *content, void *context, struct error *error)
{
    FILE *file = fopen (path, "wb");
    if (!file)
        return error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    int rc = content (context, file, error);
    if (fclose (file) != 0 && rc == DMH_OK)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    return rc;
}

int written_file_put (const char *path, bool replace, whole_file_content_fn *content, void *context,
                      struct error *error)
{
    struct stat about;
    int rc = s_check_place (path, error);
    if (rc != DMH_OK)
        return rc;
    bool there = stat (path, &about) == 0;
    if (there && S_ISDIR (about.st_mode))
        return error_set (error, DMH_USAGE, "%s is a folder; give a file with -o, such as %s%sFILE", path,
                          path, path[strlen (path) - 1] == '/' ? "" : "/");
    if (there && !S_ISREG (about.st_mode))
        return s_put_stream (path, content, context, error);
    if (there && !replace)
        return error_set (error, DMH_CONFLICT,
                          "%s is there already; give another file with -o, or --replace to write over it",
                          path);
    return whole_file_write (path, content, context, error);
}
