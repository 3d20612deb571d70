//  object.h: one object of a store: what it is now, its bytes into a file here, a file from here, its
//  removal. Reads go on where they were cut off, and only as long as the object is the same one; a file is
//  there when all of it is.
#ifndef DMH_MESSAGES_S3_OBJECT_H
#define DMH_MESSAGES_S3_OBJECT_H

#include "messages/s3/multipart.h"

struct s3_object {
    uint64_t bytes;
    char etag[S3_ETAG_BYTES];
};

//  Asks for it; `called` is what sentences name it. DMH_OK; else as s3_client_do.
int s3_object_find (s3_client_t *client, const struct s3_name *name, const char *called,
                    struct s3_object *out, struct error *error);

//  Brings the object as it was found into the descriptor (open to read and to write), going on with what is
//  in it; that has to be a beginning of this very object. DMH_OK: all of it is there, not synced.
//  DMH_CONFLICT: the object is another one now, or shorter than what is in the descriptor; else as
//  s3_client_do.
int s3_object_get (s3_client_t *client, const struct s3_name *name, const char *called,
                   const struct s3_object *object, int fd, struct error *error);

//  Brings `n` of its bytes from `at` on, as far as it has them, to the same place of the descriptor. As
//  s3_object_get.
int s3_object_get_piece (s3_client_t *client, const struct s3_name *name, const char *called,
                         const struct s3_object *object, uint64_t at, uint64_t n, int fd,
                         struct error *error);

//  Leaves the `bytes` bytes of a descriptor at that name: at once, or in parts of S3_PART_BYTES or more that
//  become an object together at the end. Each of them is sent with its SHA-256. What does not come to an end
//  is taken back. As s3_client_do; DMH_TOO_LARGE: more than 5 TiB.
int s3_object_put (s3_client_t *client, const struct s3_name *name, const char *called, int fd,
                   uint64_t bytes, struct error *error);

//  Removes it; one that is not there is removed. As s3_client_do.
int s3_object_remove (s3_client_t *client, const struct s3_name *name, const char *called,
                      struct error *error);

#endif
