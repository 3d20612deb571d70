//  request.h: a request to an object store and what is answered: plain data.
#ifndef DMH_MESSAGES_S3_REQUEST_H
#define DMH_MESSAGES_S3_REQUEST_H

#include <stdint.h>

#include "messages/base/buffer.h"
#include "messages/s3/name.h"
#include "messages/s3/signature.h"

enum { S3_ETAG_BYTES = 128, S3_CODE_BYTES = 64, S3_QUERY_MAX = 5, S3_TEXT_MOST = 4194304 };

struct s3_request {
    const char *method;
    const struct s3_name *name;
    const char *called;    //  by which sentences name it
    struct s3_pair query[S3_QUERY_MAX];
    size_t query_count;
    const char *if_match;    //  an ETag that the object has to have; NULL: any
    //  What is sent: bytes of a file, or a text; neither: nothing.
    const char *body;
    int body_fd;    //  -1: no file
    uint64_t body_at, body_bytes;
    //  Where the answer goes: into a file, the bytes from `at` to `end`, `at` going on as they come, also
    //  from one try to the next; or behind a text of at most S3_TEXT_MOST bytes; neither: nowhere.
    int fd;    //  -1: no file
    uint64_t at, end;
    struct buffer *text;
    uint64_t done, total;    //  of the whole, for `moved`, before this request
};

struct s3_answer {
    long status;
    char etag[S3_ETAG_BYTES];    //  as it was sent, with its quotes; empty: none
    uint64_t bytes;              //  its Content-Length
    char code[S3_CODE_BYTES];    //  of an error that the store describes; empty: it says nothing
};

#endif
