//  worker_key.c: see worker_key.h.
#include "client/launch/worker_key.h"

#include "messages/keys/keyring.h"

#include <string.h>

int worker_key_check (const char *folder, const char *server, struct error *error)
{
    char path[LAUNCHED_PATH_BYTES];
    struct key found = {.public_text = ""};
    int rc = keyring_path (folder, "server", ".pub", path, sizeof path, error);
    if (rc == DMH_OK)
        rc = key_read (path, &found, error);
    if (rc == DMH_NOT_FOUND || (rc == DMH_OK && strcmp (found.public_text, server) != 0))
        rc = error_set (
            error, DMH_USAGE,
            "the keys in %s are not those of this broker, and a worker needs a key that it knows; name "
            "the folder of its keys with --keys DIR",
            folder);
    key_forget (&found);
    return rc;
}

int worker_key_make (const struct launched *worker, struct error *error)
{
    char pair[LAUNCHED_PATH_BYTES], half[LAUNCHED_PATH_BYTES];
    struct key key;
    int rc = keyring_path (worker->keys, worker->name, ".pub", half, sizeof half, error);
    if (rc == DMH_OK)
        rc = key_make (worker->name, KEY_WORKER, &key, error);
    if (rc != DMH_OK)
        return rc;
    rc = key_write (&key, launched_path (worker->name, ".key", pair), true, error);
    if (rc == DMH_OK)
        rc = key_write (&key, half, false, error);
    key_forget (&key);
    return rc;
}
