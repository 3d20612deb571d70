//  multipart.c: see multipart.h.
#include "messages/s3/multipart.h"

#include "messages/s3/document.h"

enum { UPLOAD_BYTES = 1024, NUMBER_BYTES = 24 };

struct multipart {
    s3_client_t *client;
    const struct s3_name *name;
    const char *called;
    char upload[UPLOAD_BYTES];    //  its id; empty: none has begun
    struct buffer parts;          //  the document that completes it
};

static bool s_take_id (void *context, const char *path, const char *text)
{
    char *out = context;
    if (text && streq (path, "InitiateMultipartUploadResult/UploadId") && strlen (text) < UPLOAD_BYTES)
        memcpy (out, text, strlen (text) + 1);
    return true;
}

static int s_begin (struct multipart *self, struct error *error)
{
    struct buffer text = {.at = NULL};
    struct s3_answer answer;
    struct s3_request request = {.method = "POST",
                                 .name = self->name,
                                 .called = self->called,
                                 .query = {{"uploads", ""}},
                                 .query_count = 1,
                                 .body = "",
                                 .body_fd = -1,
                                 .fd = -1,
                                 .text = &text};
    int rc = s3_client_do (self->client, &request, &answer, error);
    if (rc == DMH_OK && (s3_document_read (text.at ? text.at : "", text.used, s_take_id, self->upload) != 0 ||
                         !*self->upload)) {
        *self->upload = 0;
        rc = error_set (error, DMH_UNSUPPORTED, "%s: the object store begins no upload in parts",
                        self->called);
    }
    free (text.at);
    return rc;
}

//  An ETag within XML: quotes are themselves there, what is none of an ETag's usual characters is refused.
static int s_note (struct multipart *self, uint64_t number, const char *etag, struct error *error)
{
    char line[S3_ETAG_BYTES + 96];
    int n = snprintf (line, sizeof line, "<Part><PartNumber>%" PRIu64 "</PartNumber><ETag>%s</ETag></Part>",
                      number, etag);
    if (!*etag || strpbrk (etag, "<>&"))
        return error_set (error, DMH_UNSUPPORTED, "%s: the object store gives a part no ETag", self->called);
    if (buffer_reserve (&self->parts, (size_t) n + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    memcpy (self->parts.at + self->parts.used, line, (size_t) n + 1);
    self->parts.used += (size_t) n;
    return DMH_OK;
}

static int s_put (struct multipart *self, uint64_t number, int fd, uint64_t at, uint64_t bytes,
                  uint64_t total, struct error *error)
{
    char told[NUMBER_BYTES];
    struct s3_answer answer;
    snprintf (told, sizeof told, "%" PRIu64, number);
    struct s3_request request = {.method = "PUT",
                                 .name = self->name,
                                 .called = self->called,
                                 .query = {{"partNumber", told}, {"uploadId", self->upload}},
                                 .query_count = 2,
                                 .body_fd = fd,
                                 .body_at = at,
                                 .body_bytes = bytes,
                                 .fd = -1,
                                 .done = at,
                                 .total = total};
    int rc = s3_client_do (self->client, &request, &answer, error);
    return rc == DMH_OK ? s_note (self, number, answer.etag, error) : rc;
}

static bool s_take_end (void *context, const char *path, const char *text)
{
    bool *complete = context;
    (void) text;
    *complete = *complete || streq (path, "CompleteMultipartUploadResult/ETag");
    return true;
}

//  S3 may answer 200 at once, and only then find that it cannot: what counts is the document.
static int s_complete (struct multipart *self, struct error *error)
{
    static const char BEGIN[] = "<CompleteMultipartUpload>", END[] = "</CompleteMultipartUpload>";
    struct buffer text = {.at = NULL};
    struct s3_answer answer;
    bool complete = false;
    char *body = zsys_sprintf ("%s%s%s", BEGIN, self->parts.at, END);
    struct s3_request request = {.method = "POST",
                                 .name = self->name,
                                 .called = self->called,
                                 .query = {{"uploadId", self->upload}},
                                 .query_count = 1,
                                 .body = body,
                                 .body_fd = -1,
                                 .fd = -1,
                                 .text = &text};
    int rc = body ? s3_client_do (self->client, &request, &answer, error)
                  : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK &&
        (s3_document_read (text.at ? text.at : "", text.used, s_take_end, &complete) != DMH_OK || !complete))
        rc = error_set (error, DMH_UNAVAILABLE, "%s: the object store did not put its parts together",
                        self->called);
    zstr_free (&body);
    free (text.at);
    return rc;
}

//  Parts that nothing becomes of would be kept, and paid for.
static void s_abort (struct multipart *self)
{
    struct error ignored = {.code = DMH_OK};
    struct s3_answer answer;
    struct s3_request request = {.method = "DELETE",
                                 .name = self->name,
                                 .called = self->called,
                                 .query = {{"uploadId", self->upload}},
                                 .query_count = 1,
                                 .body_fd = -1,
                                 .fd = -1};
    s3_client_finish (self->client, &request, &answer, &ignored);
}

int multipart_put (s3_client_t *client, const struct s3_name *name, const char *called, int fd,
                   uint64_t bytes, struct error *error)
{
    static const uint64_t MIB = 1 << 20, MOST = (uint64_t) 5 << 40;
    struct multipart self = {.client = client, .name = name, .called = called};
    uint64_t part = (bytes + S3_PARTS_MAX - 1) / S3_PARTS_MAX, number = 0;
    part = part < S3_PART_BYTES ? S3_PART_BYTES : (part + MIB - 1) / MIB * MIB;
    if (bytes > MOST)
        return error_set (error, DMH_TOO_LARGE, "%s is larger than an object may be", called);
    int rc = s_begin (&self, error);
    for (uint64_t at = 0; rc == DMH_OK && at < bytes; at += part)
        rc = s_put (&self, ++number, fd, at, bytes - at < part ? bytes - at : part, bytes, error);
    if (rc == DMH_OK)
        rc = s_complete (&self, error);
    if (rc != DMH_OK && *self.upload)
        s_abort (&self);
    free (self.parts.at);
    return rc;
}
