//  object.c: see object.h.
#include "messages/s3/object.h"

#include <sys/stat.h>

int s3_object_find (s3_client_t *client, const struct s3_name *name, const char *called,
                    struct s3_object *out, struct error *error)
{
    struct s3_answer answer = {.status = 0};
    struct s3_request request = {.method = "HEAD", .name = name, .called = called, .body_fd = -1, .fd = -1};
    int rc = s3_client_do (client, &request, &answer, error);
    if (rc == DMH_UNAUTHORIZED) {    //  HEAD has no body that could say why
        request.method = "GET";
        s3_client_do (client, &request, &answer, error);
    }
    if (rc != DMH_OK)
        return error->code;
    if (!*answer.etag)
        return error_set (error, DMH_UNSUPPORTED, "%s: the object store gives it no ETag", called);
    out->bytes = answer.bytes;
    memcpy (out->etag, answer.etag, sizeof out->etag);
    return DMH_OK;
}

//  Its bytes from `at` to `end`.
static int s_get (s3_client_t *client, const struct s3_name *name, const char *called,
                  const struct s3_object *object, uint64_t at, uint64_t end, int fd, struct error *error)
{
    struct s3_answer answer;
    struct s3_request request = {.method = "GET",
                                 .name = name,
                                 .called = called,
                                 .if_match = object->etag,
                                 .body_fd = -1,
                                 .fd = fd,
                                 .at = at,
                                 .end = end,
                                 .total = object->bytes};
    return at < end ? s3_client_do (client, &request, &answer, error) : DMH_OK;
}

int s3_object_get (s3_client_t *client, const struct s3_name *name, const char *called,
                   const struct s3_object *object, int fd, struct error *error)
{
    struct stat here;
    if (fstat (fd, &here) != 0)
        return error_set (error, DMH_IO, "%s cannot be kept here: %s", called, strerror (errno));
    if ((uint64_t) here.st_size > object->bytes)
        return error_set (error, DMH_CONFLICT, "%s has become shorter", called);
    return s_get (client, name, called, object, (uint64_t) here.st_size, object->bytes, fd, error);
}

int s3_object_get_piece (s3_client_t *client, const struct s3_name *name, const char *called,
                         const struct s3_object *object, uint64_t at, uint64_t n, int fd, struct error *error)
{
    uint64_t from = at < object->bytes ? at : object->bytes;
    uint64_t end = n < object->bytes - from ? from + n : object->bytes;
    return s_get (client, name, called, object, from, end, fd, error);
}

int s3_object_put (s3_client_t *client, const struct s3_name *name, const char *called, int fd,
                   uint64_t bytes, struct error *error)
{
    if (bytes > S3_PART_BYTES)
        return multipart_put (client, name, called, fd, bytes, error);
    struct s3_answer answer;
    struct s3_request request = {.method = "PUT",
                                 .name = name,
                                 .called = called,
                                 .body_fd = fd,
                                 .body_bytes = bytes,
                                 .fd = -1,
                                 .total = bytes};
    return s3_client_do (client, &request, &answer, error);
}

int s3_object_remove (s3_client_t *client, const struct s3_name *name, const char *called,
                      struct error *error)
{
    struct s3_answer answer;
    struct s3_request request = {.method = "DELETE", .name = name, .called = called, .body_fd = -1, .fd = -1};
    int rc = s3_client_do (client, &request, &answer, error);
    return rc == DMH_NOT_FOUND ? DMH_OK : rc;
}
