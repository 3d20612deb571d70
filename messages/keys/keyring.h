//  keyring.h: the keys that a folder allows, by their public half: each NAME.pub in it with rights. One
//  thread.
#ifndef DMH_MESSAGES_KEYS_KEYRING_H
#define DMH_MESSAGES_KEYS_KEYRING_H

#include "messages/keys/key.h"

typedef struct keyring keyring_t;

//  The folder where dmh keys works when it is not told another: $XDG_CONFIG_HOME/dmh/keys; answers `out`.
const char *keyring_default (char *out, size_t size);

//  <folder>/<name><ending> (".pub", ".key"). DMH_OK or DMH_USAGE (too long).
int keyring_path (const char *folder, const char *name, const char *ending, char *out, size_t size,
                  struct error *error);

//  Makes the folder and those above it that are missing, 0700. DMH_OK or DMH_IO.
int keyring_make_folder (const char *folder, struct error *error);

//  Reads the folder. Files that are no keys, or whose name is not that of the file, are left out, each said
//  to `wrong` (may be NULL). Two files with one public key: the first by name counts. NULL with `error` set:
//  DMH_NOT_FOUND or DMH_IO, DMH_UNAUTHORIZED when others may write into the folder, DMH_INTERNAL.
keyring_t *keyring_load (const char *folder, void (*wrong) (void *context, const char *sentence),
                         void *context, struct error *error);
void keyring_destroy (keyring_t **self_p);

//  NULL when that public key (Z85; may be NULL) is not there. Borrowed.
const struct key *keyring_find (const keyring_t *self, const char *public_text);
//  Whether that key is there and has one of `rights`.
bool keyring_allows (const keyring_t *self, const char *public_text, unsigned rights);

size_t keyring_size (const keyring_t *self);
const struct key *keyring_at (const keyring_t *self, size_t i);    //  by name

#endif
