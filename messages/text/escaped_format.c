//  escaped_format.c: see escaped_format.h.
#include "messages/text/escaped_format.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC_BYTES = 16 };

//  One conversion of a format: "%-24s", "%3.0f", "%llu".
struct spec {
    char text[SPEC_BYTES];
    size_t bytes;
    char letter;
    unsigned longs;
    bool size;
};

static struct spec s_spec (const char *at)
{
    struct spec spec = {.bytes = 1 + strspn (at + 1, "-+ 0#123456789.")};
    for (; at[spec.bytes] == 'l' || at[spec.bytes] == 'z'; spec.bytes++) {
        spec.longs += at[spec.bytes] == 'l';
        spec.size = spec.size || at[spec.bytes] == 'z';
    }
    spec.letter = at[spec.bytes++];
    assert (spec.bytes < SPEC_BYTES && strchr ("scduxfg%", spec.letter));
    memcpy (spec.text, at, spec.bytes);
    return spec;
}

static void s_padded (FILE *to, escaped_text_fn *escape, const char *spec, const char *text)
{
    long width = strtol (spec + 1, NULL, 10);    //  negative: filled behind the text
    assert (!strchr (spec, '.'));
    for (size_t n = strlen (text); width > 0 && n < (size_t) width; n++)
        fputc (' ', to);
    for (size_t n = escape (to, text); width < 0 && n < (size_t) -width; n++)
        fputc (' ', to);
}

void escaped_format (FILE *to, escaped_text_fn *escape, const char *format, va_list values)
{
    while (*format) {
        size_t plain = strcspn (format, "%");
        fwrite (format, 1, plain, to);
        format += plain;
        if (!*format)
            break;
        struct spec spec = s_spec (format);
        format += spec.bytes;
        if (spec.letter == '%')
            fputc ('%', to);
        else if (spec.letter == 's')
            s_padded (to, escape, spec.text, va_arg (values, const char *));
        else if (spec.letter == 'c')
            escape (to, (char[]){(char) va_arg (values, int), 0});
        else if (strchr ("fg", spec.letter))
            fprintf (to, spec.text, va_arg (values, double));
        else if (spec.size)
            fprintf (to, spec.text, va_arg (values, size_t));
        else if (spec.longs > 1)
            fprintf (to, spec.text, va_arg (values, unsigned long long));
        else if (spec.longs == 1)
            fprintf (to, spec.text, va_arg (values, unsigned long));
        else
            fprintf (to, spec.text, va_arg (values, unsigned));
    }
}
