//  source_fuzz.c: any bytes as the start of a file: unpacked, its encoding found, decoded. However the bytes
//  come in pieces, the survey and the text are the same; the text is bounded.
#include "worker/formats/encoding/sample.h"
#include "worker/formats/encoding/unpack.h"

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

//  What a stream unpacks to, as far as `room` goes; 0 when it is damaged.
static size_t s_unpack (struct text in, char *out, size_t room)
{
    struct error error;
    unpack_t *unpack = unpack_new (packing_of (in.at, in.n));
    size_t n = 0, used = 1, made = 0;
    if (!unpack)
        abort ();
    while (used + made > 0) {
        used = made = 0;
        if (unpack_some (unpack, in, &used, out + n, room - n, &made, "it", &error) != DMH_OK) {
            n = 0;
            break;
        }
        if (used > in.n || made > room - n)
            s_fail ("more is taken or made than there is");
        in = (struct text){in.at + used, in.n - used};
        n += made;
    }
    unpack_destroy (&unpack);
    return n;
}

//  The sample that these bytes give.
static void s_sample (const char *bytes, size_t n, bool whole, const char *word)
{
    enum charset charset;
    bool surveyed;
    struct sample sample;
    struct error error;
    if (sample_charset (bytes, n, whole, word, "it", &charset, &surveyed, &error) != DMH_OK)
        return;
    if (sample_make (bytes, n, whole, charset, "it", &sample, &error) != DMH_OK)
        abort ();
    if (sample.n > n * CHARSET_GROWTH)
        s_fail ("the text is too long");
    sample_clear (&sample);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static char unpacked[MOST];
    static const char *const WORDS[] = {"", "utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1"};
    if (n < 2 || n > INPUT_MAX)
        return 0;
    const char *bytes = (const char *) data + 1;
    size_t step = 1 + (data[0] >> 4);
    s_survey (bytes, n - 1, step);
    for (int charset = CHARSET_UTF_16LE; charset < CHARSET_COUNT; charset++)
        s_decode ((enum charset) charset, bytes, n - 1, step);
    struct text in = {bytes, n - 1};
    if (packing_of (in.at, in.n) != PACKED_NOT)
        in = (struct text){unpacked, s_unpack (in, unpacked, sizeof unpacked)};
    s_sample (in.at, in.n, data[0] & 8, WORDS[(data[0] & 7) % 6]);
    return 0;
}
