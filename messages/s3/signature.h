//  signature.h: how a request to S3 is signed: AWS Signature Version 4, with the header Authorization
//  (docs.aws.amazon.com, "Authenticating Requests: Using the Authorization Header"). Own code, as
//  libcurl 7.88 (CURLOPT_AWS_SIGV4) neither sorts a query nor encodes a path, and hashes no body that it is
//  to stream. Pure.
#ifndef DMH_MESSAGES_S3_SIGNATURE_H
#define DMH_MESSAGES_S3_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

enum { S3_DATE_BYTES = 17, S3_AUTHORIZATION_BYTES = 1024 };

//  SHA-256 of no bytes.
#define S3_EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

//  A parameter of a query, or a header (its name in small letters).
struct s3_pair {
    const char *name, *value;
};

//  All borrowed.
struct s3_signing {
    const char *method;
    const char *path;                 //  as it is sent: percent-encoded
    const char *query;                //  as s3_query made it; "" for none
    const struct s3_pair *headers;    //  that are signed, by name; host is one
    size_t header_count;
    const char *payload;    //  SHA-256 of the body, in hex
    const char *date;       //  20130524T000000Z
    const char *region, *access_key, *secret_key;
};

//  The moment as a signature has it. Returns out.
char *s3_date (int64_t wall_ms, char out[S3_DATE_BYTES]);

//  The query of parameters as they are signed and sent: encoded, by name. `pairs` is sorted. false: it does
//  not fit.
bool s3_query (struct s3_pair *pairs, size_t count, char *out, size_t size);

//  The value of Authorization. DMH_OK; DMH_TOO_LARGE; DMH_INTERNAL: out of memory.
int s3_sign (const struct s3_signing *signing, char out[S3_AUTHORIZATION_BYTES], struct error *error);

#endif
