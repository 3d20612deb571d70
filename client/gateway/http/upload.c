//  upload.c: see upload.h.
#include "client/gateway/http/upload.h"

#include "client/gateway/http/decoder.h"
#include "client/gateway/http/target.h"
#include "client/gateway/spool.h"
#include "messages/text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

struct upload {
    struct upload_limits limits;
    struct share *share;
    uint64_t reserved;    //  of the spool
    //  A packed body as it came.
    int packed;    //  -1: it is none
    uint64_t packed_bytes;
    decoder_t *decoder;
    struct MHD_PostProcessor *parts;    //  NULL: the body is one file
    digest_t *digest;                   //  of the file that is open
    struct upload_file *files;
    size_t file_count;
    struct upload_field fields[UPLOAD_FIELDS_MAX];
    size_t field_count;
    enum { PART_NONE, PART_FILE, PART_FIELD } open;
    uint64_t came, bytes;    //  of the body; of all that it holds
    struct error error;      //  of a part, as libmicrohttpd knows no more than that it failed
};

//  What a browser or a script calls a file, without folders. DMH_MALFORMED: it can be no name.
static int s_name (const char *given, char out[NAME_BYTES], struct error *error)
{
    const char *slash = strrchr (given, '/');
    const char *name = slash ? slash + 1 : given;
    bool good = *name && strlen (name) < NAME_BYTES && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
    for (const char *at = name; good && *at; at += utf8_bytes (at))
        good = utf8_bytes (at) && (unsigned char) *at >= ' ' && *at != 0x7f;
    if (!good)
        return error_set (error, DMH_MALFORMED,
                          "a file's name is 1 to 255 bytes of UTF-8 without control characters");
    snprintf (out, NAME_BYTES, "%s", name);
    return DMH_OK;
}

static int s_open_file (upload_t *self, const char *name, struct error *error)
{
    if (self->file_count == UPLOAD_FILES_MAX)
        return error_set (error, DMH_TOO_LARGE, "a request has at most %d files; send more requests",
                          UPLOAD_FILES_MAX);
    struct upload_file *files = realloc (self->files, (self->file_count + 1) * sizeof *files);
    if (!files)
        return error_set (error, DMH_INTERNAL, "out of memory");
    self->files = files;
    struct upload_file *file = &files[self->file_count];
    *file = (struct upload_file){.fd = -1};
    int rc = s_name (name, file->name, error);
    if (rc == DMH_OK && (file->fd = spool_open (self->limits.spool, error)) < 0)
        rc = error->code;
    if (rc != DMH_OK)
        return rc;
    self->file_count++;
    self->open = PART_FILE;
    digest_reset (self->digest);
    return DMH_OK;
}

static int s_too_large (const upload_t *self, struct error *error)
{
    return error_set (error, DMH_TOO_LARGE, "the body is larger than the %llu bytes of --max-body",
                      (unsigned long long) self->limits.bytes);
}

//  Of the spool, and of the share of who sends it.
static int s_reserve (upload_t *self, uint64_t n, struct error *error)
{
    int rc = share_add_bytes (self->share, n, error);
    if (rc == DMH_OK && (rc = spool_reserve (self->limits.spool, n, error)) != DMH_OK)
        share_give_back_bytes (self->share, n);
    self->reserved += rc == DMH_OK ? n : 0;
    return rc;
}

//  More of what is open.
static int s_write (upload_t *self, const char *bytes, size_t n, struct error *error)
{
    if (n > self->limits.bytes - self->bytes)
        return s_too_large (self, error);
    self->bytes += n;
    if (self->open == PART_FILE) {
        struct upload_file *file = &self->files[self->file_count - 1];
        int rc = s_reserve (self, n, error);
        if (rc != DMH_OK)
            return rc;
        rc = spool_write (file->fd, file->bytes, bytes, n, error);
        digest_update (self->digest, bytes, n);
        file->bytes += n;
        return rc;
    }
    struct upload_field *field = &self->fields[self->field_count - 1];
    if (n > UPLOAD_FIELD_BYTES_MAX - field->bytes)
        return error_set (error, DMH_TOO_LARGE, "%s is longer than %d bytes", field->name,
                          UPLOAD_FIELD_BYTES_MAX);
    char *value = realloc (field->value, field->bytes + n + 1);
    if (!value)
        return error_set (error, DMH_INTERNAL, "out of memory");
    memcpy (value + field->bytes, bytes, n);
    field->value = value;
    field->bytes += n;
    value[field->bytes] = 0;
    return DMH_OK;
}

