//  bgzf.c: see bgzf.h. Letters of sequences repeat too little for a search to pay: Huffman codes make two
//  bits and a little of a base, at many times the speed. Where a block of them may be runs (of N), zlib looks
//  for those. Blocks are packed many at a time, each thread those of its turn, and written in their order.
#include "worker/output/bgzf/bgzf.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "messages/sockets/actor.h"
#include "worker/output/bgzf/huffman.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    BLOCK_BYTES = 0xff00,    //  of text in a member, as htslib has it
    MEMBER_BYTES = 0x10000,
    HEAD_BYTES = 18,
    TAIL_BYTES = 8,
    RAW_DEFLATE = -15,
    MEMORY_LEVEL = 8,
    BLOCKS_A_THREAD = 8,    //  at once
    THREADS_MAX = 64
};

//  What packs one block after another.
struct packer {
    struct bgzf *of;
    size_t first;    //  of the blocks that are at hand
    z_stream stream;
    bool open;    //  the stream is
};

struct bgzf {
    output_file_t *file;
    enum bgzf_content content;
    size_t blocks, used;    //  that are gathered at most; bytes of `text`
    char *text;
    unsigned char *members;    //  of the blocks
    size_t *member_bytes;      //  0: it cannot be packed
    struct packer packers[THREADS_MAX];
    actor_t *actors[THREADS_MAX];       //  of all packers but the first
    size_t threads, ready;              //  blocks of text that are there to be packed
    uint64_t text_bytes, file_bytes;    //  of whole members
    struct buffer places;               //  where each member begins in the file, and behind the last one
};

static unsigned char *s_put (unsigned char *to, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *to++ = (unsigned char) (number >> 8 * i & 0xff);
    return to;
}

static size_t s_text_of (const bgzf_t *self, size_t block)
{
    size_t begin = block * BLOCK_BYTES;
    return self->used - begin < BLOCK_BYTES ? self->used - begin : BLOCK_BYTES;
}

//  A text as a block of DEFLATE: its bytes; 0: it cannot be.
static size_t s_deflate (struct packer *self, const unsigned char *text, size_t n, unsigned char *to)
{
    z_stream *stream = &self->stream;
    unsigned room = MEMBER_BYTES - HEAD_BYTES - TAIL_BYTES;
    size_t packed = self->of->content == BGZF_LETTERS ? huffman_deflate (text, n, to, room) : 0;
    if (packed)
        return packed;
    deflateReset (stream);
    stream->next_in = text;
    stream->avail_in = NARROW (unsigned, n);
    stream->next_out = to;
    stream->avail_out = room;
    return deflate (stream, Z_FINISH) == Z_STREAM_END ? stream->total_out : 0;
}

//  Makes a member of the block.
static void s_pack_block (struct packer *self, size_t block)
{
    static const unsigned char HEAD[] = {31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 'B', 'C', 2, 0};
    unsigned char *member = self->of->members + block * MEMBER_BYTES;
    const unsigned char *text = (const unsigned char *) self->of->text + block * BLOCK_BYTES;
    size_t bytes = s_text_of (self->of, block), packed = s_deflate (self, text, bytes, member + HEAD_BYTES);
    self->of->member_bytes[block] = 0;
    if (!packed)
        return;
    size_t n = HEAD_BYTES + packed + TAIL_BYTES;
    memcpy (member, HEAD, sizeof HEAD);
    s_put (member + sizeof HEAD, n - 1, 2);
    unsigned char *to = s_put (member + HEAD_BYTES + packed, crc32 (0, text, NARROW (unsigned, bytes)), 4);
    s_put (to, bytes, 4);
    self->of->member_bytes[block] = n;
}

static void s_pack_turn (struct packer *self)
{
    for (size_t block = self->first; block < self->of->ready; block += self->of->threads)
        s_pack_block (self, block);
}

//  An actor: each message is a turn, each answer says that it is done.
static void s_packer (zsock_t *pipe, void *args)
{
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = zstr_recv (pipe);
        bool go = word && streq (word, "PACK");
        zstr_free (&word);
        if (!go)
            return;
        s_pack_turn (args);
        zsock_signal (pipe, 0);
    }
}

static bool s_start (bgzf_t *self)
{
    for (size_t i = 0; i < self->threads; i++) {
        struct packer *packer = &self->packers[i];
        packer->of = self;
        packer->first = i;
        packer->open = deflateInit2 (&packer->stream, Z_BEST_SPEED, Z_DEFLATED, RAW_DEFLATE, MEMORY_LEVEL,
                                     self->content == BGZF_LETTERS ? Z_RLE : Z_DEFAULT_STRATEGY) == Z_OK;
        if (!packer->open || (i && !(self->actors[i] = actor_new (s_packer, packer))))
            return false;
    }
    return true;
}

