//  descriptors.c: see descriptors.h.
#define _GNU_SOURCE
#include "test/support/processes/descriptors.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TAKEN_MAX = 1024 };

static struct rlimit s_before;
static int s_taken[TAKEN_MAX];
static size_t s_taken_count;

static size_t s_each (const char *end, bool *found, int *highest)
{
    size_t count = 0;
    DIR *folder = opendir ("/proc/self/fd");
    cr_assert_not_null (folder);
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;) {
        char path[PATH_MAX];
        ssize_t n = readlinkat (dirfd (folder), entry->d_name, path, sizeof path - 1);
        if (n < 0)
            continue;
        path[n] = 0;
        count++;
        if (atoi (entry->d_name) > *highest && atoi (entry->d_name) != dirfd (folder))
            *highest = atoi (entry->d_name);
        *found = *found || ((size_t) n >= strlen (end) && strcmp (path + n - strlen (end), end) == 0);
    }
    closedir (folder);
    return count - 1;
}

size_t descriptors_count (void)
{
    bool found = false;
    int highest = 0;
    return s_each ("", &found, &highest);
}

bool descriptors_hold (const char *end)
{
    bool found = false;
    int highest = 0;
    s_each (end, &found, &highest);
    return found;
}

static int s_highest (void)
{
    bool found = false;
    int highest = 0;
    s_each ("", &found, &highest);
    return highest;
}

//  Below the limit all are taken. A limit of 0 would make poll fail, too.
void descriptors_exhaust (void)
{
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &s_before), 0);
    struct rlimit tight = {(rlim_t) s_highest () + 1, s_before.rlim_max};
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &tight), 0);
    for (int fd; (fd = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) {
        cr_assert_lt (s_taken_count, TAKEN_MAX);
        s_taken[s_taken_count++] = fd;
    }
}

void descriptors_free (void)
{
    while (s_taken_count)
        close (s_taken[--s_taken_count]);
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &s_before), 0);
}
