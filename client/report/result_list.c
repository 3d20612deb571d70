//  result_list.c: see result_list.h.
#include "client/report/result_list.h"

#include "client/result/folder_tree.h"

#include "messages/base/folder.h"
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 64 };

static bool s_holds (const char *folder, const char *name)
{
    char *file = folder_tree_join (folder, name);
    struct stat about;
    bool is = file && lstat (file, &about) == 0 && S_ISREG (about.st_mode);
    free (file);
    return is;
}

static int s_no_memory (const char *folder, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while looking for results in %s", folder);
}

static int s_add (char ***folders, size_t *count, const char *folder, struct error *error)
{
    char **grown = realloc (*folders, (*count + 1) * sizeof *grown);
    if (!grown)
        return s_no_memory (folder, error);
    *folders = grown;
    grown[*count] = strdup (folder);
    return grown[*count] && ++*count ? DMH_OK : s_no_memory (folder, error);
}

static int s_visit (const char *folder, unsigned depth, struct result_list *list, struct error *error);

static int s_visit_entry (const char *folder, const char *name, unsigned depth, struct result_list *list,
                          struct error *error)
{
    struct stat about;
    char *path = folder_tree_join (folder, name);
    int rc = path ? DMH_OK : s_no_memory (folder, error);
    if (rc == DMH_OK && lstat (path, &about) == 0 && S_ISDIR (about.st_mode))
        rc = s_visit (path, depth + 1, list, error);
    free (path);
    return rc;
}

static int s_visit (const char *folder, unsigned depth, struct result_list *list, struct error *error)
{
    if (s_holds (folder, "report.json") && s_holds (folder, "statistics.json") &&
        !s_holds (folder, "datapackage.json"))
        return s_add (&list->described, &list->described_count, folder, error);
    if (s_holds (folder, "report.json"))
        return s_add (&list->folders, &list->count, folder, error);
    if (depth == DEPTH_MAX)
        return DMH_OK;
    DIR *entries = opendir (folder);
    if (!entries)
        return error_set (error, errno == ENOENT ? DMH_NOT_FOUND : DMH_IO, "%s cannot be read: %s", folder,
                          strerror (errno));
    int rc = DMH_OK, why = 0;
    for (const struct dirent *entry; rc == DMH_OK && (entry = folder_next (entries, &why));)
        if (entry->d_name[0] != '.')
            rc = s_visit_entry (folder, entry->d_name, depth, list, error);
    if (why)
        rc = error_set (error, DMH_IO, "%s cannot be read to its end: %s", folder, strerror (why));
    closedir (entries);
    return rc;
}

static int s_by_path (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

int result_list_find (const char *folder, struct result_list *out, struct error *error)
{
    *out = (struct result_list){.count = 0};
    int rc = s_visit (folder, 0, out, error);
    if (rc == DMH_OK && out->count + out->described_count == 0)
        rc =
            error_set (error, DMH_NOT_FOUND,
                       "%s holds no result: there is no report.json in it, nor in a folder below it", folder);
    out->names = rc == DMH_OK ? calloc (out->count + 1, sizeof *out->names) : NULL;
    if (rc == DMH_OK && !out->names)
        rc = s_no_memory (folder, error);
    if (rc != DMH_OK) {
        result_list_clear (out);
        return rc;
    }
    if (out->count)
        qsort (out->folders, out->count, sizeof *out->folders, s_by_path);
    if (out->described_count)
        qsort (out->described, out->described_count, sizeof *out->described, s_by_path);
    for (size_t i = 0; i < out->count; i++) {
        char *name = out->folders[i] + strlen (folder);
        out->names[i] = name + strspn (name, "/");
    }
    return DMH_OK;
}

void result_list_clear (struct result_list *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->folders[i]);
    for (size_t i = 0; i < self->described_count; i++)
        free (self->described[i]);
    free (self->folders);
    free (self->described);
    free (self->names);
    *self = (struct result_list){.count = 0};
}
