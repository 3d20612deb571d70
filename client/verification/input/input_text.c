//  input_text.c: see input_text.h.
#include "client/verification/input/input_text.h"

#include "messages/base/buffer.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { AT_ONCE = 256 * 1024 };

struct input_text {
    char *path;
    gzFile file;               //  which gives what is not packed as it is
    ZSTD_DStream *zstd;        //  NULL: it is not packed so
    struct buffer packed;      //  of zstd
    size_t packed_at, hint;    //  hint: 0 behind a whole frame
    bool recoded, wide, little;
    iconv_t decoder;
    struct buffer bytes;    //  in the input's encoding, not decoded yet
    struct buffer text;
    size_t begin;
    bool over, begun;
};

static int s_no_memory (const input_text_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->path);
}

static int s_damaged (const input_text_t *self, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "%s cannot be unpacked", self->path);
}

input_text_t *input_text_new (const char *path, const char *encoding, const char *compression,
                              struct error *error)
{
    input_text_t *self = calloc (1, sizeof *self);
    if (self)
        self->path = strdup (path);
    if (!self || !self->path) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
        free (self);
        return NULL;
    }
    bool zstd = strcmp (compression, "zstd") == 0;
    self->file = gzopen (path, "rb");
    self->zstd = zstd ? ZSTD_createDStream () : NULL;
    self->wide = strncmp (encoding, "UTF-16", 6) == 0;
    self->little = strcmp (encoding, "UTF-16LE") == 0;
    if (strcmp (encoding, "UTF-8") != 0) {
        self->decoder = iconv_open ("UTF-8", encoding);
        self->recoded = self->decoder != (iconv_t) -1;
    }
    int rc = DMH_OK;
    if (!self->file)
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    else if (zstd && !self->zstd)
        rc = s_no_memory (self, error);
    else if (strcmp (encoding, "UTF-8") != 0 && !self->recoded)
        rc = error_set (error, DMH_UNSUPPORTED, "the encoding %.40s of %s cannot be read here", encoding,
                        path);
    if (rc != DMH_OK)
        input_text_destroy (&self);
    return self;
}

void input_text_destroy (input_text_t **self_p)
{
    input_text_t *self = *self_p;
    if (!self)
        return;
    if (self->file)
        gzclose (self->file);
    ZSTD_freeDStream (self->zstd);
    if (self->recoded)
        iconv_close (self->decoder);
    free (self->packed.at);
    free (self->bytes.at);
    free (self->text.at);
    free (self->path);
    free (self);
    *self_p = NULL;
}

static int s_read (input_text_t *self, struct buffer *to, size_t *got, struct error *error)
{
    if (buffer_reserve (to, AT_ONCE) != 0)
        return s_no_memory (self, error);
    int n = gzread (self->file, to->at + to->used, AT_ONCE), code = Z_OK;
    gzerror (self->file, &code);
    if (n < 0 || (code != Z_OK && code != Z_STREAM_END))    //  Z_BUF_ERROR: it ends inside a member
        return code == Z_ERRNO
                   ? error_set (error, DMH_IO, "%s cannot be read: %s", self->path, strerror (errno))
                   : s_damaged (self, error);
    *got = (size_t) n;
    to->used += (size_t) n;
    return DMH_OK;
}

static int s_unzstd (input_text_t *self, struct buffer *to, size_t *got, struct error *error)
{
    *got = 0;
    while (*got == 0) {
        size_t more = 1;
        if (self->packed_at == self->packed.used) {
            self->packed_at = self->packed.used = 0;
            int rc = s_read (self, &self->packed, &more, error);
            if (rc != DMH_OK)
                return rc;
        }
        if (buffer_reserve (to, AT_ONCE) != 0)
            return s_no_memory (self, error);
        ZSTD_inBuffer in = {self->packed.at, self->packed.used, self->packed_at};
        ZSTD_outBuffer out = {to->at + to->used, AT_ONCE, 0};
        size_t hint = in.size || self->hint ? ZSTD_decompressStream (self->zstd, &out, &in) : 0;
        if (ZSTD_isError (hint) || (more == 0 && out.pos == 0 && hint != 0))
            return s_damaged (self, error);
        self->hint = hint;
        self->packed_at = in.pos;
        to->used += out.pos;
        *got = out.pos;
        if (more == 0 && out.pos == 0)
            break;
    }
    return DMH_OK;
}

//  What has no meaning in its encoding stands in dmh's text as bytes that are no UTF-8 and tell what it was.
static size_t s_stray (input_text_t *self, const char *at, size_t n)
{
    const unsigned char *bytes = (const unsigned char *) at;
    char *to = self->text.at + self->text.used;
    if (!self->wide || n < 2) {
        *to = self->wide ? (char) 0xff : *at;
        self->text.used++;
        return 1;
    }
    unsigned unit = self->little ? bytes[0] | (unsigned) bytes[1] << 8 : bytes[1] | (unsigned) bytes[0] << 8;
    to[0] = (char) (0xe0 | unit >> 12);
    to[1] = (char) (0x80 | (unit >> 6 & 0x3f));
    to[2] = (char) (0x80 | (unit & 0x3f));
    self->text.used += 3;
    return 2;
}

static int s_decode (input_text_t *self, bool last, struct error *error)
{
    char *in = self->bytes.at;
    size_t n = self->bytes.used;
    if (buffer_reserve (&self->text, 3 * n + 8) != 0)
        return s_no_memory (self, error);
    while (n) {
        char *out = self->text.at + self->text.used;
        size_t room = self->text.size - self->text.used;
        size_t rc = iconv (self->decoder, &in, &n, &out, &room);
        self->text.used = (size_t) (out - self->text.at);
        if (rc != SIZE_MAX)
            continue;
        if (errno == EINVAL && !last)
            break;    //  the rest of the character comes with the next bytes
        size_t taken = s_stray (self, in, n);
        in += taken;
        n -= taken;
    }
    if (n)
        memmove (self->bytes.at, in, n);
    self->bytes.used = n;
    return DMH_OK;
}

static int s_more (input_text_t *self, struct error *error)
{
    struct buffer *to = self->recoded ? &self->bytes : &self->text;
    size_t got = 0;
    int rc = self->zstd ? s_unzstd (self, to, &got, error) : s_read (self, to, &got, error);
    self->over = rc == DMH_OK && got == 0;
    return rc == DMH_OK && self->recoded ? s_decode (self, self->over, error) : rc;
}

int input_text_show (input_text_t *self, size_t want, const char **at, size_t *n, struct error *error)
{
    static const char MARK[] = "\xef\xbb\xbf";
    size_t least = self->begun ? want : want + sizeof MARK;
    if (self->text.used - self->begin < least && !self->over && self->begin) {
        memmove (self->text.at, self->text.at + self->begin, self->text.used - self->begin);
        self->text.used -= self->begin;
        self->begin = 0;
    }
    while (self->text.used - self->begin < least && !self->over) {
        int rc = s_more (self, error);
        if (rc != DMH_OK)
            return rc;
    }
    if (!self->begun && self->text.used >= 3 && memcmp (self->text.at, MARK, 3) == 0)
        self->begin = 3;
    self->begun = true;
    *at = self->text.at ? self->text.at + self->begin : "";
    *n = self->text.used - self->begin;
    return DMH_OK;
}

void input_text_skip (input_text_t *self, size_t n)
{
    self->begin += n;
}
