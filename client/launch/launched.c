//  launched.c: see launched.h.
#include "client/launch/launched.h"

#include "messages/base/folder.h"
#include "messages/base/narrow.h"
#include "messages/keys/key_file.h"
#include "messages/keys/keyring.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ENDING[] = ".worker";

const char *launched_folder (char *out, size_t size)
{
    const char *state = getenv ("XDG_STATE_HOME"), *home = getenv ("HOME");
    if (state && *state == '/')
        snprintf (out, size, "%s/dmh/launched", state);
    else
        snprintf (out, size, "%s/.local/state/dmh/launched", home && *home == '/' ? home : "");
    return out;
}

const char *launched_path (const char *name, const char *ending, char out[LAUNCHED_PATH_BYTES])
{
    char folder[LAUNCHED_PATH_BYTES - 64];
    snprintf (out, LAUNCHED_PATH_BYTES, "%s/%.40s%.20s", launched_folder (folder, sizeof folder), name,
              ending);
    return out;
}

int launched_note (const struct launched *self, struct error *error)
{
    char folder[LAUNCHED_PATH_BYTES], path[LAUNCHED_PATH_BYTES], text[KEY_FILE_BYTES_MAX];
    struct error why = {.code = DMH_OK};
    int n = snprintf (
        text, sizeof text,
        "name = %s\nengine = %s\nhost = %s\nplace = %s\nreach = %s\nbroker = %s\nkeys = %s\nat = "
        "%" PRId64 "\n",
        self->name, self->engine, self->host, self->place, self->reach, self->broker, self->keys, self->at);
    int rc = folder_make (launched_folder (folder, sizeof folder), error);
    launched_path (self->name, ENDING, path);
    if (rc == DMH_OK && (n >= (int) sizeof text || key_file_write (path, text, (size_t) n, &why) != DMH_OK))
        rc = error_set (error, DMH_IO, "what is launched cannot be noted in %s: %s", folder,
                        n >= (int) sizeof text ? "the paths are too long" : strerror (errno));
    return rc;
}

//  One line into the member that its name says.
static void s_take (struct launched *self, const char *name, const char *value)
{
    const struct {
        const char *name;
        char *to;
        size_t room;
    } TEXTS[] = {{"name", self->name, sizeof self->name},      {"engine", self->engine, sizeof self->engine},
                 {"host", self->host, sizeof self->host},      {"place", self->place, sizeof self->place},
                 {"reach", self->reach, sizeof self->reach},   {"keys", self->keys, sizeof self->keys},
                 {"broker", self->broker, sizeof self->broker}};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        if (strcmp (name, TEXTS[i].name) == 0)
            snprintf (TEXTS[i].to, TEXTS[i].room, "%s", value);
    if (strcmp (name, "at") == 0)
        self->at = strtoll (value, NULL, 10);
}

static bool s_read (const char *path, struct launched *out)
{
    char text[KEY_FILE_BYTES_MAX + 1], *rest = text;
    size_t n = 0;
    struct key_file_access access;
    *out = (struct launched){.name = ""};
    if (key_file_read (path, text, &n, &access, NULL) != DMH_OK || n > KEY_FILE_BYTES_MAX)
        return false;
    text[n] = 0;
    for (char *line; (line = strsep (&rest, "\n")) != NULL;) {
        char *value = strstr (line, " = ");
        if (!value)
            continue;
        *value = 0;
        s_take (out, line, value + 3);
    }
    return key_is_name (out->name) && *out->engine;
}

static int s_by_name (const void *a, const void *b)
{
    return strcmp (((const struct launched *) a)->name, ((const struct launched *) b)->name);
}

