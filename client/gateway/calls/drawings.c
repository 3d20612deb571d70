//  drawings.c: the drawings of dmh report for the page: numbers in, SVG out. Knows no job.
#define _GNU_SOURCE
#include "client/drawing/drawing.h"
#include "client/gateway/calls/calls.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = 4, COUNT_BYTES = 24 };

//  More records than that no drawing is of: a double still tells each from the next.
static const uint64_t COUNT_MOST = UINT64_C (1) << 53;

static const struct {
    const char *name, *label;
    enum drawing_tone tone;
} PARTS_OF[PARTS] = {
    {"written", "Written", DRAWING_GOOD},
    {"duplicates", "Duplicates", DRAWING_SOFT},
    {"conflicts", "Conflicts", DRAWING_WARN},
    {"rejected", "Rejected", DRAWING_BAD},
};

//  Digits in groups of three.
static const char *s_digits (uint64_t number, char out[COUNT_BYTES + 8])
{
    char digits[COUNT_BYTES];
    size_t n = (size_t) snprintf (digits, sizeof digits, "%llu", (unsigned long long) number), to = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = 0;
    return out;
}

//  In a page of HTML a drawing says no namespace; as a document of its own it has to. NULL: out of memory.
static char *s_document (char *drawing)
{
    static const char TAG[] = "<svg";
    char *document = NULL;
    if (drawing && strncmp (drawing, TAG, strlen (TAG)) == 0 &&
        asprintf (&document, "%s xmlns=\"http://www.w3.org/2000/svg\"%s", TAG, drawing + strlen (TAG)) < 0)
        document = NULL;
    free (drawing);
    return document;
}

static void s_draw (FILE *to, const uint64_t counts[PARTS])
{
    struct drawing_part parts[PARTS], whole;
    char texts[PARTS][COUNT_BYTES + 8], read[COUNT_BYTES + 8], description[320];
    uint64_t sum = 0;
    for (size_t i = 0; i < PARTS; i++) {
        sum += counts[i];
        parts[i] = (struct drawing_part){PARTS_OF[i].label, s_digits (counts[i], texts[i]),
                                         (double) counts[i], PARTS_OF[i].tone};
    }
    whole = (struct drawing_part){"Read", s_digits (sum, read), 0, DRAWING_SOFT};
    snprintf (
        description, sizeof description,
        "Of %s records read, %s were written, %s are duplicates, %s are in conflict and %s were rejected.",
        read, texts[0], texts[1], texts[2], texts[3]);
    const struct drawing_words words = {.title = "Where each record went", .description = description};
    drawing_flow (to, &words, &whole, parts, PARTS);
}

void call_draw_flow (struct call *call)
{
    struct error error = {.code = DMH_OK};
    uint64_t counts[PARTS];
    char *text = NULL;
    size_t n = 0;
    for (size_t i = 0; i < PARTS && error.code == DMH_OK; i++)
        call_query_number (call, PARTS_OF[i].name, 0, COUNT_MOST, 0, &counts[i], &error);
    FILE *to = error.code == DMH_OK ? open_memstream (&text, &n) : NULL;
    if (to)
        s_draw (to, counts);
    if (error.code != DMH_OK)
        call_fail (call, &error);
    else if (to && fclose (to) == 0 && (text = s_document (text))) {
        call_reply (call, MHD_HTTP_OK, "image/svg+xml", text, strlen (text));
        call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "public, max-age=86400");    //  counts tell all
    } else
        call_reply_with (call, MHD_HTTP_OK, NULL);
    free (text);
    call_finish (call);
}