static void s_close_part (upload_t *self)
{
    if (self->open == PART_FILE)
        digest_hex (self->digest, self->files[self->file_count - 1].sha256);
    self->open = PART_NONE;
}

static int s_open_field (upload_t *self, const char *name, const char *file_name, struct error *error)
{
    if (self->field_count == UPLOAD_FIELDS_MAX || strlen (name) >= sizeof self->fields->name)
        return error_set (error, DMH_MALFORMED, "a request has at most %d fields with names of 31 letters",
                          UPLOAD_FIELDS_MAX);
    struct upload_field *field = &self->fields[self->field_count];
    *field = (struct upload_field){.value = calloc (1, 1)};
    if (!field->value)
        return error_set (error, DMH_INTERNAL, "out of memory");
    snprintf (field->name, sizeof field->name, "%s", name);
    self->field_count++;
    self->open = PART_FIELD;
    return file_name && *file_name ? s_name (file_name, field->file_name, error) : DMH_OK;
}

//  libmicrohttpd may say the beginning of a part twice, the first time without any bytes.
static bool s_is_open (const upload_t *self, const char *name, const char *file_name)
{
    char plain[NAME_BYTES];
    if (self->open == PART_FIELD)
        return self->fields[self->field_count - 1].bytes == 0 &&
               strcmp (self->fields[self->field_count - 1].name, name) == 0;
    return self->open == PART_FILE && file_name && self->files[self->file_count - 1].bytes == 0 &&
           s_name (file_name, plain, NULL) == DMH_OK &&
           strcmp (self->files[self->file_count - 1].name, plain) == 0 && strcmp (name, "file") == 0;
}

static enum MHD_Result s_part (void *context, enum MHD_ValueKind kind, const char *name,
                               const char *file_name, const char *type, const char *encoding,
                               const char *bytes, uint64_t at, size_t n)
{
    upload_t *self = context;
    struct error *error = &self->error;
    (void) kind, (void) type, (void) encoding;
    int rc = DMH_OK;
    if (!name || !*name)
        rc = error_set (error, DMH_MALFORMED, "a part has no name; files are called file");
    else if (at == 0 && !s_is_open (self, name, file_name)) {
        s_close_part (self);
        if (strcmp (name, "file") != 0)
            rc = s_open_field (self, name, file_name, error);
        else if (file_name && *file_name)
            rc = s_open_file (self, file_name, error);
        else
            rc = error_set (error, DMH_MALFORMED, "a part called file has no filename");
    }
    if (rc == DMH_OK && n)
        rc = s_write (self, bytes, n, error);
    return rc == DMH_OK ? MHD_YES : MHD_NO;
}

//  Decoded bytes of the body.
static int s_take (void *context, const char *bytes, size_t n, struct error *error)
{
    upload_t *self = context;
    if (!self->parts)
        return s_write (self, bytes, n, error);
    if (n > self->limits.bytes + UPLOAD_FIELDS_MAX * PIECE_BYTES - self->came)
        return s_too_large (self, error);
    self->came += n;
    if (MHD_post_process (self->parts, bytes, n) == MHD_YES)
        return DMH_OK;
    return self->error.code != DMH_OK
               ? error_set (error, self->error.code, "%s", self->error.text)
               : error_set (error, DMH_MALFORMED, "the body is no multipart/form-data (RFC 7578)");
}

static bool s_is_type (const char *type, const char *wanted)
{
    size_t n = strlen (wanted);
    return type && strncasecmp (type, wanted, n) == 0 && (!type[n] || strchr ("; \t", type[n]));
}

static int s_begin (upload_t *self, struct MHD_Connection *connection, const char *name, struct error *error)
{
    const char *type = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Type");
    const char *length = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Length");
    const char *encoding = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Content-Encoding");
    bool in_parts = s_is_type (type, "multipart/form-data");
    if (length && strtoull (length, NULL, 10) > self->limits.bytes)
        return s_too_large (self, error);
    if (!in_parts && !name)
        return error_set (error, DMH_UNSUPPORTED,
                          "send multipart/form-data with parts called file, or one file as the body with "
                          "?name=labs.csv behind the path");
    if (!(self->decoder = decoder_new (encoding, s_take, self, error)) ||
        (decoder_unpacks (self->decoder) && (self->packed = spool_open (self->limits.spool, error)) < 0))
        return error->code;
    if (!in_parts)
        return s_open_file (self, name, error);
    self->parts = MHD_create_post_processor (connection, PIECE_BYTES, s_part, self);
    return self->parts ? DMH_OK
                       : error_set (error, DMH_MALFORMED, "multipart/form-data without a usable boundary");
}

