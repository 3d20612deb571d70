//  fasta_file.h: records.fasta.gz of a result read again, sequence by sequence, in pieces: its name, its
//  description, and what its letters come to, by zlib and libcrypto. One thread.
#ifndef DMH_CLIENT_RESULT_READING_FASTA_FILE_H
#define DMH_CLIENT_RESULT_READING_FASTA_FILE_H

#include <stddef.h>

#include "messages/base/error.h"

enum { FASTA_FILE_VALUES = 5 };

typedef struct fasta_file fasta_file_t;

//  The fields that a sequence has, in the order of the values.
extern const char *const FASTA_FILE_FIELDS[FASTA_FILE_VALUES];

//  NULL with `error` set.
fasta_file_t *fasta_file_new (const char *folder, const char *name, struct error *error);
void fasta_file_destroy (fasta_file_t **self_p);

//  1: the next sequence; 0: there is none; DMH_IO, DMH_MALFORMED, DMH_INTERNAL.
int fasta_file_next (fasta_file_t *self, struct error *error);

//  Of the sequence that was read; borrowed until the next one.
const char *fasta_file_value (const fasta_file_t *self, size_t i);

#endif
