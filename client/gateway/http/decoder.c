//  decoder.c: see decoder.h.
#include "client/gateway/http/decoder.h"

#include "messages/base/narrow.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>

enum { OUT_BYTES = 64 * 1024, GZIP_WINDOW = 15 + 16 };

struct decoder {
    decoder_take_fn *take;
    void *context;
    bool gzip, whole;    //  whole: what came is a body that may end here
    z_stream inflate;
    ZSTD_DStream *zstd;
    char *out;
};

decoder_t *decoder_new (const char *encoding, decoder_take_fn *take, void *context, struct error *error)
{
    decoder_t *self = calloc (1, sizeof *self);
    bool none = !encoding || !*encoding || strcasecmp (encoding, "identity") == 0;
    bool gzip = !none && (strcasecmp (encoding, "gzip") == 0 || strcasecmp (encoding, "x-gzip") == 0);
    bool zstd = !none && strcasecmp (encoding, "zstd") == 0;
    int rc = self ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && !none && !gzip && !zstd)
        rc = error_set (error, DMH_UNSUPPORTED, "Content-Encoding is gzip, zstd or none");
    if (rc == DMH_OK) {
        self->take = take;
        self->context = context;
        self->whole = none;
    }
    if (rc == DMH_OK && !none && !(self->out = malloc (OUT_BYTES)))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && gzip) {
        self->gzip = inflateInit2 (&self->inflate, GZIP_WINDOW) == Z_OK;
        rc = self->gzip ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    }
    if (rc == DMH_OK && zstd && !(self->zstd = ZSTD_createDStream ()))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    //  As browsers and servers have it, a frame wants no more memory than 8 MiB.
    if (rc == DMH_OK && zstd)
        ZSTD_DCtx_setParameter (self->zstd, ZSTD_d_windowLogMax, 23);
    if (rc != DMH_OK)
        decoder_destroy (&self);
    return self;
}

void decoder_destroy (decoder_t **self_p)
{
    decoder_t *self = *self_p;
    if (!self)
        return;
    if (self->gzip)
        inflateEnd (&self->inflate);
    ZSTD_freeDStream (self->zstd);
    free (self->out);
    free (self);
    *self_p = NULL;
}

bool decoder_unpacks (const decoder_t *self)
{
    return self->gzip || self->zstd;
}

static int s_wrong (struct error *error)
{
    return error_set (error, DMH_MALFORMED, "the body is not what its Content-Encoding says");
}

//  Several members behind each other are one body (RFC 1952).
static int s_gunzip (decoder_t *self, const char *bytes, size_t n, struct error *error)
{
    self->inflate.next_in = (Bytef *) (uintptr_t) bytes;
    self->inflate.avail_in = NARROW (uInt, n);
    int rc = DMH_OK;
    while (rc == DMH_OK && (self->inflate.avail_in || self->inflate.avail_out == 0)) {
        if (self->whole && self->inflate.avail_in) {
            inflateReset (&self->inflate);
            self->whole = false;
        } else if (self->whole)
            break;
        self->inflate.next_out = (Bytef *) self->out;
        self->inflate.avail_out = OUT_BYTES;
        int status = inflate (&self->inflate, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return s_wrong (error);
        self->whole = status == Z_STREAM_END;
        if (self->inflate.avail_out < OUT_BYTES)
            rc = self->take (self->context, self->out, OUT_BYTES - self->inflate.avail_out, error);
    }
    return rc;
}

static int s_unzstd (decoder_t *self, const char *bytes, size_t n, struct error *error)
{
    ZSTD_inBuffer in = {bytes, n, 0};
    bool full = false;
    int rc = DMH_OK;
    while (rc == DMH_OK && (in.pos < in.size || full)) {
        ZSTD_outBuffer out = {self->out, OUT_BYTES, 0};
        size_t left = ZSTD_decompressStream (self->zstd, &out, &in);
        if (ZSTD_isError (left))
            return s_wrong (error);
        self->whole = left == 0;
        full = out.pos == out.size && left != 0;
        if (out.pos)
            rc = self->take (self->context, self->out, out.pos, error);
    }
    return rc;
}

int decoder_feed (decoder_t *self, const char *bytes, size_t n, struct error *error)
{
    if (self->gzip)
        return s_gunzip (self, bytes, n, error);
    return self->zstd ? s_unzstd (self, bytes, n, error) : self->take (self->context, bytes, n, error);
}

int decoder_finish (const decoder_t *self, struct error *error)
{
    return self->whole ? DMH_OK
                       : error_set (error, DMH_MALFORMED, "the body ends before its Content-Encoding does");
}
