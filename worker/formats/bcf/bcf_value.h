//  bcf_value.h: the typed values that records of BCF are made of, read within their bytes, and written as
//  bcftools writes them. Source: VCF 4.3, section 6.3.3.
#ifndef DMH_WORKER_FORMATS_BCF_BCF_VALUE_H
#define DMH_WORKER_FORMATS_BCF_BCF_VALUE_H

#include "messages/base/buffer.h"
#include "worker/text/text.h"

enum bcf_kind { BCF_NONE = 0, BCF_INT8 = 1, BCF_INT16 = 2, BCF_INT32 = 3, BCF_FLOAT = 5, BCF_TEXT = 7 };

enum { BCF_FLOAT_MISSING = 0x7f800001, BCF_FLOAT_END = 0x7f800002 };    //  their bits

struct bcf_cursor {
    const unsigned char *at, *end;
};

//  `count` of `kind` at `at`.
struct bcf_values {
    enum bcf_kind kind;
    size_t count;
    const unsigned char *at;
};

size_t bcf_bytes (enum bcf_kind kind);    //  of one value

//  Whether the bytes have it; the cursor goes past it. A number of n <= 4 bytes; kind and count of values
//  that stand elsewhere; values; one integer.
bool bcf_little (struct bcf_cursor *in, size_t n, uint32_t *out);
bool bcf_descriptor (struct bcf_cursor *in, struct bcf_values *out);
bool bcf_values (struct bcf_cursor *in, struct bcf_values *out);
bool bcf_one_integer (struct bcf_cursor *in, int32_t *out);

//  The i-th of some integers; false: it is missing, or they are over.
bool bcf_integer_at (const struct bcf_values *values, size_t i, int32_t *out);

//  Add to *out. 0, or -1 out of memory.
int bcf_put (struct buffer *out, struct text text);
int bcf_put_sign (struct buffer *out, char sign);
int bcf_put_integer (struct buffer *out, int64_t number);
int bcf_put_float (struct buffer *out, uint32_t bits);
int bcf_put_text (struct buffer *out, const unsigned char *at,
                  size_t count);    //  up to its end; “.” of none
int bcf_put_values (struct buffer *out, const struct bcf_values *values);    //  with commas; “.” of none
int bcf_put_genotype (struct buffer *out, const struct bcf_values *values);

#endif
