//  signed_headers.h: the headers of a request to an object store, with its signature and with the SHA-256 of
//  what is sent, which the store compares.
#ifndef DMH_MESSAGES_S3_SIGNED_HEADERS_H
#define DMH_MESSAGES_S3_SIGNED_HEADERS_H

#include <curl/curl.h>

#include "messages/base/digest.h"
#include "messages/s3/access.h"
#include "messages/s3/request.h"

//  SHA-256 of what the request sends. DMH_OK; DMH_IO: the file cannot be read; DMH_INTERNAL.
int signed_payload (const struct s3_request *request, char out[DIGEST_HEX_BYTES], struct error *error);

//  Adds them to *list, which is yours to free in any case. `path` and `query` as they are sent; `payload` as
//  above. DMH_OK, or as s3_sign.
int signed_headers (const struct s3_request *request, const struct s3_access *access, const char *host,
                    const char *path, const char *query, const char *payload, struct curl_slist **list,
                    struct error *error);

#endif
