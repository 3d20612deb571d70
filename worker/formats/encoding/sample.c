//  sample.c: see sample.h.
#include "worker/formats/encoding/sample.h"

#include <stdlib.h>

static int s_memory (const char *source, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
}

int sample_make (const char *bytes, size_t n, bool whole, enum charset charset, const char *source,
                 struct sample *out, struct error *error)
{
    bool copied = charset == CHARSET_UTF_8;
    size_t room = copied ? n : n * CHARSET_GROWTH, used = n, made = n;
    char *text = malloc (room + 1);
    if (!text)
        return s_memory (source, error);
    if (!copied)
        made = charset_decode (charset, bytes, n, whole, text, room, &used);
    else if (n)
        memcpy (text, bytes, n);
    text[made] = 0;
    *out = (struct sample){.text = text, .n = made, .whole = whole, .charset = charset};
    return DMH_OK;
}

int sample_charset (const char *bytes, size_t n, bool whole, const char *asked, const char *source,
                    enum charset *out, bool *surveyed, struct error *error)
{
    *surveyed = false;
    if (*asked && !charset_of (asked, out))
        return error_set (error, DMH_BAD_INPUT,
                          "%s: encoding “%.31s” is not known; use utf-8, utf-16le, utf-16be, windows-1252 or "
                          "latin-1",
                          source, asked);
    if (*asked)
        return DMH_OK;
    *out = charset_guess (bytes, n);
    if (*out == CHARSET_UTF_8) {
        struct census census = {.sequences = 0};
        census_add (&census, bytes, n, whole);
        *surveyed = census.strays > 0;
        *out = census_judge (&census);
    }
    return DMH_OK;
}

//  Unpacks as far as `in` and `most` go. Yours to free.
static char *s_unpack (enum packing packing, struct text in, bool *whole, size_t most, size_t *n,
                       const char *source, struct error *error)
{
    unpack_t *unpack = unpack_new (packing);
    char *bytes = unpack ? malloc (most + 1) : NULL;
    int rc = bytes ? DMH_OK : s_memory (source, error);
    bool stuck = false;
    *n = 0;
    while (rc == DMH_OK && !stuck) {
        size_t used = 0, made = 0;
        rc = unpack_some (unpack, in, &used, bytes + *n, most - *n, &made, source, error);
        in = (struct text){in.at + used, in.n - used};
        *n += made;
        stuck = used == 0 && made == 0;
    }
    if (rc == DMH_OK && *whole && *n < most && !unpack_is_whole (unpack))
        rc = unpack_truncated (source, packing, error);
    *whole = *whole && rc == DMH_OK && in.n == 0 && unpack_is_whole (unpack);
    unpack_destroy (&unpack);
    if (rc == DMH_OK)
        return bytes;
    free (bytes);
    return NULL;
}

int sample_open (const char *raw, size_t n, bool whole, size_t most, const char *asked, const char *source,
                 struct sample *out, struct error *error)
{
    enum packing packing = packing_of (raw, n);
    enum charset charset;
    char *unpacked = NULL;
    bool surveyed;
    if (packing != PACKED_NOT) {
        unpacked = s_unpack (packing, (struct text){raw, n}, &whole, most, &n, source, error);
        if (!unpacked)
            return error->code;
        raw = unpacked;
    }
    int rc = sample_charset (raw, n, whole, asked, source, &charset, &surveyed, error);
    if (rc == DMH_OK)
        rc = sample_make (raw, n, whole, charset, source, out, error);
    if (rc == DMH_OK)
        out->packing = packing;
    free (unpacked);
    return rc;
}

void sample_clear (struct sample *self)
{
    free (self->text);
    *self = (struct sample){.text = NULL};
}
