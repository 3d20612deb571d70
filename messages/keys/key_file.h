//  key_file.h: a small file with a key in it: how its bytes are read, and written for the owner alone. Knows
//  nothing of what they mean.
#ifndef DMH_MESSAGES_KEYS_KEY_FILE_H
#define DMH_MESSAGES_KEYS_KEY_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "messages/base/error.h"

enum { KEY_FILE_BYTES_MAX = 4096 };

//  Reads a regular file into bytes [KEY_FILE_BYTES_MAX + 1]; *n is more than KEY_FILE_BYTES_MAX where it is
//  longer, *mode its permissions. DMH_OK; DMH_NOT_FOUND; DMH_IO with a sentence that names the path.
int key_file_read (const char *path, char *bytes, size_t *n, mode_t *mode, struct error *error);

//  Refuses a secret that others of this host can read: DMH_OK or DMH_UNAUTHORIZED.
int key_file_check_secret (const char *path, mode_t mode, struct error *error);

//  Writes it 0600, beside and renamed, on disk when it returns. DMH_OK or DMH_IO.
int key_file_write (const char *path, const char *bytes, size_t n, struct error *error);
//  The same where there is no such file yet: of several at once one does it. DMH_CONFLICT: there is one,
//  which stays as it is.
int key_file_create (const char *path, const char *bytes, size_t n, struct error *error);

#endif
