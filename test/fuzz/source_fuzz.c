//  source_fuzz.c: any bytes as the start of a file: unpacked, its encoding found, decoded. However the bytes
//  come in pieces, the survey and the text are the same; the text is bounded.
#include "worker/formats/encoding/sample.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

enum { MOST = 65536, INPUT_MAX = 8192 };

static void s_fail (const char *what)
{
    fprintf (stderr, "source_fuzz: %s\n", what);
    abort ();
}

static void s_survey (const char *bytes, size_t n, size_t step)
{
    struct census whole = {.sequences = 0}, pieces = {.sequences = 0};
    census_add (&whole, bytes, n, true);
    for (size_t at = 0; at < n; at += step)
        census_add (&pieces, bytes + at, n - at < step ? n - at : step, at + step >= n);
    if (whole.sequences != pieces.sequences || whole.strays != pieces.strays ||
        whole.controls != pieces.controls || whole.undefined != pieces.undefined)
        s_fail ("the survey of the pieces is not that of the whole");
}

static void s_decode (enum charset charset, const char *bytes, size_t n, size_t step)
{
    static char whole[INPUT_MAX * CHARSET_GROWTH], pieces[INPUT_MAX * CHARSET_GROWTH];
    size_t used, made = 0, n_whole = charset_decode (charset, bytes, n, true, whole, sizeof whole, &used);
    if (used != n)
        s_fail ("not all is decoded");
    for (size_t at = 0, end = step; at < n; at += used, end += step) {
        bool last = end >= n;
        end = last ? n : end;
        size_t room = sizeof pieces - made < step + 3 ? sizeof pieces - made : step + 3;
        made += charset_decode (charset, bytes + at, end - at, last, pieces + made, room, &used);
        if (last)
            end = n - step + used;    //  stays at the end until all is taken
    }
    if (made != n_whole || memcmp (whole, pieces, made) != 0)
        s_fail ("the text of the pieces is not that of the whole");
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static const char *const WORDS[] = {"", "utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1"};
    struct sample sample;
    struct error error;
    if (n < 2 || n > INPUT_MAX)
        return 0;
    const char *bytes = (const char *) data + 1;
    size_t step = 1 + (data[0] >> 4);
    s_survey (bytes, n - 1, step);
    for (int charset = CHARSET_UTF_16LE; charset < CHARSET_COUNT; charset++)
        s_decode ((enum charset) charset, bytes, n - 1, step);
    if (sample_open (bytes, n - 1, data[0] & 8, MOST, WORDS[(data[0] & 7) % 6], "it", &sample, &error) ==
        DMH_OK) {
        if (sample.n > MOST * CHARSET_GROWTH)
            s_fail ("the text is too long");
        sample_clear (&sample);
    }
    return 0;
}