bgzf_t *bgzf_new (output_file_t *file, enum bgzf_content content, size_t threads)
{
    bgzf_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->file = file;
    self->content = content;
    self->threads = threads == 0 ? 1 : threads < THREADS_MAX ? threads : THREADS_MAX;
    self->blocks = self->threads == 1 ? 1 : self->threads * BLOCKS_A_THREAD;
    self->text = malloc (self->blocks * BLOCK_BYTES);
    self->members = malloc (self->blocks * MEMBER_BYTES);
    self->member_bytes = calloc (self->blocks, sizeof *self->member_bytes);
    if (!self->text || !self->members || !self->member_bytes || !s_start (self))
        bgzf_destroy (&self);
    return self;
}

void bgzf_destroy (bgzf_t **self_p)
{
    bgzf_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->threads; i++) {
        actor_destroy (&self->actors[i]);
        if (self->packers[i].open)
            deflateEnd (&self->packers[i].stream);
    }
    free (self->text);
    free (self->members);
    free (self->member_bytes);
    free (self->places.at);
    free (self);
    *self_p = NULL;
}

static void s_place (bgzf_t *self)
{
    if (buffer_reserve (&self->places, sizeof self->file_bytes) != 0) {
        output_fail (self->file, DMH_INTERNAL, "out of memory for the index of a compressed file");
        return;
    }
    memcpy (self->places.at + self->places.used, &self->file_bytes, sizeof self->file_bytes);
    self->places.used += sizeof self->file_bytes;
}

//  Writes members of what is in `text`.
static void s_members (bgzf_t *self)
{
    self->ready = (self->used + BLOCK_BYTES - 1) / BLOCK_BYTES;
    size_t helpers = self->ready < self->threads ? self->ready : self->threads;
    for (size_t i = 1; i < helpers; i++)
        zstr_send (actor_pipe (self->actors[i]), "PACK");
    s_pack_turn (&self->packers[0]);
    for (size_t i = 1; i < helpers; i++)
        zsock_wait (actor_pipe (self->actors[i]));
    for (size_t block = 0; block < self->ready; block++) {
        size_t n = self->member_bytes[block];
        if (n == 0) {
            output_fail (self->file, DMH_INTERNAL, "a block cannot be compressed; please report this");
            break;
        }
        s_place (self);
        output_write (self->file, (const char *) self->members + block * MEMBER_BYTES, n);
        self->file_bytes += n;
    }
    self->text_bytes += self->used;
    self->used = 0;
}

void bgzf_write (bgzf_t *self, const char *bytes, size_t n)
{
    size_t room = self->blocks * BLOCK_BYTES;
    while (n) {
        if (self->used == room)
            s_members (self);
        size_t part = n < room - self->used ? n : room - self->used;
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

static uint64_t s_place_of (const bgzf_t *self, size_t block)
{
    uint64_t place;
    memcpy (&place, self->places.at + block * sizeof place, sizeof place);
    return place;
}

//  Two numbers a member but the first: where it begins in file and text.
static void s_index (const bgzf_t *self, output_file_t *index)
{
    unsigned char numbers[16];
    size_t members = self->places.used / sizeof (uint64_t) - 1;
    s_put (numbers, members ? members - 1 : 0, 8);
    output_write (index, (const char *) numbers, 8);
    for (size_t i = 1; i < members; i++) {
        unsigned char *to = s_put (numbers, s_place_of (self, i), 8);
        s_put (to, (uint64_t) i * BLOCK_BYTES, 8);
        output_write (index, (const char *) numbers, sizeof numbers);
    }
}

void bgzf_finish (bgzf_t *self, output_file_t *index)
{
    static const char END[] = "\x1f\x8b\x08\4\0\0\0\0\0\xff\6\0BC\2\0\x1b\0\3\0\0\0\0\0\0\0\0";
    if (self->used)
        s_members (self);
    s_place (self);
    output_write (self->file, END, sizeof END);
    if (index && output_check (self->file, NULL) == DMH_OK)
        s_index (self, index);
}

uint64_t bgzf_virtual (const bgzf_t *self, uint64_t position)
{
    return s_place_of (self, (size_t) (position / BLOCK_BYTES)) << 16 | position % BLOCK_BYTES;
}

void bgzf_restart (bgzf_t *self)
{
    self->used = self->places.used = 0;
    self->text_bytes = self->file_bytes = 0;
}
