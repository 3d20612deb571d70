//  part.h: a file on its way to the store: what has come of it, on disk, and the digest of that. Each sender
//  has a part of its own for a file and a size, so that nobody spoils another's by beginning it wrong.
//  The folder is a descriptor. Knows no room and no owner.
#ifndef DMH_BROKER_FILES_PART_H
#define DMH_BROKER_FILES_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/digest.h"

enum { PART_TAG_DIGITS = 16, PART_NAME_BYTES = DIGEST_HEX_BYTES + 1 + PART_TAG_DIGITS + 5 };

//  Closed while digest is NULL.
struct part {
    char name[PART_NAME_BYTES];    //  SHA256.TAG.part
    char sha256[DIGEST_HEX_BYTES];
    digest_t *digest;    //  of the first `have` bytes
    int fd;
    uint64_t have, bytes, flushed;
};

//  Names the part of `sender` (NULL: without keys) for a file of `bytes` bytes.
void part_name (struct part *self, const char *sha256, const char *sender, uint64_t bytes);
//  Whether `end`, behind a SHA-256, makes it the name of a part; of an older version's, too.
bool part_is_end (const char *end);

//  Opens the named part, new or of before, and reads what it has. DMH_OK, DMH_INTERNAL, DMH_UNAVAILABLE: the
//  disk refuses.
int part_open (struct part *self, int folder, struct error *error);
//  Takes the bytes that follow. DMH_OK; DMH_UNAVAILABLE: the disk refuses, and what was there before is.
int part_write (struct part *self, const void *piece, size_t n, struct error *error);
void part_close (struct part *self);

//  The sentence for a disk that cannot `what` a file, by errno. DMH_UNAVAILABLE.
int part_refused (struct error *error, const char *what);

#endif