upload_t *upload_new (struct MHD_Connection *connection, const struct upload_limits *limits,
                      struct share *share, const char *name, struct error *error)
{
    upload_t *self = calloc (1, sizeof *self);
    int rc =
        self && (self->digest = digest_new ()) ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        self->limits = *limits;
        self->share = share;
        self->packed = -1;
        rc = s_begin (self, connection, name, error);
    }
    if (rc != DMH_OK)
        upload_destroy (&self);
    return self;
}

void upload_destroy (upload_t **self_p)
{
    upload_t *self = *self_p;
    if (!self)
        return;
    if (self->parts)
        MHD_destroy_post_processor (self->parts);
    decoder_destroy (&self->decoder);
    digest_destroy (&self->digest);
    for (size_t i = 0; i < self->file_count; i++)
        close (self->files[i].fd);
    if (self->packed >= 0)
        close (self->packed);
    if (self->reserved) {
        spool_give_back (self->limits.spool, self->reserved);
        share_give_back_bytes (self->share, self->reserved);
    }
    for (size_t i = 0; i < self->field_count; i++)
        free (self->fields[i].value);
    free (self->files);
    free (self);
    *self_p = NULL;
}

int upload_take (upload_t *self, const char *bytes, size_t n, struct error *error)
{
    if (self->packed < 0)
        return decoder_feed (self->decoder, bytes, n, error);
    if (n > self->limits.bytes - self->packed_bytes)
        return s_too_large (self, error);
    int rc = s_reserve (self, n, error);
    if (rc == DMH_OK)
        rc = spool_write (self->packed, self->packed_bytes, bytes, n, error);
    self->packed_bytes += n;
    return rc;
}

bool upload_is_packed (const upload_t *self)
{
    return self->packed >= 0;
}

int upload_unpack (upload_t *self, bool stops (const void *context), const void *context, struct error *error)
{
    int rc = DMH_OK;
    char *piece = malloc (PIECE_BYTES);
    if (!piece)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    for (uint64_t at = 0; rc == DMH_OK && at < self->packed_bytes;) {
        uint64_t left = self->packed_bytes - at;
        ssize_t n = pread (self->packed, piece, left < PIECE_BYTES ? (size_t) left : PIECE_BYTES, (off_t) at);
        if (n <= 0)
            rc = error_set (error, DMH_IO, "the gateway's disk does not give the upload back");
        else
            rc = stops (context) ? error_set (error, DMH_CANCELLED, "unpacking was ended")
                                 : decoder_feed (self->decoder, piece, (size_t) n, error);
        at += n > 0 ? (uint64_t) n : 0;
    }
    free (piece);
    close (self->packed);
    self->packed = -1;
    spool_give_back (self->limits.spool, self->packed_bytes);
    self->reserved -= self->packed_bytes;
    return rc;
}

int upload_finish (upload_t *self, struct error *error)
{
    int rc = decoder_finish (self->decoder, error);
    if (self->parts) {
        enum MHD_Result whole = MHD_destroy_post_processor (self->parts);
        self->parts = NULL;
        if (rc == DMH_OK && whole != MHD_YES)
            rc = error_set (error, DMH_MALFORMED, "the body ends before its last boundary");
    }
    s_close_part (self);
    return rc;
}

size_t upload_file_count (const upload_t *self)
{
    return self->file_count;
}

const struct upload_file *upload_file (const upload_t *self, size_t at)
{
    return &self->files[at];
}

size_t upload_field_count (const upload_t *self)
{
    return self->field_count;
}

const struct upload_field *upload_field (const upload_t *self, size_t at)
{
    return &self->fields[at];
}

const struct upload_field *upload_find (const upload_t *self, const char *name)
{
    for (size_t i = 0; i < self->field_count; i++)
        if (target_is_name (self->fields[i].name, name))
            return &self->fields[i];
    return NULL;
}
