//  data_roots.c: see data_roots.h.
#define _GNU_SOURCE
#include "worker/input/data_roots.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct data_roots {
    char *folders[ROOTS_MAX];    //  without links, no slash at the end: the root of all is ""
    size_t count;
    struct s3_name *objects;
    size_t object_count;
};

static int s_add_objects (data_roots_t *self, const char *text, struct error *error)
{
    struct s3_name *more = reallocarray (self->objects, self->object_count + 1, sizeof *more);
    if (!more)
        return error_set (error, DMH_INTERNAL, "out of memory");
    self->objects = more;
    int rc = s3_name_read (text, &self->objects[self->object_count], error);
    self->object_count += rc == DMH_OK;
    return rc == DMH_BAD_INPUT ? DMH_USAGE : rc;
}

static int s_add (data_roots_t *self, const char *name, size_t n, struct error *error)
{
    char text[PATH_MAX];
    struct stat found;
    if (self->count + self->object_count == ROOTS_MAX || n == 0 || n >= sizeof text)
        return error_set (error, DMH_USAGE,
                          "--data-root takes 1 to %d folders or s3://BUCKET/KEY with commas between them",
                          ROOTS_MAX);
    memcpy (text, name, n);
    text[n] = 0;
    if (s3_name_is (text))
        return s_add_objects (self, text, error);
    char *real = text[0] == '/' ? realpath (text, NULL) : NULL;
    if (!real || stat (real, &found) != 0 || !S_ISDIR (found.st_mode)) {
        free (real);
        return error_set (error, DMH_USAGE,
                          "--data-root %.200s is no folder that can be seen; give its absolute path", text);
    }
    if (strcmp (real, "/") == 0)
        *real = 0;
    self->folders[self->count++] = real;
    return DMH_OK;
}

data_roots_t *data_roots_new (const char *list, struct error *error)
{
    data_roots_t *self = calloc (1, sizeof *self);
    int rc = self ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (const char *at = list && *list ? list : NULL; rc == DMH_OK && at;) {
        size_t n = strcspn (at, ",");
        rc = s_add (self, at, n, error);
        at = at[n] ? at + n + 1 : NULL;
    }
    if (rc != DMH_OK)
        data_roots_destroy (&self);
    return self;
}

void data_roots_destroy (data_roots_t **self_p)
{
    data_roots_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->folders[i]);
    free (self->objects);
    free (self);
    *self_p = NULL;
}

bool data_roots_is_empty (const data_roots_t *self)
{
    return self->count == 0;
}

bool data_roots_list (const data_roots_t *self, char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (!*self->folders[i]) {
            *out = 0;
            return true;
        }
        int more = snprintf (out + n, size - n, "%s%s", n ? "," : "", self->folders[i]);
        if (more < 0 || (size_t) more >= size - n)
            return false;
        n += (size_t) more;
    }
    return true;
}

static bool s_holds (const data_roots_t *self, const char *path)
{
    for (size_t i = 0; i < self->count; i++) {
        size_t n = strlen (self->folders[i]);
        if (strncmp (path, self->folders[i], n) == 0 && path[n] == '/')
            return true;
    }
    return false;
}

//  A path that cannot leave the folders, as far as its text goes.
static bool s_names (const data_roots_t *self, const char *path)
{
    size_t n = strlen (path);
    bool up = strstr (path, "/../") || (n >= 3 && strcmp (path + n - 3, "/..") == 0);
    return !up && s_holds (self, path);
}

static int s_refuse (const data_roots_t *self, struct error *error)
{
    return error_set (error, DMH_UNAUTHORIZED, "%s",
                      self->count
                          ? "the input is in no folder that this worker may read (its --data-root); "
                            "submit it with --transfer always"
                          : "this worker may read no folder; start it with --data-root DIR, or submit "
                            "with --transfer always");
}

//  Where the file lies that a descriptor stands for; false: that cannot be told.
static bool s_where (int fd, char out[PATH_MAX])
{
    char name[32];
    snprintf (name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t n = readlink (name, out, PATH_MAX);
    if (n <= 0 || n >= PATH_MAX)
        return false;
    out[n] = 0;
    return true;
}

int data_roots_find (const data_roots_t *self, const char *path, int *fd, struct error *error)
{
    char where[PATH_MAX];
    //  Found without being opened: a device or a pipe is not touched.
    int found = self->count ? open (path, O_PATH | O_CLOEXEC) : -1, why = errno;
    if (found < 0 && (why == EMFILE || why == ENFILE || why == ENOMEM))
        return error_set (error, DMH_IO, "the input cannot be opened: %s", strerror (why));
    if (found < 0 && s_names (self, path) && why != ELOOP && why != EACCES)
        return error_set (error, DMH_NOT_FOUND, "the input cannot be opened: %s", strerror (why));
    if (found >= 0 && s_where (found, where) && s_holds (self, where)) {
        *fd = found;
        return DMH_OK;
    }
    if (found >= 0)
        close (found);
    return s_refuse (self, error);
}

bool data_roots_have_objects (const data_roots_t *self)
{
    return !self || self->object_count;
}

int data_roots_check_object (const data_roots_t *self, const struct s3_name *name, struct error *error)
{
    for (size_t i = 0; self && i < self->object_count; i++)
        if (s3_name_is_in (name, &self->objects[i]))
            return DMH_OK;
    return self ? error_set (error, DMH_UNAUTHORIZED,
                             "the input is in no bucket that this worker may read; start it with --data-root "
                             "s3://BUCKET/KEY")
                : DMH_OK;
}
