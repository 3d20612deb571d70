//  bcf_value.c: see bcf_value.h.
#include "worker/formats/bcf/bcf_value.h"

#include <math.h>
#include <stdio.h>

enum { NUMBER_BYTES = 32, LENGTH_FOLLOWS = 15, TEXT_MISSING = 7 };

//  What one of them is.
enum value_state { VALUE_THERE, VALUE_MISSING, VALUE_END };

static size_t s_left (const struct bcf_cursor *in)
{
    return (size_t) (in->end - in->at);
}

bool bcf_little (struct bcf_cursor *in, size_t n, uint32_t *out)
{
    if (s_left (in) < n)
        return false;
    *out = 0;
    for (size_t i = n; i-- > 0;)
        *out = *out << 8 | in->at[i];
    in->at += n;
    return true;
}

size_t bcf_bytes (enum bcf_kind kind)
{
    switch (kind) {
    case BCF_INT8:
    case BCF_TEXT:
        return 1;
    case BCF_INT16:
        return 2;
    case BCF_INT32:
    case BCF_FLOAT:
        return 4;
    case BCF_NONE:
        break;
    }
    return 0;
}

static bool s_is_kind (unsigned kind)
{
    return kind == BCF_NONE || (kind >= BCF_INT8 && kind <= BCF_INT32) || kind == BCF_FLOAT ||
           kind == BCF_TEXT;
}

static enum value_state s_integer (enum bcf_kind kind, const unsigned char *at, int32_t *out)
{
    uint32_t bits = 0;
    size_t n = bcf_bytes (kind);
    for (size_t i = n; i-- > 0;)
        bits = bits << 8 | at[i];
    if (!n)
        return VALUE_MISSING;
    uint32_t least = (uint32_t) 1 << (8 * n - 1);
    if (bits == least)
        return VALUE_MISSING;
    if (bits == least + 1)
        return VALUE_END;
    *out = (int32_t) (bits & least && n < 4 ? bits | ~(least * 2 - 1) : bits);
    return VALUE_THERE;
}

//  Kind and count; of a count of 15 and more a typed integer follows.
bool bcf_descriptor (struct bcf_cursor *in, struct bcf_values *out)
{
    uint32_t byte, kind;
    if (!bcf_little (in, 1, &byte) || !s_is_kind (byte & 15))
        return false;
    out->kind = (enum bcf_kind) (byte & 15);
    out->count = byte >> 4;
    if (out->count < LENGTH_FOLLOWS)
        return true;
    if (!bcf_little (in, 1, &kind) || kind >> 4 != 1 || (kind & 15) < BCF_INT8 || (kind & 15) > BCF_INT32)
        return false;
    int32_t count;
    size_t n = bcf_bytes ((enum bcf_kind) (kind & 15));
    if (s_left (in) < n || s_integer ((enum bcf_kind) (kind & 15), in->at, &count) != VALUE_THERE ||
        count < 0)
        return false;
    in->at += n;
    out->count = (size_t) count;
    return true;
}

bool bcf_values (struct bcf_cursor *in, struct bcf_values *out)
{
    if (!bcf_descriptor (in, out))
        return false;
    size_t n = bcf_bytes (out->kind) * out->count;
    if (s_left (in) < n)
        return false;
    out->at = in->at;
    in->at += n;
    return true;
}

bool bcf_one_integer (struct bcf_cursor *in, int32_t *out)
{
    struct bcf_values values;
    return bcf_values (in, &values) && values.count == 1 && values.kind >= BCF_INT8 &&
           values.kind <= BCF_INT32 && s_integer (values.kind, values.at, out) == VALUE_THERE;
}

int bcf_put (struct buffer *out, struct text text)
{
    if (out->size - out->used < text.n && buffer_reserve (out, text.n) != 0)
        return -1;
    if (text.n)
        memcpy (out->at + out->used, text.at, text.n);
    out->used += text.n;
    return 0;
}

