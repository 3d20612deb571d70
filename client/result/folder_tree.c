//  folder_tree.c: see folder_tree.h.
#define _GNU_SOURCE
#include "client/result/folder_tree.h"

#include <ftw.h>
#include <stdio.h>

enum { DEPTH_MAX = 16 };

char *folder_tree_join (const char *folder, const char *name)
{
    char *path = NULL;
    return asprintf (&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int s_remove (const char *path, const struct stat *about, int type, struct FTW *at)
{
    (void) about;
    (void) type;
    (void) at;
    remove (path);
    return 0;
}

void folder_tree_remove (const char *path)
{
    nftw (path, s_remove, DEPTH_MAX, FTW_DEPTH | FTW_PHYS);
}
