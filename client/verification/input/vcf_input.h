//  vcf_input.h: an input of VCF read again: its lines, a record an alternate allele, values dealt out by code
//  of its own. Shares no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_VCF_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_VCF_INPUT_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct vcf_input vcf_input_t;

//  Contracts are those of input_reader.h. A line that is `broken` is one record.
vcf_input_t *vcf_input_new (const char *path, const struct json_value *report, struct error *error);
void vcf_input_destroy (vcf_input_t **self_p);

int vcf_input_at (vcf_input_t *self, const char *broken, uint64_t *line, struct error *error);
int vcf_input_take (vcf_input_t *self, struct error *error);
int vcf_input_claim (vcf_input_t *self, const char *raw, size_t n, struct error *error);

size_t vcf_input_count (const vcf_input_t *self);
struct input_value vcf_input_value (const vcf_input_t *self, size_t i);
struct input_value vcf_input_column (vcf_input_t *self, const char *name);

#endif
