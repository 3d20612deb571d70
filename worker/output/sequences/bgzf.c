//  bgzf.c: see bgzf.h. Letters of sequences repeat too little for a search to pay: runs alone are looked for,
//  and Huffman codes make two bits and a little of a base, at several times the speed.
#include "worker/output/sequences/bgzf.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    BLOCK_BYTES = 0xff00,    //  of text in a member, as htslib has it
    MEMBER_BYTES = 0x10000,
    HEAD_BYTES = 18,
    TAIL_BYTES = 8,
    RAW_DEFLATE = -15,
    MEMORY_LEVEL = 8
};

struct bgzf {
    output_file_t *file;
    z_stream stream;
    bool open;                          //  the stream is
    size_t used;                        //  of `text`
    uint64_t text_bytes, file_bytes;    //  of whole members
    struct buffer index;    //  two numbers a member but the first: where it begins in file and text
    char text[BLOCK_BYTES];
    unsigned char member[MEMBER_BYTES];
};

bgzf_t *bgzf_new (output_file_t *file)
{
    bgzf_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->file = file;
    self->open =
        deflateInit2 (&self->stream, Z_BEST_SPEED, Z_DEFLATED, RAW_DEFLATE, MEMORY_LEVEL, Z_RLE) == Z_OK;
    if (!self->open)
        bgzf_destroy (&self);
    return self;
}

void bgzf_destroy (bgzf_t **self_p)
{
    bgzf_t *self = *self_p;
    if (!self)
        return;
    if (self->open)
        deflateEnd (&self->stream);
    free (self->index.at);
    free (self);
    *self_p = NULL;
}

static unsigned char *s_put (unsigned char *to, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *to++ = (unsigned char) (number >> 8 * i & 0xff);
    return to;
}

//  Writes a member of what is in `text`.
static void s_member (bgzf_t *self)
{
    static const unsigned char HEAD[] = {31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 'B', 'C', 2, 0};
    z_stream *stream = &self->stream;
    deflateReset (stream);
    stream->next_in = (const unsigned char *) self->text;
    stream->avail_in = NARROW (unsigned, self->used);
    stream->next_out = self->member + HEAD_BYTES;
    stream->avail_out = MEMBER_BYTES - HEAD_BYTES - TAIL_BYTES;
    if (deflate (stream, Z_FINISH) != Z_STREAM_END) {
        output_fail (self->file, DMH_INTERNAL,
                     "a block of sequences cannot be compressed; please report this");
        return;
    }
    size_t n = HEAD_BYTES + stream->total_out + TAIL_BYTES;
    memcpy (self->member, HEAD, sizeof HEAD);
    s_put (self->member + sizeof HEAD, n - 1, 2);
    uint64_t crc = crc32 (0, (const unsigned char *) self->text, NARROW (unsigned, self->used));
    unsigned char *to = s_put (self->member + HEAD_BYTES + stream->total_out, crc, 4);
    s_put (to, self->used, 4);
    output_write (self->file, (const char *) self->member, n);
    self->file_bytes += n;
    self->text_bytes += self->used;
    self->used = 0;
}

static void s_index (bgzf_t *self)
{
    if (buffer_reserve (&self->index, 16) != 0) {
        output_fail (self->file, DMH_INTERNAL, "out of memory for the index of the sequences");
        return;
    }
    unsigned char *to = s_put ((unsigned char *) self->index.at + self->index.used, self->file_bytes, 8);
    s_put (to, self->text_bytes, 8);
    self->index.used += 16;
}

void bgzf_write (bgzf_t *self, const char *bytes, size_t n)
{
    while (n) {
        if (self->used == BLOCK_BYTES) {
            s_member (self);
            s_index (self);
        }
        size_t part = n < BLOCK_BYTES - self->used ? n : BLOCK_BYTES - self->used;
        memcpy (self->text + self->used, bytes, part);
        self->used += part;
        bytes += part;
        n -= part;
    }
}

uint64_t bgzf_position (const bgzf_t *self)
{
    return self->text_bytes + self->used;
}

void bgzf_finish (bgzf_t *self, output_file_t *index)
{
    static const char END[] = "\x1f\x8b\x08\4\0\0\0\0\0\xff\6\0BC\2\0\x1b\0\3\0\0\0\0\0\0\0\0";
    unsigned char count[8];
    if (self->used)
        s_member (self);
    output_write (self->file, END, sizeof END);
    s_put (count, self->index.used / 16, sizeof count);
    output_write (index, (const char *) count, sizeof count);
    output_write (index, self->index.at, self->index.used);
}

void bgzf_restart (bgzf_t *self)
{
    self->used = self->index.used = 0;
    self->text_bytes = self->file_bytes = 0;
}
