//  owners.c: see owners.h. A list is written anew under another name and takes the old one's place.
#include "broker/files/owners.h"

#include "messages/files/file.h"
#include "messages/keys/key.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRESH ".new"
enum { LIST_NAME_BYTES = DIGEST_HEX_BYTES + sizeof OWNERS_SUFFIX + sizeof FRESH };

static char *s_name (const char *sha256, const char *end, char out[LIST_NAME_BYTES])
{
    snprintf (out, LIST_NAME_BYTES, "%.64s" OWNERS_SUFFIX "%s", sha256, end);
    return out;
}

//  The text of a list that is there, yours to free, with room behind it for those that are added. NULL with
//  errno: ENOENT when there is none.
static char *s_read (int folder, const char *sha256, size_t *n)
{
    char name[LIST_NAME_BYTES];
    int fd = openat (folder, s_name (sha256, "", name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat found;
    char *text = NULL;
    ssize_t got = -1;
    if (fd >= 0 && fstat (fd, &found) == 0 &&
        (text = malloc ((size_t) found.st_size + OWNERS_ADDED_MAX * KEY_TEXT_BYTES + 1)) &&
        (got = pread (fd, text, (size_t) found.st_size, 0)) >= 0 && got < found.st_size) {
        got = -1;
        errno = EIO;
    }
    int why = errno;
    if (fd >= 0)
        close (fd);
    if (got < 0) {
        free (text);
        errno = why;
        return NULL;
    }
    text[got] = 0;
    *n = (size_t) got;
    return text;
}

static bool s_has (const char *text, const char *user)
{
    size_t n = strlen (user);
    for (const char *line = text, *end; (end = strchr (line, '\n')) != NULL; line = end + 1)
        if ((size_t) (end - line) == n && memcmp (line, user, n) == 0)
            return true;
    return false;
}

bool owners_include (int folder, const char *sha256, const char *user)
{
    size_t n = 0;
    char *text = s_read (folder, sha256, &n);
    if (!text)
        return !*user && errno == ENOENT;
    bool has = s_has (text, user);
    free (text);
    return has;
}

//  0, or -1 with errno and nothing left behind.
static int s_write (int folder, const char *sha256, const char *text, size_t n)
{
    char fresh[LIST_NAME_BYTES], name[LIST_NAME_BYTES];
    s_name (sha256, FRESH, fresh);
    unlinkat (folder, fresh, 0);    //  of a process that died over it
    int fd = openat (folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    ssize_t put = pwrite (fd, text, n, 0);
    bool good = put == (ssize_t) n && fsync (fd) == 0;
    int why = put >= 0 && put < (ssize_t) n ? ENOSPC : errno;
    close (fd);
    if (good && renameat (folder, fresh, folder, s_name (sha256, "", name)) == 0)
        return 0;
    why = good ? errno : why;
    unlinkat (folder, fresh, 0);
    errno = why;
    return -1;
}

//  Frees the text; returns rc, with errno as it was.
static int s_free (char *text, int rc)
{
    int why = errno;
    free (text);
    errno = why;
    return rc;
}

int owners_add (int folder, const char *sha256, const char *const users[], size_t count)
{
    size_t n = 0, had;
    char *text = s_read (folder, sha256, &n);
    if (!text && errno != ENOENT)
        return -1;
    if (!text && !(text = calloc (1, OWNERS_ADDED_MAX * KEY_TEXT_BYTES + 1)))
        return -1;
    had = n;
    for (size_t i = 0; i < count && i < OWNERS_ADDED_MAX; i++)
        if (users[i] && !s_has (text, users[i]))
            n += (size_t) snprintf (text + n, KEY_TEXT_BYTES + 1, "%.*s\n", KEY_TEXT_BYTES - 1, users[i]);
    return n == had ? s_free (text, 0) : s_free (text, s_write (folder, sha256, text, n));
}

int owners_leave (int folder, const char *sha256, const char *user, bool *left)
{
    size_t n = 0, kept = 0, length = strlen (user);
    char *text = s_read (folder, sha256, &n);
    *left = text != NULL;
    if (!text)
        return errno == ENOENT ? 0 : -1;
    for (const char *line = text, *end; (end = strchr (line, '\n')) != NULL; line = end + 1) {
        size_t bytes = (size_t) (end - line) + 1;
        bool leaves = bytes == length + 1 && memcmp (line, user, length) == 0;
        memmove (text + kept, line, bytes);
        kept += leaves ? 0 : bytes;
    }
    *left = kept > 0;
    return kept == n || kept == 0 ? s_free (text, 0) : s_free (text, s_write (folder, sha256, text, kept));
}

int owners_renew (int folder, const char *sha256)
{
    size_t n = 0;
    char *text = s_read (folder, sha256, &n);
    if (!text)
        return errno == ENOENT ? 0 : -1;
    return s_free (text, s_write (folder, sha256, text, n));
}

void owners_tidy (int folder)
{
    int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir (fd) : NULL;
    struct dirent *entry;
    if (!listing && fd >= 0)
        close (fd);
    while (listing && (entry = readdir (listing)) != NULL) {
        char sha256[DIGEST_HEX_BYTES];
        struct stat found;
        snprintf (sha256, sizeof sha256, "%.64s", entry->d_name);
        const char *end = entry->d_name + strlen (sha256);
        if (file_is_sha256 (sha256) &&
            (strcmp (end, OWNERS_SUFFIX FRESH) == 0 ||
             (strcmp (end, OWNERS_SUFFIX) == 0 &&
              fstatat (folder, sha256, &found, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)))
            unlinkat (folder, entry->d_name, 0);
    }
    if (listing)
        closedir (listing);
}

bool owners_exist (int folder, const char *sha256)
{
    char name[LIST_NAME_BYTES];
    struct stat found;
    return fstatat (folder, s_name (sha256, "", name), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

void owners_remove (int folder, const char *sha256)
{
    char name[LIST_NAME_BYTES];
    unlinkat (folder, s_name (sha256, "", name), 0);
}
