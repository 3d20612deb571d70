//  name.h: the name of an object, s3://bucket/key: as people write it, and as a URI of the protocol, whose
//  key is percent-encoded as a path is. Pure.
#ifndef DMH_MESSAGES_S3_NAME_H
#define DMH_MESSAGES_S3_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

enum { S3_BUCKET_BYTES = 64, S3_KEY_BYTES = 1025 };

struct s3_name {
    char bucket[S3_BUCKET_BYTES];
    char key[S3_KEY_BYTES];    //  as the store knows it; empty: the bucket alone
};

//  Whether the text begins as such a name.
bool s3_name_is (const char *text);

//  Of a word as people give it: nothing in it is decoded, so that + and % are themselves. A bucket is named
//  as S3 allows it; a key is UTF-8 without control characters and without "." or ".." between slashes, which
//  some servers take for a way up. DMH_OK or DMH_BAD_INPUT; `out` is written only on success.
int s3_name_read (const char *word, struct s3_name *out, struct error *error);

//  Of a URI; the key is percent-encoded. DMH_OK or DMH_MALFORMED.
int s3_name_of_uri (const char *uri, struct s3_name *out, struct error *error);

//  The URI. DMH_OK or DMH_TOO_LARGE.
int s3_name_to_uri (const struct s3_name *self, char *out, size_t size, struct error *error);

//  Whether `self` is in `root`: of its bucket, and where that has a key, below it ("a" holds a/b and a/b/c,
//  neither a nor ab; "a/" is the same).
bool s3_name_is_in (const struct s3_name *self, const struct s3_name *root);

//  Percent-encodes all but letters, digits, "-._~" and, where `slashes`, "/" (RFC 3986, as AWS wants it).
//  false: it does not fit.
bool s3_name_encode (const char *text, bool slashes, char *out, size_t size);

#endif
