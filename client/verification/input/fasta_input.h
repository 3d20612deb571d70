//  fasta_input.h: an input of FASTA read again: where its records begin, their headers, and what their
//  letters come to, by libcrypto and in pieces. Shares no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_FASTA_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_FASTA_INPUT_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct fasta_input fasta_input_t;

//  Contracts are those of input_reader.h.
fasta_input_t *fasta_input_new (const char *path, const struct json_value *report, struct error *error);
void fasta_input_destroy (fasta_input_t **self_p);

int fasta_input_at (fasta_input_t *self, uint64_t *line, struct error *error);
int fasta_input_take (fasta_input_t *self, struct error *error);
int fasta_input_claim (fasta_input_t *self, const char *raw, size_t n, struct error *error);

//  The first one is the whole header, of which other values may be a part; what can be told of the letters in
//  two ways is there in both.
size_t fasta_input_count (const fasta_input_t *self);
struct input_value fasta_input_value (const fasta_input_t *self, size_t i);

#endif
