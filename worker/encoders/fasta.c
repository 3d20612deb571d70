//  fasta.c: sequences as their letters alone, which output/sequences/ writes: a row is nothing. See
//  encoder.h.
#include "worker/encoders/layout.h"

static bool s_takes (const char *kind)
{
    return strcmp (kind, "sequence") == 0;
}

static char *s_label (const struct layout *layout, size_t i, char *to)
{
    (void) layout;
    (void) i;
    return to;
}

static size_t s_room (const struct layout *layout, const struct record *record, const struct row *row)
{
    (void) layout;
    (void) record;
    (void) row;
    return 1;
}

static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *to, struct encoded *out)
{
    (void) layout;
    (void) record;
    (void) row;
    (void) rest;
    *out = (struct encoded){{to, 0}, {to, 0}, {to, 0}};
}

const struct encoder ENCODER_FASTA = {.name = "fasta",
                                      .file = "records.fasta.gz",
                                      .format = "fasta",
                                      .media_type = "application/gzip",
                                      .letters = true,
                                      .takes = s_takes,
                                      .refusal = "FASTA has no place for records of the kind",
                                      .label = s_label,
                                      .empty = "",
                                      .end = "",
                                      .room = s_room,
                                      .write = s_write};
