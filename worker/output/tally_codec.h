//  tally_codec.h: a tally as bytes and back again: what a part of an input has shown, for who adds the parts
//  up. Some KB. What the writer alone counts (`listed`) is left out.
#ifndef DMH_WORKER_OUTPUT_TALLY_CODEC_H
#define DMH_WORKER_OUTPUT_TALLY_CODEC_H

#include "messages/codec/pack.h"
#include "worker/output/tally.h"

void tally_pack (const struct tally *self, struct packer *to);

//  Into one that tally_init has made for as many fields; of another number of fields, or from what is no
//  tally, `from` becomes bad and *self is unspecified.
void tally_unpack (struct tally *self, struct packed *from);

#endif
