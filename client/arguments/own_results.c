//  own_results.c: see own_results.h.
#define _GNU_SOURCE
#include "client/arguments/own_results.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SEEN_BYTES = 256 };    //  both documents say first what they are

//  Whether `mark` stands in the first bytes of a regular file.
static bool s_begins (const char *path, const char *mark)
{
    char seen[SEEN_BYTES];
    int file = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t n = file >= 0 ? read (file, seen, sizeof seen) : -1;
    if (file >= 0)
        close (file);
    return n > 0 && memmem (seen, (size_t) n, mark, strlen (mark)) != NULL;
}

bool own_result_is (const char *folder)
{
    static const struct {
        const char *name, *mark;
    } FILES[] = {{"report.json", "\"dmh-report/"}, {"dataset.json", "\"dmh-dataset/"}};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        int n = snprintf (path, sizeof path, "%s/%s", folder, FILES[i].name);
        if (n > 0 && n < PATH_MAX && s_begins (path, FILES[i].mark))
            return true;
    }
    return false;
}

bool own_index_is (const char *path)
{
    const char *slash = strrchr (path, '/'), *name = slash ? slash + 1 : path;
    if (strcmp (name, OWN_BATCH_JSON) == 0)
        return s_begins (path, "\"dmh-batch/");
    return strcmp (name, OWN_BATCH_CSV) == 0 && s_begins (path, OWN_BATCH_COLUMNS);
}
