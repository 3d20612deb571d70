//  multipart.h: a file that becomes an object in parts (CreateMultipartUpload, UploadPart,
//  CompleteMultipartUpload): see s3_object_put, which is what others use.
#ifndef DMH_MESSAGES_S3_MULTIPART_H
#define DMH_MESSAGES_S3_MULTIPART_H

#include "messages/s3/client.h"

//  S3 takes parts of 5 MiB to 5 GiB, 10,000 at most.
enum { S3_PART_BYTES = 8 * 1024 * 1024, S3_PARTS_MAX = 10000 };

//  As s3_object_put. `bytes` is more than 0.
int multipart_put (s3_client_t *client, const struct s3_name *name, const char *called, int fd,
                   uint64_t bytes, struct error *error);

#endif
