//  folder.c: see folder.h.
#include "messages/base/folder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool s_make (const char *path)
{
    struct stat about;
    return mkdir (path, 0700) == 0 ||
           (errno == EEXIST && stat (path, &about) == 0 && S_ISDIR (about.st_mode));
}

const struct dirent *folder_next (DIR *listing, int *why)
{
    const struct dirent *entry;
    do {
        errno = 0;
        entry = readdir (listing);
    } while (entry && (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0));
    *why = entry ? 0 : errno;
    return entry;
}

int folder_is_empty (const char *path)
{
    DIR *listing = opendir (path);
    int why;
    if (!listing)
        return errno == ENOENT ? 1 : -1;
    const struct dirent *entry;
    while ((entry = folder_next (listing, &why)) && entry->d_name[0] == '.')
        ;
    bool some = entry != NULL;
    closedir (listing);
    errno = why;
    return some ? 0 : why ? -1 : 1;
}

int folder_make (const char *path, struct error *error)
{
    char *copy = strdup (path);
    if (!copy)
        return error_set (error, DMH_INTERNAL, "out of memory");
    bool made = true;
    for (char *slash = *copy ? strchr (copy + 1, '/') : NULL; made && slash;
         slash = strchr (slash + 1, '/')) {
        *slash = 0;
        made = s_make (copy);
        if (made)
            *slash = '/';
    }
    made = made && s_make (copy);
    int rc = DMH_OK;
    if (!made)
        rc = error_set (error, DMH_IO, "the folder %s cannot be made: %s", copy,
                        strerror (errno == EEXIST ? ENOTDIR : errno));
    free (copy);
    return rc;
}