//  A file of the folder; one that is no note is passed over.
static int s_add (const char *folder, const char *file, struct launched **out, size_t *count)
{
    char path[LAUNCHED_PATH_BYTES];
    size_t n = strlen (file);
    struct launched one;
    if (n <= sizeof ENDING - 1 || strcmp (file + n - (sizeof ENDING - 1), ENDING) != 0 ||
        snprintf (path, sizeof path, "%s/%s", folder, file) >= (int) sizeof path || !s_read (path, &one))
        return DMH_OK;
    struct launched *more = realloc (*out, (*count + 1) * sizeof *more);
    if (!more)
        return DMH_INTERNAL;
    *out = more;
    more[(*count)++] = one;
    return DMH_OK;
}

int launched_all (struct launched **out, size_t *count, struct error *error)
{
    char folder[LAUNCHED_PATH_BYTES - 300];
    *out = NULL;
    *count = 0;
    DIR *listing = opendir (launched_folder (folder, sizeof folder));
    if (!listing && errno == ENOENT)
        return DMH_OK;
    if (!listing)
        return error_set (error, DMH_IO, "%s cannot be read: %s", folder, strerror (errno));
    int why = 0, rc = DMH_OK;
    for (const struct dirent *entry; rc == DMH_OK && (entry = folder_next (listing, &why)) != NULL;)
        rc = s_add (folder, entry->d_name, out, count);
    closedir (listing);
    if (rc == DMH_OK && why)
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", folder, strerror (why));
    else if (rc != DMH_OK)
        error_set (error, rc, "out of memory");
    if (rc == DMH_OK && *count)
        qsort (*out, *count, sizeof **out, s_by_name);
    if (rc == DMH_OK)
        return rc;
    free (*out);
    *out = NULL;
    *count = 0;
    return rc;
}

static bool s_is_old_log (const char *folder, const char *file, int64_t now)
{
    static const char LOG[] = ".log";
    char path[LAUNCHED_PATH_BYTES];
    struct stat about;
    size_t n = strlen (file), begin = n > sizeof LOG - 1 ? n - (sizeof LOG - 1) : 0;
    if (!begin || strcmp (file + begin, LOG) != 0 ||
        snprintf (path, sizeof path, "%s/%.*s%s", folder, NARROW (int, begin), file, ENDING) >=
            (int) sizeof path ||
        access (path, F_OK) == 0)
        return false;
    snprintf (path, sizeof path, "%s/%s", folder, file);
    return lstat (path, &about) == 0 && now / 1000 - about.st_mtime > (int64_t) LAUNCHED_LOG_DAYS * 86400;
}

void launched_sweep_logs (int64_t now_wall_ms)
{
    char folder[LAUNCHED_PATH_BYTES - 300];
    int why = 0;
    DIR *listing = opendir (launched_folder (folder, sizeof folder));
    for (const struct dirent *entry; listing && (entry = folder_next (listing, &why)) != NULL;)
        if (s_is_old_log (folder, entry->d_name, now_wall_ms))
            unlinkat (dirfd (listing), entry->d_name, 0);
    if (listing)
        closedir (listing);
}

static int s_remove (const char *path, struct error *error)
{
    if (unlink (path) == 0 || errno == ENOENT)
        return DMH_OK;
    return error_set (error, DMH_IO, "%s cannot be removed: %s", path, strerror (errno));
}

int launched_revoke (const struct launched *self, struct error *error)
{
    char path[LAUNCHED_PATH_BYTES];
    if (!*self->keys)
        return DMH_OK;
    int rc = keyring_path (self->keys, self->name, ".pub", path, sizeof path, error);
    return rc == DMH_OK ? s_remove (path, error) : rc;
}

//  The note is the last that goes, so that whatever is left is tried again.
int launched_forget (const struct launched *self, struct error *error)
{
    char path[LAUNCHED_PATH_BYTES];
    int rc = launched_revoke (self, error);
    if (rc == DMH_OK)
        rc = s_remove (launched_path (self->name, ".key", path), error);
    if (rc == DMH_OK)
        rc = s_remove (launched_path (self->name, ENDING, path), error);
    return rc;
}
