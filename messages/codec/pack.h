//  pack.h: numbers and texts one behind the other, for files that workers leave each other: without keys, as
//  small as they are, read again within bounds. A number is written seven bits at a time, the lowest first.
#ifndef DMH_MESSAGES_CODEC_PACK_H
#define DMH_MESSAGES_CODEC_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "messages/base/buffer.h"

enum { PACK_NUMBER_BYTES = 10 };    //  of a number, at most

//  What is written. The first failure sticks: nothing is written any more.
struct packer {
    struct buffer to;    //  owned by the holder
    bool failed;         //  out of memory
};

void pack_number (struct packer *self, uint64_t number);
void pack_bytes (struct packer *self, const void *bytes, size_t n);    //  as they are, without their number
void pack_text (struct packer *self, const void *bytes, size_t n);     //  behind their number

//  For a caller that has made room: writes the number at `to`; the end of it.
char *pack_number_at (char *to, uint64_t number);

//  What is read, borrowed. What is not there, or no number, makes it `bad`, and all that is read from then on
//  is 0 or empty.
struct packed {
    const char *at, *end;
    bool bad;
};

uint64_t packed_number (struct packed *self);
//  A number that is at most `most`; one that is more is bad.
uint64_t packed_number_most (struct packed *self, uint64_t most);
//  `n` bytes as they are; NULL: there are not so many.
const char *packed_bytes (struct packed *self, uint64_t n);
//  Bytes behind their number, in *n; NULL with *n 0 when bad.
const char *packed_text (struct packed *self, size_t *n);
//  Whether all of it was read, and nothing was bad.
bool packed_is_whole (const struct packed *self);

#endif
