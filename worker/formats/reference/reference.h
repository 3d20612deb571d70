//  reference.h: a reference genome: a FASTA file, plain or packed by bgzip, with its index, of which any
//  bases can be read. Its files are opened by paths that somebody else has allowed.
#ifndef DMH_WORKER_FORMATS_REFERENCE_REFERENCE_H
#define DMH_WORKER_FORMATS_REFERENCE_REFERENCE_H

#include "messages/base/digest.h"
#include "worker/formats/reference/fasta_index.h"
#include "worker/formats/reference/left_align.h"

typedef struct reference reference_t;

//  Opens the file, and its .fai where there is one (`fai` NULL: there is none, and the file is read once to
//  make it). `name` is what sentences and reports call it. NULL with `error` set: DMH_NOT_FOUND,
//  DMH_BAD_INPUT, DMH_IO, DMH_INTERNAL.
reference_t *reference_new (const char *path, const char *fai, const char *name, struct error *error);
void reference_destroy (reference_t **self_p);

//  What it is: its name, its bytes as they stand, how many sequences, and the SHA-256 of their names and
//  lengths, a line each with a tab between. Borrowed.
const char *reference_name (const reference_t *self);
uint64_t reference_bytes (const reference_t *self);
const fasta_index_t *reference_index (const reference_t *self);
const char *reference_sha256 (const reference_t *self);

//  A reader of it; one a thread. The reference has to outlive it. NULL when out of memory.
typedef struct reference_view reference_view_t;

reference_view_t *reference_view_new (const reference_t *reference);
void reference_view_destroy (reference_view_t **self_p);

//  Bases of a sequence (its place in the index), as struct bases wants them.
long reference_view_read (reference_view_t *self, int sequence, uint64_t from, size_t n, char *to);

//  Aligns an allele pair of a sequence; see left_align.
enum alignment reference_view_align (reference_view_t *self, int sequence, struct buffer *room,
                                     struct allele_pair *pair);

//  Why the last one was ALIGNMENT_FAILED.
const struct error *reference_view_error (const reference_view_t *self);

#endif
