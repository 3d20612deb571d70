//  bcf_text.h: a BCF file (2.1, 2.2), unpacked, as the VCF that it stands for, piece by piece. Memory is that
//  of the header and of the longest record, which are bounded.
#ifndef DMH_WORKER_FORMATS_BCF_BCF_TEXT_H
#define DMH_WORKER_FORMATS_BCF_BCF_TEXT_H

#include "messages/base/error.h"
#include "worker/text/text.h"

typedef struct bcf_text bcf_text_t;

enum { BCF_MAGIC_BYTES = 5 };

//  Whether a file begins so.
bool bcf_text_matches (const char *bytes, size_t n);

//  NULL when out of memory.
bcf_text_t *bcf_text_new (void);
void bcf_text_destroy (bcf_text_t **self_p);
void bcf_text_reset (bcf_text_t *self);    //  another file begins

//  Takes from `in`, makes into out [room]; either may be none. DMH_OK; DMH_BAD_INPUT with one sentence about
//  `source`: it is damaged; DMH_INTERNAL. Sets *used and *made on DMH_OK alone.
int bcf_text_some (bcf_text_t *self, struct text in, size_t *used, char *out, size_t room, size_t *made,
                   const char *source, struct error *error);

//  Whether the file could end here: all was given, and no record has begun.
bool bcf_text_is_whole (const bcf_text_t *self);

#endif
