//  ticket.h: the broker's word to its files service, which a peer carries: that `user` may have the file
//  `sha256` as its owner may (TICKET_GET), or leaves files for that owner (TICKET_PUT, of no file in
//  particular). An HMAC-SHA256 by a secret that lies beside the files, so that it holds after a restart, and
//  for the broker that takes over. It gives nothing that the owner has not. Pure but for the secret's file.
#ifndef DMH_BROKER_FILES_TICKET_H
#define DMH_BROKER_FILES_TICKET_H

#include <stdbool.h>

#include "messages/files/file.h"
#include "messages/keys/key.h"

enum { TICKET_SECRET_BYTES = 32, TICKET_SECONDS = 7 * 24 * 60 * 60 };

struct ticket_secret {
    unsigned char bytes[TICKET_SECRET_BYTES];
};

//  Reads the secret of the folder, and makes one (0600) where there is none. DMH_OK, DMH_IO.
int ticket_secret_open (const char *folder, struct ticket_secret *out, struct error *error);

enum ticket_use { TICKET_GET, TICKET_PUT };

struct ticket_terms {
    enum ticket_use use;
    const char *sha256;    //  of TICKET_GET; else NULL
    const char *user;      //  who shows it: a key in Z85; of TICKET_PUT anybody: empty
    const char *owner;     //  the same, or empty: nobody
    int64_t until;         //  wall seconds
};

//  Returns out.
char *ticket_write (const struct ticket_secret *secret, const struct ticket_terms *terms,
                    char out[TICKET_BYTES]);

//  Whether `text`, shown by terms->user for use and file, is the broker's word, and its time is not over at
//  `now`; terms' owner and until are not looked at. `owner` is filled when it is.
bool ticket_read (const struct ticket_secret *secret, const char *text, const struct ticket_terms *terms,
                  int64_t now, char owner[KEY_TEXT_BYTES]);

#endif
