//  sequence_file.c: see sequence_file.h.
#include "worker/output/sequences/sequence_file.h"

#include "messages/base/narrow.h"
#include "worker/formats/fasta/residues.h"
#include "worker/output/bgzf/bgzf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_LETTERS = 60, LINES_BYTES = 32 * (LINE_LETTERS + 1), PIECE_BYTES = 4096 };

enum place { IN_HEADER, IN_LETTERS };

struct sequence_file {
    output_file_t *letters, *fai, *gzi;
    bgzf_t *bgzf;
    enum place place;
    bool keep_case;
    struct text title;            //  of the sequence in work: its name; borrowed until it ends
    uint64_t sequences;           //  that were written
    uint64_t begin;               //  of its letters in the text
    uint64_t length;              //  of them so far
    size_t used;                  //  of `lines`, which begins with a line's first letter
    unsigned char letter[256];    //  residue_of
    char lines[LINES_BYTES];
};

sequence_file_t *sequence_file_new (const char *folder, struct output_budget *budget, struct error *error)
{
    sequence_file_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
        return NULL;
    }
    for (unsigned c = 0; c < 256; c++)
        self->letter[c] = residue_of ((unsigned char) c);
    self->letters = output_new (folder, "records.fasta.gz", error);
    self->fai = self->letters ? output_new (folder, "records.fasta.gz.fai", error) : NULL;
    self->gzi = self->fai ? output_new (folder, "records.fasta.gz.gzi", error) : NULL;
    self->bgzf = self->gzi ? bgzf_new (self->letters, BGZF_LETTERS, 1) : NULL;
    if (self->gzi && !self->bgzf)
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
    if (!self->bgzf) {
        sequence_file_destroy (&self);
        return NULL;
    }
    output_share (self->letters, budget);
    output_share (self->fai, budget);
    return self;
}

void sequence_file_destroy (sequence_file_t **self_p)
{
    sequence_file_t *self = *self_p;
    if (!self)
        return;
    bgzf_destroy (&self->bgzf);
    output_destroy (&self->letters);
    output_destroy (&self->fai);
    output_destroy (&self->gzi);
    free (self);
    *self_p = NULL;
}

void sequence_file_keep_case (sequence_file_t *self, bool keep_case)
{
    self->keep_case = keep_case;
}

void sequence_file_leave_unsynced (sequence_file_t *self, bool unsynced)
{
    output_leave_unsynced (self->letters, unsynced);
    output_leave_unsynced (self->fai, unsynced);
    output_leave_unsynced (self->gzi, unsynced);
}

void sequence_file_begin (sequence_file_t *self, struct text title)
{
    self->title = title;
    self->length = 0;
    self->used = 0;
    self->place = IN_HEADER;
}

//  Before its first letter.
static void s_title (sequence_file_t *self)
{
    bgzf_write (self->bgzf, ">", 1);
    bgzf_write (self->bgzf, self->title.at, self->title.n);
    bgzf_write (self->bgzf, "\n", 1);
    self->begin = bgzf_position (self->bgzf);
    self->sequences++;
}

//  Letters in upper case, put into lines.
static void s_put (sequence_file_t *self, const char *letters, size_t n)
{
    unsigned column = NARROW (unsigned, self->length % LINE_LETTERS);
    self->length += n;
    while (n) {
        size_t part = n < LINE_LETTERS - column ? n : LINE_LETTERS - column;
        memcpy (self->lines + self->used, letters, part);
        self->used += part;
        letters += part;
        n -= part;
        column += NARROW (unsigned, part);
        if (column < LINE_LETTERS)
            return;
        column = 0;
        self->lines[self->used++] = '\n';
        if (self->used == LINES_BYTES) {
            bgzf_write (self->bgzf, self->lines, self->used);
            self->used = 0;
        }
    }
}

static void s_feed (sequence_file_t *self, const char *bytes, size_t n)
{
    char letters[PIECE_BYTES];
    for (size_t at = 0; at < n; at += PIECE_BYTES) {
        size_t part = n - at < PIECE_BYTES ? n - at : PIECE_BYTES;
        s_put (self, letters, residues_of (bytes + at, part, self->keep_case, letters));
    }
}

void sequence_file_feed (sequence_file_t *self, struct text raw)
{
    size_t at = 0;
    while (self->place == IN_HEADER && at < raw.n) {
        if (raw.at[at] == '\n' || raw.at[at] == '\r')
            self->place = IN_LETTERS;
        at++;
    }
    while (self->length == 0 && at < raw.n && !self->letter[(unsigned char) raw.at[at]])
        at++;
    if (self->length == 0 && at < raw.n)
        s_title (self);
    s_feed (self, raw.at + at, raw.n - at);
}

void sequence_file_end (sequence_file_t *self)
{
    char numbers[128];
    size_t name = 0;
    if (self->length == 0)
        return;
    if (self->length % LINE_LETTERS)
        self->lines[self->used++] = '\n';
    bgzf_write (self->bgzf, self->lines, self->used);
    self->used = 0;
    unsigned line = self->length < LINE_LETTERS ? NARROW (unsigned, self->length) : LINE_LETTERS;
    snprintf (numbers, sizeof numbers, "\t%" PRIu64 "\t%" PRIu64 "\t%u\t%u\n", self->length, self->begin,
              line, line + 1);
    while (name < self->title.n && self->title.at[name] != ' ')
        name++;
    output_write (self->fai, self->title.at, name);
    output_text (self->fai, numbers);
}

int sequence_file_check (const sequence_file_t *self, struct error *error)
{
    int rc = output_check (self->letters, error);
    return rc == DMH_OK ? output_check (self->fai, error) : rc;
}

int sequence_file_restart (sequence_file_t *self, struct error *error)
{
    bgzf_restart (self->bgzf);
    self->sequences = 0;
    int rc = output_restart (self->letters, error);
    return rc == DMH_OK ? output_restart (self->fai, error) : rc;
}

int sequence_file_finish (sequence_file_t *self, struct output out[SEQUENCE_FILES], struct error *error)
{
    bgzf_finish (self->bgzf, self->gzi);
    int rc = output_finish (self->letters, self->sequences, &out[0], error);
    if (rc == DMH_OK)
        rc = output_finish (self->fai, self->sequences, &out[1], error);
    return rc == DMH_OK ? output_finish (self->gzi, 0, &out[2], error) : rc;
}
