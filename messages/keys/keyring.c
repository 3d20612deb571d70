//  keyring.c: see keyring.h.
#define _GNU_SOURCE
#include "messages/keys/keyring.h"

#include <czmq.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

struct keyring {
    struct key *keys;    //  by name; no secrets
    size_t count;
    zhashx_t *by_public;    //  public_text → the keys
};

struct loading {
    keyring_t *ring;
    const char *folder;
    void (*wrong) (void *context, const char *sentence);
    void *context;
};

const char *keyring_default (char *out, size_t size)
{
    const char *config = getenv ("XDG_CONFIG_HOME"), *home = getenv ("HOME");
    if (config && *config)
        snprintf (out, size, "%s/dmh/keys", config);
    else
        snprintf (out, size, "%s/.config/dmh/keys", home && *home ? home : ".");
    return out;
}

int keyring_path (const char *folder, const char *name, const char *ending, char *out, size_t size,
                  struct error *error)
{
    int n = snprintf (out, size, "%s/%s%s", folder, name, ending);
    return n > 0 && (size_t) n < size
               ? DMH_OK
               : error_set (error, DMH_USAGE, "the path of the keys' folder is too long");
}

int keyring_make_folder (const char *folder, struct error *error)
{
    char *copy = strdup (folder);
    if (!copy)
        return error_set (error, DMH_IO, "out of memory");
    for (char *slash = strchr (copy + (*copy == '/'), '/'); slash; slash = strchr (slash + 1, '/')) {
        *slash = 0;
        mkdir (copy, 0700);
        *slash = '/';
    }
    free (copy);
    if (mkdir (folder, 0700) == 0 || errno == EEXIST)
        return DMH_OK;
    return error_set (error, DMH_IO, "the keys' folder %s cannot be made: %s", folder, strerror (errno));
}

static int s_is_public (const struct dirent *entry)
{
    size_t n = strlen (entry->d_name);
    return entry->d_name[0] != '.' && n > 4 && strcmp (entry->d_name + n - 4, ".pub") == 0;
}

//  One file of the folder; what is wrong with it is said.
static void s_add (struct loading *loading, const char *file)
{
    keyring_t *self = loading->ring;
    char path[PATH_BYTES];
    struct key *key = &self->keys[self->count];
    struct error why = {.code = DMH_OK};
    int rc = keyring_path (loading->folder, file, "", path, sizeof path, &why);
    if (rc == DMH_OK)
        rc = key_read (path, key, &why);
    if (rc == DMH_OK)
        key_forget (key);
    size_t n = strlen (file) - strlen (".pub");
    if (rc == DMH_OK && (strlen (key->name) != n || memcmp (key->name, file, n) != 0))
        rc = error_set (&why, DMH_MALFORMED, "the key in %s is named %s", path, key->name);
    const struct key *other = rc == DMH_OK ? keyring_find (self, key->public_text) : NULL;
    if (other)
        rc = error_set (&why, DMH_CONFLICT, "the key in %s is that of %s", path, other->name);
    if (rc == DMH_OK)
        zhashx_insert (self->by_public, self->keys[self->count++].public_text, key);
    else if (loading->wrong)
        loading->wrong (loading->context, why.text);
}

static int s_check_folder (const char *folder, struct error *error)
{
    struct stat stat_of;
    if (stat (folder, &stat_of) != 0)
        return error_set (error, errno == ENOENT ? DMH_NOT_FOUND : DMH_IO, "the keys' folder %s: %s", folder,
                          strerror (errno));
    if (stat_of.st_mode & 022)
        return error_set (error, DMH_UNAUTHORIZED,
                          "others may write into the keys' folder %s (mode %04o); chmod 700 it", folder,
                          (unsigned) stat_of.st_mode & 07777);
    return DMH_OK;
}

keyring_t *keyring_load (const char *folder, void (*wrong) (void *context, const char *sentence),
                         void *context, struct error *error)
{
    struct dirent **files = NULL;
    if (s_check_folder (folder, error) != DMH_OK)
        return NULL;
    int count = scandir (folder, &files, s_is_public, alphasort);
    if (count < 0) {
        error_set (error, DMH_IO, "the keys' folder %s cannot be read: %s", folder, strerror (errno));
        return NULL;
    }
    keyring_t *self = calloc (1, sizeof *self);
    if (self) {
        self->keys = calloc ((size_t) count + 1, sizeof *self->keys);
        self->by_public = zhashx_new ();
        if (!self->keys || !self->by_public)
            keyring_destroy (&self);
    }
    if (!self)
        error_set (error, DMH_INTERNAL, "out of memory for the keys in %s", folder);
    struct loading loading = {self, folder, wrong, context};
    for (int i = 0; i < count; i++) {
        if (self)
            s_add (&loading, files[i]->d_name);
        free (files[i]);
    }
    free (files);
    return self;
}

void keyring_destroy (keyring_t **self_p)
{
    keyring_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->by_public);
    free (self->keys);
    free (self);
    *self_p = NULL;
}

const struct key *keyring_find (const keyring_t *self, const char *public_text)
{
    return public_text ? zhashx_lookup (self->by_public, public_text) : NULL;
}

bool keyring_allows (const keyring_t *self, const char *public_text, unsigned rights)
{
    const struct key *key = keyring_find (self, public_text);
    return key && key->rights & rights;
}

size_t keyring_size (const keyring_t *self)
{
    return self->count;
}

const struct key *keyring_at (const keyring_t *self, size_t i)
{
    return &self->keys[i];
}
