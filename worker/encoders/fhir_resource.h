//  fhir_resource.h: writes records as FHIR R4 resources, one JSON object a line, from a template of their
//  kind. Made once for a pass, immutable afterwards; any thread may emit. Knows no rule.
#ifndef DMH_WORKER_ENCODERS_FHIR_RESOURCE_H
#define DMH_WORKER_ENCODERS_FHIR_RESOURCE_H

#include "worker/text/text.h"

typedef struct fhir_resource fhir_resource_t;

//  What resources are made of.
struct fhir_resource_plan {
    const char *kind;
    const char *const *names;    //  [count]: the canonical fields; borrowed until fhir_resource_destroy
    size_t count;
    const int *key;    //  [key_count]: fields that a record's id is made from, those that are there
    size_t key_count;
    bool (*is_ucum) (struct text unit);
};

//  Whether FHIR has a resource for the kind.
bool fhir_resource_is_known (const char *kind);

//  NULL when out of memory or the kind is not known.
fhir_resource_t *fhir_resource_new (const struct fhir_resource_plan *plan);
void fhir_resource_destroy (fhir_resource_t **self_p);

//  Bytes that emitting these values can need at most.
size_t fhir_resource_room (const fhir_resource_t *self, const struct text *values);

//  Writes the resource of values [count] with its line end. `content`: all that tells the record from
//  another, from which the id is made where no field of the key is there. Returns the end. Hot path.
char *fhir_resource_emit (const fhir_resource_t *self, const struct text *values, struct text content,
                          char *to);

#endif
