//  key_file.h: a small file with a key in it: how its bytes are read, and written for the owner alone. Knows
//  nothing of what they mean.
#ifndef DMH_MESSAGES_KEYS_KEY_FILE_H
#define DMH_MESSAGES_KEYS_KEY_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "messages/base/error.h"

enum { KEY_FILE_BYTES_MAX = 4096 };

//  Whose a file is, and who may read it.
struct key_file_access {
    uid_t owner;
    mode_t mode;
};

//  Reads a regular file into bytes [KEY_FILE_BYTES_MAX + 1]; *n is more than KEY_FILE_BYTES_MAX where it is
//  longer. DMH_OK; DMH_NOT_FOUND; DMH_IO with a sentence that names the path.
int key_file_read (const char *path, char *bytes, size_t *n, struct key_file_access *access,
                   struct error *error);

//  Refuses a secret that others of this host can read: DMH_OK or DMH_UNAUTHORIZED. One of root's, who reads
//  all anyhow, may be the group's, too, where `reader` is not root: so a container that runs as somebody gets
//  a Secret of Kubernetes (and PostgreSQL takes its key).
int key_file_check_secret (const char *path, const struct key_file_access *access, uid_t reader,
                           struct error *error);

//  Writes it 0600, beside and renamed, on disk when it returns. DMH_OK or DMH_IO.
int key_file_write (const char *path, const char *bytes, size_t n, struct error *error);
//  The same where there is no such file yet: of several at once one does it. DMH_CONFLICT: there is one,
//  which stays as it is.
int key_file_create (const char *path, const char *bytes, size_t n, struct error *error);

#endif
