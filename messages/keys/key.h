//  key.h: a CURVE key as a file: whose it is, what it may do, its public half, and for its owner the secret
//  one. Reads and writes files, no socket.
//
//  A key file is text, one `name = value` a line, `#` at the beginning of a line a comment:
//      name = anna
//      rights = client
//      public = <40 characters of Z85, RFC 32/Z85>
//      secret = <40 characters>           only in the owner's file, NAME.key
//  Unknown names are ignored, so that later versions can say more.
#ifndef DMH_MESSAGES_KEYS_KEY_H
#define DMH_MESSAGES_KEYS_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

enum {
    KEY_NAME_BYTES = 32,
    KEY_TEXT_BYTES = 41,    //  40 characters of Z85 and the terminator
    KEY_RAW_BYTES = 32,
    KEY_RIGHTS_BYTES = 64
};

//  What a key may do, as bits.
enum key_right {
    KEY_CLIENT = 1,         //  ask the front, read the feed, files: about its own jobs
    KEY_WORKER = 2,         //  register at the back, publish progress, files
    KEY_OBSERVER = 4,       //  read the feed, of all jobs
    KEY_ADMIN = 8,          //  as a client, with every job, and remove it
    KEY_CLIENT_ALL = 16,    //  as a client, with every job; remove its own
    KEY_GATEWAY = 32        //  as a client, and name the one that it speaks for
};

struct key {
    char name[KEY_NAME_BYTES];
    unsigned rights;    //  enum key_right; 0: none
    char public_text[KEY_TEXT_BYTES];
    char secret_text[KEY_TEXT_BYTES];    //  empty where only the public half is known
};

//  1 to 31 letters, digits, '.', '_' and '-', the first one a letter or digit: safe as a file's name.
bool key_is_name (const char *text);
//  40 characters of Z85 that stand for 32 bytes.
bool key_is_text (const char *text);

//  "client", "worker", "observer", "admin", "client-all", "gateway" or several with commas. DMH_OK or
//  DMH_USAGE.
int key_rights_of (const char *words, unsigned *out, struct error *error);
//  The same the other way, "-" for none; answers `out`.
const char *key_rights_text (unsigned rights, char out[KEY_RIGHTS_BYTES]);

//  A new pair. DMH_OK; DMH_USAGE (not a name); DMH_INTERNAL (libzmq without CURVE).
int key_make (const char *name, unsigned rights, struct key *out, struct error *error);

//  From the bytes of a file. DMH_OK, or DMH_MALFORMED with a sentence that names the line and no secret.
int key_decode (const char *bytes, size_t n, struct key *out, struct error *error);

//  From a file. DMH_OK; DMH_NOT_FOUND; DMH_IO; DMH_MALFORMED; DMH_UNAUTHORIZED when it holds a secret that
//  others of this host can read.
int key_read (const char *path, struct key *out, struct error *error);

//  Writes it (with its secret or without) for its owner alone, whole at once, on disk when it returns.
//  DMH_OK, DMH_IO; with its secret it replaces nothing: DMH_CONFLICT, there is such a file.
int key_write (const struct key *self, const char *path, bool secret, struct error *error);

//  Overwrites the secret.
void key_forget (struct key *self);

#endif
