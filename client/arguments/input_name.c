//  input_name.c: see input_name.h.
#define _GNU_SOURCE
#include "client/arguments/input_name.h"

#include "messages/text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void input_name_plain (const char *name, char out[NAME_BYTES])
{
    size_t used = 0;
    while (*name && used + 5 < NAME_BYTES) {
        size_t n = utf8_bytes (name);
        if (n == 1)
            out[used++] = (unsigned char) *name < 0x20 || *name == 0x7f ? '?' : *name == '/' ? '_' : *name;
        else if (n == 2 && (unsigned char) name[0] == 0xc2 && (unsigned char) name[1] < 0xa0)
            out[used++] = '?';    //  a control character, U+0080 to U+009F
        else if (n) {
            memcpy (out + used, name, n);
            used += n;
        } else
            out[used++] = '?';
        name += n ? n : 1;
    }
    out[used] = 0;
    if (!used)
        memcpy (out, "input", sizeof "input");
}

static bool s_is_ending (const char *ending)
{
    static const char *const ENDINGS[] = {"csv",   "tsv", "tab", "psv", "txt", "dat", "json", "ndjson",
                                          "jsonl", "gz",  "zst", "bz2", "xz",  "zip", "fa",   "fasta",
                                          "fna",   "faa", "ffn", "bgz", "vcf", "bcf"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++)
        if (strcasecmp (ending, ENDINGS[i]) == 0)
            return true;
    return false;
}

void input_name_stem (const char *name, char out[NAME_BYTES])
{
    snprintf (out, NAME_BYTES, "%s", name);
    for (char *slash = out; (slash = strchr (slash, '/'));)    //  a name of a broker's is data, never a path
        *slash = '_';
    //  The last ending goes whatever it is, those before it only when they say a format.
    char *dot = strrchr (out, '.');
    if (dot && dot > out)
        *dot = 0;
    for (dot = strrchr (out, '.'); dot && dot > out && s_is_ending (dot + 1); dot = strrchr (out, '.'))
        *dot = 0;
    if (!*out || strcmp (out, ".") == 0 || strcmp (out, "..") == 0)
        snprintf (out, NAME_BYTES, "input");
}

char *input_name_place (const char *path)
{
    size_t n = strlen (path);
    char *out = malloc (6 * n + NAME_BYTES), *to = out, plain[NAME_BYTES], *name;
    for (const char *at = path, *end; out && *at; at = *end ? end + 1 : end) {
        end = strchrnul (at, '/');
        size_t m = (size_t) (end - at);
        if (m == 0 || (m == 1 && *at == '.'))
            continue;
        if (!(name = strndup (at, m))) {
            free (out);
            return NULL;
        }
        input_name_plain (m == 2 && memcmp (at, "..", 2) == 0 ? "__" : name, plain);
        free (name);
        to = stpcpy (to > out ? stpcpy (to, "/") : to, plain);
    }
    if (out && to == out)
        memcpy (out, "input", sizeof "input");
    return out;
}
