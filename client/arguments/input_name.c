//  input_name.c: see input_name.h.
#include "client/arguments/input_name.h"

#include "messages/text/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void input_name_plain (const char *name, char out[NAME_BYTES])
{
    size_t used = 0;
    while (*name && used + 5 < NAME_BYTES) {
        size_t n = utf8_bytes (name);
        if (n == 1)
            out[used++] = (unsigned char) *name < 0x20 || *name == 0x7f ? '?' : *name == '/' ? '_' : *name;
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
    static const char *const ENDINGS[] = {"csv",    "tsv",   "tab", "psv", "txt", "dat", "json",
                                          "ndjson", "jsonl", "gz",  "zst", "bz2", "xz",  "zip"};
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
