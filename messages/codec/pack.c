//  pack.c: see pack.h.
#include "messages/codec/pack.h"

#include <string.h>

char *pack_number_at (char *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *to++ = (char) (0x80 | (number & 0x7f));
    *to++ = (char) number;
    return to;
}

void pack_number (struct packer *self, uint64_t number)
{
    self->failed = self->failed || buffer_reserve (&self->to, PACK_NUMBER_BYTES) != 0;
    if (!self->failed)
        self->to.used = (size_t) (pack_number_at (self->to.at + self->to.used, number) - self->to.at);
}

void pack_bytes (struct packer *self, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    self->failed = self->failed || buffer_reserve (&self->to, n) != 0;
    if (self->failed)
        return;
    memcpy (self->to.at + self->to.used, bytes, n);
    self->to.used += n;
}

void pack_text (struct packer *self, const void *bytes, size_t n)
{
    pack_number (self, n);
    pack_bytes (self, bytes, n);
}

static uint64_t s_bad (struct packed *self)
{
    self->bad = true;
    self->at = self->end;
    return 0;
}

//  One number has one form: no zeroes at its high end, and no more than 64 bits.
uint64_t packed_number (struct packed *self)
{
    uint64_t number = 0;
    for (unsigned shift = 0; self->at < self->end; shift += 7) {
        unsigned char byte = (unsigned char) *self->at++;
        if ((shift == 63 && byte > 1) || (shift && byte == 0))
            return s_bad (self);
        number |= (uint64_t) (byte & 0x7f) << shift;
        if (byte < 0x80)
            return number;
    }
    return s_bad (self);
}

uint64_t packed_number_most (struct packed *self, uint64_t most)
{
    uint64_t number = packed_number (self);
    return number <= most ? number : s_bad (self);
}

const char *packed_bytes (struct packed *self, uint64_t n)
{
    const char *at = self->at;
    if (self->bad || n > (uint64_t) (self->end - self->at)) {
        s_bad (self);
        return NULL;
    }
    self->at += n;
    return at;
}

const char *packed_text (struct packed *self, size_t *n)
{
    uint64_t count = packed_number (self);
    const char *at = packed_bytes (self, count);
    *n = at ? (size_t) count : 0;
    return at;
}

bool packed_is_whole (const struct packed *self)
{
    return !self->bad && self->at == self->end;
}
