//  unpack.c: see unpack.h.
#include "worker/formats/encoding/unpack.h"

#include "messages/base/narrow.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

enum { GZIP_WINDOW = 15 + 16, ZSTD_WINDOW_LOG = 27 };

struct unpack {
    enum packing packing;
    z_stream gzip;
    ZSTD_DCtx *zstd;
    bool inside;    //  a member has begun and has not ended
    bool any;       //  one has ended
};

enum packing packing_of (const char *bytes, size_t n)
{
    if (n >= 3 && memcmp (bytes, "\x1f\x8b\x08", 3) == 0)
        return PACKED_GZIP;
    if (n >= 4 && memcmp (bytes, "\x28\xb5\x2f\xfd", 4) == 0)
        return PACKED_ZSTD;
    //  A frame to be skipped, as some packers write first.
    if (n >= 4 && ((unsigned char) bytes[0] & 0xf0) == 0x50 && memcmp (bytes + 1, "\x2a\x4d\x18", 3) == 0)
        return PACKED_ZSTD;
    return PACKED_NOT;
}

const char *packing_name (enum packing self)
{
    return self == PACKED_GZIP ? "gzip" : self == PACKED_ZSTD ? "zstd" : NULL;
}

unpack_t *unpack_new (enum packing packing)
{
    unpack_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    bool good;
    if (packing == PACKED_GZIP)
        good = inflateInit2 (&self->gzip, GZIP_WINDOW) == Z_OK;
    else {
        self->zstd = ZSTD_createDCtx ();
        good = self->zstd &&
               !ZSTD_isError (ZSTD_DCtx_setParameter (self->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
    }
    self->packing = packing;
    if (!good)
        unpack_destroy (&self);
    return self;
}

void unpack_destroy (unpack_t **self_p)
{
    unpack_t *self = *self_p;
    if (!self)
        return;
    if (self->packing == PACKED_GZIP)
        inflateEnd (&self->gzip);
    ZSTD_freeDCtx (self->zstd);
    free (self);
    *self_p = NULL;
}

int unpack_reset (unpack_t *self)
{
    self->inside = self->any = false;
    if (self->packing == PACKED_GZIP)
        return inflateReset (&self->gzip) == Z_OK ? 0 : -1;
    return ZSTD_isError (ZSTD_DCtx_reset (self->zstd, ZSTD_reset_session_only)) ? -1 : 0;
}

static int s_damaged (const char *source, enum packing packing, const char *how, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT,
                      "%s is compressed by %s and cannot be unpacked: %s; send or compress it again", source,
                      packing_name (packing), how);
}

//  Between members: zeros fill up some tapes' blocks; anything else but a member does not belong there.
//  Returns how many bytes are passed over.
static size_t s_padding (const unpack_t *self, struct text in)
{
    size_t n = 0;
    while (self->any && !self->inside && n < in.n && in.at[n] == 0)
        n++;
    return n;
}

static int s_gzip (unpack_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                   const char *source, struct error *error)
{
    self->gzip.next_in = (const unsigned char *) in.at;
    self->gzip.avail_in = NARROW (unsigned, in.n);
    self->gzip.next_out = (unsigned char *) out;
    self->gzip.avail_out = NARROW (unsigned, room);
    self->inside = self->inside || in.n;
    int rc = inflate (&self->gzip, Z_NO_FLUSH);
    if (rc == Z_MEM_ERROR)
        return error_set (error, DMH_INTERNAL, "out of memory while unpacking %s", source);
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return s_damaged (source, self->packing, self->gzip.msg ? self->gzip.msg : "its data is damaged",
                          error);
    *used = in.n - self->gzip.avail_in;
    *made = room - self->gzip.avail_out;
    if (rc == Z_STREAM_END) {
        self->inside = false;
        self->any = true;
        inflateReset (&self->gzip);
    }
    return DMH_OK;
}

static int s_zstd (unpack_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                   const char *source, struct error *error)
{
    ZSTD_inBuffer from = {in.at, in.n, 0};
    ZSTD_outBuffer to = {out, room, 0};
    size_t rc = ZSTD_decompressStream (self->zstd, &to, &from);
    if (ZSTD_isError (rc))
        return s_damaged (source, self->packing, ZSTD_getErrorName (rc), error);
    self->any = self->any || rc == 0;
    self->inside = rc != 0;
    *used = from.pos;
    *made = to.pos;
    return DMH_OK;
}

int unpack_some (unpack_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                 const char *source, struct error *error)
{
    size_t padding = s_padding (self, in);
    in = (struct text){in.at + padding, in.n - padding};
    if (in.n > UINT32_MAX / 2)
        in.n = UINT32_MAX / 2;
    if (room > UINT32_MAX / 2)
        room = UINT32_MAX / 2;
    size_t took = 0, put = 0;
    if (self->any && !self->inside && in.n == 0) {
        *used = padding;
        *made = 0;
        return DMH_OK;
    }
    int rc = self->packing == PACKED_GZIP ? s_gzip (self, in, &took, out, room, &put, source, error)
                                          : s_zstd (self, in, &took, out, room, &put, source, error);
    if (rc == DMH_OK) {
        *used = padding + took;
        *made = put;
    }
    return rc;
}

bool unpack_is_whole (const unpack_t *self)
{
    return self->any && !self->inside;
}

int unpack_truncated (const char *source, enum packing packing, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT,
                      "%s ends in the middle of its %s stream; it seems to be cut off, send it again", source,
                      packing_name (packing));
}
