//  fhir_input.h: an input of FHIR read again: which resources of the job's type stand in it, and how many
//  records each of them makes: a Patient one; an Observation one for what it says itself and one a component;
//  an ImagingStudy one an instance, else a series. Shares no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_FHIR_INPUT_H
#define DMH_CLIENT_VERIFICATION_INPUT_FHIR_INPUT_H

#include <stdint.h>

#include "client/verification/input/input_value.h"
#include "messages/json/value.h"

typedef struct fhir_input fhir_input_t;

//  Contracts are those of input_reader.h.
fhir_input_t *fhir_input_new (const char *path, const struct json_value *report, struct error *error);
void fhir_input_destroy (fhir_input_t **self_p);

//  *line is 0 but where something broken begins.
int fhir_input_at (fhir_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error);
int fhir_input_take (fhir_input_t *self, struct error *error);
int fhir_input_claim (fhir_input_t *self, const char *raw, size_t n, struct error *error);

//  The values of all that stands around the record, too: of its resource, its entry, its Bundle in a line.
size_t fhir_input_count (const fhir_input_t *self);
struct input_value fhir_input_value (const fhir_input_t *self, size_t i);

//  The field whose value stands in each resource of the kind as it is, or behind a ':'; NULL: not known.
const char *fhir_input_key (const char *kind);

#endif
