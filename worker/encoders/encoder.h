//  encoder.h: the narrow interface of an output format: what its file is called, what the file begins with,
//  and how a record is written. A new output format is one file that fills a struct encoder, and one row in
//  ENCODERS (encoder.c).
#ifndef DMH_WORKER_ENCODERS_ENCODER_H
#define DMH_WORKER_ENCODERS_ENCODER_H

#include "worker/formats/format.h"
#include "worker/rules/record/record.h"

struct layout;

//  One record as it was written, both in the room that it was given.
struct encoded {
    struct text row;        //  what goes into the file, line end included
    struct text content;    //  its canonical fields, but where the value came from: with what content.h
                            //  gathers, all that tells the record from another
    struct text own;        //  the source's own columns, as far as they have a place in a row
};

struct encoder {
    const char *name;                   //  as --format has it
    const char *file;                   //  that the records go to
    const char *format, *media_type;    //  of that file, in datapackage.json
    bool table;             //  rows of columns, which a Table Schema describes; else a standard does
    bool extras;            //  the source's own columns have a place in a row
    bool letters;           //  the letters of sequences are all of it: a row is nothing
    bool variants;          //  lines of VCF are all of it, which are sorted (variant_row.h)
    bool database;          //  a row is cells (cell.h) for a table of a database, no bytes of the file
    size_t head;            //  bytes of a row that stand before its text and are no part of the file
    size_t columns_most;    //  that a table of it can have; 0: any number

    //  Whether records of a kind can be written (NULL: those of every kind), and what a sentence says of one
    //  whose cannot: "… the kind".
    bool (*takes) (const char *kind);
    const char *refusal;

    //  What the layout is made of. `header`: what the file begins with; room: as for all labels. NULL:
    //  nothing. `label`: what stands before the value of output `i`; room: 6 bytes for each of its name and 6
    //  more. Both return the end of what they wrote.
    char *(*header) (const struct layout *layout, char *to);
    char *(*label) (const struct layout *layout, size_t i, char *to);
    const char *empty;    //  a value that is not there; at most 4 bytes
    const char *end;      //  of a row; at most 2 bytes

    //  What the encoder keeps with a layout, immutable while records are written; NULL: out of memory. NULL
    //  functions: nothing.
    void *(*own_new) (const struct plan *plan);
    void (*own_destroy) (void **self_p);

    //  Bytes that the record can need at most, besides those of `rest`; then the record, written at `to`.
    //  `row` is where it comes from: its own columns are taken from there. `rest`: what content.h gathers,
    //  for an encoder that makes a name out of a record that has none. Any thread. Hot path.
    size_t (*room) (const struct layout *layout, const struct record *record, const struct row *row);
    void (*write) (const struct layout *layout, const struct record *record, const struct row *row,
                   struct text rest, char *to, struct encoded *out);
};

extern const struct encoder ENCODER_CSV, ENCODER_NDJSON, ENCODER_FHIR, ENCODER_SQLITE, ENCODER_FASTA,
    ENCODER_VCF;

//  The encoder called so, CSV for an empty name; NULL: there is none.
const struct encoder *encoder_find (const char *name);

//  Whether it writes records of the kind, which come from VCF or do not. DMH_BAD_INPUT with a sentence that
//  names `source`.
int encoder_check (const struct encoder *self, const char *kind, bool from_vcf, const char *source,
                   struct error *error);

//  All names, "a, b or c". Returns `out`.
enum { ENCODER_NAMES_BYTES = 128 };
char *encoder_names (char out[ENCODER_NAMES_BYTES]);

//  The i-th in the order of the table; NULL past the end.
const struct encoder *encoder_at (size_t i);

#endif