int bcf_put_sign (struct buffer *out, char sign)
{
    return bcf_put (out, (struct text){&sign, 1});
}

int bcf_put_integer (struct buffer *out, int64_t number)
{
    char digits[NUMBER_BYTES], *at = digits + sizeof digits;
    uint64_t left = number < 0 ? (uint64_t) -number : (uint64_t) number;
    do
        *--at = (char) ('0' + left % 10);
    while (left /= 10);
    if (number < 0)
        *--at = '-';
    return bcf_put (out, (struct text){at, (size_t) (digits + sizeof digits - at)});
}

int bcf_put_float (struct buffer *out, uint32_t bits)
{
    float number;
    char text[NUMBER_BYTES];
    memcpy (&number, &bits, sizeof number);
    if (number > -1e6F && number < 1e6F && number == truncf (number) && !(number == 0 && signbit (number)))
        return bcf_put_integer (out, (int64_t) number);
    int n = snprintf (text, sizeof text, "%g", (double) number);
    return bcf_put (out, (struct text){text, (size_t) n});
}

//  Text up to its end.
int bcf_put_text (struct buffer *out, const unsigned char *at, size_t count)
{
    size_t n = 0;
    while (n < count && at[n])
        n++;
    if (n == 0 || (n == 1 && at[0] == TEXT_MISSING))
        return bcf_put_sign (out, '.');
    return bcf_put (out, (struct text){(const char *) at, n});
}

static uint32_t s_float_bits (const unsigned char *at)
{
    return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
}

static enum value_state s_state (const struct bcf_values *values, size_t i, int32_t *number, uint32_t *bits)
{
    const unsigned char *at = values->at + i * bcf_bytes (values->kind);
    if (values->kind != BCF_FLOAT)
        return s_integer (values->kind, at, number);
    *bits = s_float_bits (at);
    return *bits == BCF_FLOAT_MISSING ? VALUE_MISSING : *bits == BCF_FLOAT_END ? VALUE_END : VALUE_THERE;
}

//  With commas between them; “.” where there is none.
int bcf_put_values (struct buffer *out, const struct bcf_values *values)
{
    if (values->kind == BCF_TEXT)
        return bcf_put_text (out, values->at, values->count);
    int rc = 0;
    size_t written = 0;
    for (size_t i = 0; rc == 0 && values->kind != BCF_NONE && i < values->count; i++) {
        int32_t number = 0;
        uint32_t bits = 0;
        enum value_state state = s_state (values, i, &number, &bits);
        if (state == VALUE_END)
            break;
        if (written++ && bcf_put_sign (out, ',') != 0)
            return -1;
        rc = state == VALUE_MISSING      ? bcf_put_sign (out, '.')
             : values->kind == BCF_FLOAT ? bcf_put_float (out, bits)
                                         : bcf_put_integer (out, number);
    }
    return rc == 0 && written == 0 ? bcf_put_sign (out, '.') : rc;
}

int bcf_put_genotype (struct buffer *out, const struct bcf_values *values)
{
    int rc = 0;
    size_t written = 0;
    for (size_t i = 0; rc == 0 && i < values->count; i++) {
        int32_t number = 0;
        enum value_state state = s_integer (values->kind, values->at + i * bcf_bytes (values->kind), &number);
        if (state == VALUE_END)
            break;
        if (written++)
            rc = bcf_put_sign (out, state == VALUE_THERE && number & 1 ? '|' : '/');
        if (rc == 0)
            rc = state == VALUE_MISSING || number >> 1 <= 0 ? bcf_put_sign (out, '.')
                                                            : bcf_put_integer (out, (number >> 1) - 1);
    }
    return rc == 0 && written == 0 ? bcf_put_sign (out, '.') : rc;
}

bool bcf_integer_at (const struct bcf_values *values, size_t i, int32_t *out)
{
    return s_integer (values->kind, values->at + i * bcf_bytes (values->kind), out) == VALUE_THERE;
}
