//  sample.c: see sample.h.
#include "worker/formats/encoding/sample.h"

#include "worker/memory/pages.h"

#include <stdlib.h>

int sample_make (const char *bytes, size_t n, bool whole, enum charset charset, const char *source,
                 struct sample *out, struct error *error)
{
    bool copied = charset == CHARSET_UTF_8;
    size_t room = copied ? n : n * CHARSET_GROWTH, used = n, made = n;
    char *text = malloc (room + 1);
    if (text && copied)
        pages_prepare (text, room);
    if (!text)
        return error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
    if (!copied)
        made = charset_decode (charset, bytes, n, whole, text, room, &used);
    else if (n)
        memcpy (text, bytes, n);
    text[made] = 0;
    *out = (struct sample){.text = text, .n = made, .whole = whole, .charset = charset};
    return DMH_OK;
}

int sample_charset (const char *bytes, size_t n, bool whole, const char *given, const char *source,
                    enum charset *out, bool *surveyed, struct error *error)
{
    *surveyed = false;
    if (*given && !charset_of (given, out))
        return error_set (error, DMH_BAD_INPUT,
                          "%s: encoding “%.31s” is not known; use utf-8, utf-16le, utf-16be, windows-1252 or "
                          "latin-1",
                          source, given);
    if (*given)
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

void sample_clear (struct sample *self)
{
    free (self->text);
    *self = (struct sample){.text = NULL};
}
