//  upload.h: the body of a request on its way in: files go to the disk piece by piece, hashed on the way, so
//  that memory holds none; fields are kept. A file is one without a name in the spool's folder: it is gone
//  with the process. Decodes Content-Encoding gzip and zstd, and multipart/form-data.
#ifndef DMH_CLIENT_GATEWAY_HTTP_UPLOAD_H
#define DMH_CLIENT_GATEWAY_HTTP_UPLOAD_H

#include <microhttpd.h>

#include "client/gateway/access/allowance.h"
#include "client/gateway/spool.h"
#include "messages/base/digest.h"
#include "messages/job.h"

enum { UPLOAD_FILES_MAX = 256, UPLOAD_FIELDS_MAX = 64, UPLOAD_FIELD_BYTES_MAX = MAPPING_BYTES_MAX };

struct upload_file {
    char name[NAME_BYTES];    //  without any folder
    int fd;
    uint64_t bytes;
    char sha256[HEX_BYTES];
};

struct upload_field {
    char name[WORD_BYTES];
    char file_name[NAME_BYTES];    //  where the part was a file; empty: it was none
    char *value;                   //  terminated
    size_t bytes;
};

typedef struct upload upload_t;

struct upload_limits {
    spool_t *spool;    //  where files go; borrowed
    uint64_t bytes;    //  of all files and of the body
};

//  Begins to read the body of that connection's request. `name`: of a body that is one file (NULL: none was
//  given); `share`: what of its name's it takes, borrowed. NULL with `error` set: DMH_UNSUPPORTED
//  (Content-Type or Content-Encoding), DMH_TOO_LARGE (by its Content-Length), DMH_MALFORMED (the name),
//  DMH_INTERNAL.
upload_t *upload_new (struct MHD_Connection *connection, const struct upload_limits *limits,
                      struct share *share, const char *name, struct error *error);
void upload_destroy (upload_t **self_p);    //  takes NULL

//  More of the body. DMH_OK or why nothing more of it is wanted (DMH_UNAVAILABLE: there is no room for it).
int upload_take (upload_t *self, const char *bytes, size_t n, struct error *error);

//  Whether the body is packed: then upload_take keeps it as it came, which costs the threads of HTTP no more
//  than any other, and upload_unpack comes before upload_finish, in a thread that may compute. That one ends
//  by DMH_CANCELLED when `stops` says so, which is asked at each piece; else as upload_take, or
//  DMH_MALFORMED.
bool upload_is_packed (const upload_t *self);
int upload_unpack (upload_t *self, bool stops (const void *context), const void *context,
                   struct error *error);

//  The body is over. DMH_OK: files and fields are whole. DMH_MALFORMED: it was cut, or its encoding is wrong.
int upload_finish (upload_t *self, struct error *error);

size_t upload_file_count (const upload_t *self);
const struct upload_file *upload_file (const upload_t *self, size_t at);
size_t upload_field_count (const upload_t *self);
const struct upload_field *upload_field (const upload_t *self, size_t at);
//  The first of that name, as target_is_name has it; NULL: there is none.
const struct upload_field *upload_find (const upload_t *self, const char *name);

#endif
