//  bcf_text.c: see bcf_text.h. libhts reads BCF, too, but what a hostile file makes it do is its own affair:
//  here nothing is believed before it is compared with what is there.
#include "worker/formats/bcf/bcf_text.h"

#include "worker/formats/bcf/bcf_record.h"

#include <stdlib.h>

enum {
    HEAD_BYTES = BCF_MAGIC_BYTES + 4,
    LENGTHS_BYTES = 8,
    HEADER_BYTES_MOST = 256 * 1024 * 1024,
    RECORD_BYTES_MOST = 256 * 1024 * 1024
};

struct bcf_text {
    struct buffer in, out;    //  what of a unit is there; what was made of the last one
    size_t out_at;
    size_t wanted;    //  bytes of the unit, as far as they are known
    bool begun;       //  the header was read
    struct bcf_header header;
    uint64_t records;
};

bool bcf_text_matches (const char *bytes, size_t n)
{
    return n >= BCF_MAGIC_BYTES && memcmp (bytes, "BCF\2", 4) == 0 && (bytes[4] == 1 || bytes[4] == 2);
}

bcf_text_t *bcf_text_new (void)
{
    bcf_text_t *self = calloc (1, sizeof *self);
    if (self)
        self->wanted = HEAD_BYTES;
    return self;
}

void bcf_text_reset (bcf_text_t *self)
{
    bcf_header_clear (&self->header);
    self->in.used = self->out.used = self->out_at = 0;
    self->wanted = HEAD_BYTES;
    self->begun = false;
    self->records = 0;
}

void bcf_text_destroy (bcf_text_t **self_p)
{
    bcf_text_t *self = *self_p;
    if (!self)
        return;
    bcf_header_clear (&self->header);
    free (self->in.at);
    free (self->out.at);
    free (self);
    *self_p = NULL;
}

static uint32_t s_little (const char *at)
{
    const unsigned char *bytes = (const unsigned char *) at;
    return (uint32_t) bytes[0] | (uint32_t) bytes[1] << 8 | (uint32_t) bytes[2] << 16 |
           (uint32_t) bytes[3] << 24;
}

static int s_damaged (const bcf_text_t *self, const char *source, struct error *error)
{
    if (!self->begun)
        return error_set (error, DMH_BAD_INPUT, "%s: its BCF header is damaged; make the file again", source);
    return error_set (error, DMH_BAD_INPUT, "%s: record %llu of the BCF file is damaged; make the file again",
                      source, (unsigned long long) self->records + 1);
}

static int s_header (bcf_text_t *self)
{
    uint32_t n = s_little (self->in.at + BCF_MAGIC_BYTES);
    if (!bcf_text_matches (self->in.at, self->in.used) || n > HEADER_BYTES_MOST)
        return 0;
    self->wanted = HEAD_BYTES + (size_t) n;
    if (self->in.used < self->wanted)
        return 1;
    int rc = bcf_header_read (&self->header, (struct text){self->in.at + HEAD_BYTES, n}, &self->out);
    self->begun = rc == 1;
    self->in.used = 0;
    self->wanted = LENGTHS_BYTES;
    return rc;
}

static int s_record (bcf_text_t *self)
{
    size_t shared = s_little (self->in.at), individual = s_little (self->in.at + 4);
    if (shared > RECORD_BYTES_MOST || individual > RECORD_BYTES_MOST)
        return 0;
    self->wanted = LENGTHS_BYTES + shared + individual;
    if (self->in.used < self->wanted)
        return 1;
    const char *at = self->in.at + LENGTHS_BYTES;
    int rc = bcf_record_write (&self->header, (struct text){at, shared},
                               (struct text){at + shared, individual}, &self->out);
    self->records += rc == 1;
    self->in.used = 0;
    self->wanted = LENGTHS_BYTES;
    return rc;
}

int bcf_text_some (bcf_text_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                   const char *source, struct error *error)
{
    size_t took = 0, put = 0;
    for (;;) {
        size_t part = self->out.used - self->out_at < room - put ? self->out.used - self->out_at : room - put;
        if (part)
            memcpy (out + put, self->out.at + self->out_at, part);
        self->out_at += part;
        put += part;
        if (self->out_at < self->out.used || took == in.n)
            break;
        self->out.used = self->out_at = 0;
        size_t more = self->wanted - self->in.used < in.n - took ? self->wanted - self->in.used : in.n - took;
        if (buffer_reserve (&self->in, more) != 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
        memcpy (self->in.at + self->in.used, in.at + took, more);
        self->in.used += more;
        took += more;
        if (self->in.used < self->wanted)
            continue;
        int rc = self->begun ? s_record (self) : s_header (self);
        if (rc < 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
        if (rc == 0)
            return s_damaged (self, source, error);
    }
    *used = took;
    *made = put;
    return DMH_OK;
}

bool bcf_text_is_whole (const bcf_text_t *self)
{
    return self->begun && self->in.used == 0 && self->out_at == self->out.used;
}
