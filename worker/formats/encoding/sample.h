//  sample.h: the start of an input as the formats see it: unpacked, in UTF-8.
#ifndef DMH_WORKER_FORMATS_ENCODING_SAMPLE_H
#define DMH_WORKER_FORMATS_ENCODING_SAMPLE_H

#include "messages/base/error.h"
#include "worker/formats/encoding/charset.h"

struct sample {
    char *text;    //  owned; never NULL after sample_make
    size_t n;
    bool whole;    //  there is no more
    enum charset charset;
};

//  Takes bytes [0, n) that are unpacked already as text in `charset`. *out is filled on DMH_OK alone;
//  sample_clear it. DMH_INTERNAL: out of memory.
int sample_make (const char *bytes, size_t n, bool whole, enum charset charset, const char *source,
                 struct sample *out, struct error *error);

//  The encoding of bytes [0, n) by themselves, or the one that `given` names ("": none). DMH_BAD_INPUT for a
//  word that is none. *surveyed: the bytes are not UTF-8, so the whole file has to be asked.
int sample_charset (const char *bytes, size_t n, bool whole, const char *given, const char *source,
                    enum charset *out, bool *surveyed, struct error *error);

void sample_clear (struct sample *self);

#endif
