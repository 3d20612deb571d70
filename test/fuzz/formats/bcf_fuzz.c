//  bcf_fuzz.c: any bytes as BCF: the text that is made is the same in pieces of any size as in one, and
//  nothing beyond a piece is read.
#include "worker/formats/bcf/bcf_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

enum { ROOM = 4096, TEXT_MOST = 1 << 22 };

struct made {
    uint64_t sum, bytes;
    int rc;
    bool whole;
};

static void s_fail (const char *what)
{
    fprintf (stderr, "bcf_fuzz: %s\n", what);
    abort ();
}

static void s_take (struct made *self, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        self->sum = (self->sum ^ (unsigned char) bytes[i]) * 1099511628211u;
    self->bytes += n;
}

//  A piece of its own size, so that whoever reads beyond it is found.
static bool s_piece (bcf_text_t *bcf, const char *bytes, size_t n, size_t room, struct made *self)
{
    struct error error = {.code = DMH_OK};
    char *exact = malloc (n + 1), *out = malloc (room);
    if (!exact || !out)
        s_fail ("out of memory");
    memcpy (exact, bytes, n);
    size_t used = 0, made = 0;
    for (size_t at = 0; self->rc == DMH_OK && self->bytes < TEXT_MOST; at += used) {
        self->rc =
            bcf_text_some (bcf, (struct text){exact + at, n - at}, &used, out, room, &made, "f", &error);
        if (self->rc != DMH_OK)
            break;
        s_take (self, out, made);
        if (used == 0 && made == 0) {
            if (at != n)
                s_fail ("a piece was not taken");
            break;
        }
    }
    if (self->rc != DMH_OK && !*error.text)
        s_fail ("an error without a sentence");
    free (exact);
    free (out);
    return self->rc == DMH_OK;
}

static struct made s_read (const char *bytes, size_t n, size_t step, size_t room)
{
    struct made made = {.rc = DMH_OK};
    bcf_text_t *bcf = bcf_text_new ();
    if (!bcf)
        s_fail ("out of memory");
    for (size_t at = 0; at < n; at += step)
        if (!s_piece (bcf, bytes + at, n - at < step ? n - at : step, room, &made))
            break;
    made.whole = bcf_text_is_whole (bcf);
    bcf_text_destroy (&bcf);
    return made;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    if (n < 1)
        return 0;
    const char *bytes = (const char *) data + 1;
    struct made one = s_read (bytes, n - 1, n, ROOM),
                more = s_read (bytes, n - 1, 1 + data[0] % 61, 1 + data[0] % 7);
    bool cut = one.bytes >= TEXT_MOST || more.bytes >= TEXT_MOST;
    bool same = one.sum == more.sum && one.bytes == more.bytes && one.whole == more.whole;
    if (!cut && (one.rc != more.rc || (one.rc == DMH_OK && !same)))
        s_fail ("pieces make another text");
    return 0;
}
