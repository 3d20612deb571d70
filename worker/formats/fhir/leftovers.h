//  leftovers.h: what of resources no column took, counted by path, arrays gone through by themselves:
//  Patient.contact.name.family. So nothing of a file goes unseen.
#ifndef DMH_WORKER_FORMATS_FHIR_LEFTOVERS_H
#define DMH_WORKER_FORMATS_FHIR_LEFTOVERS_H

#include "worker/formats/fhir/tree.h"
#include "worker/formats/format.h"

typedef struct fhir_leftovers fhir_leftovers_t;

fhir_leftovers_t *fhir_leftovers_new (void);    //  NULL when out of memory
void fhir_leftovers_destroy (fhir_leftovers_t **self_p);
void fhir_leftovers_clear (fhir_leftovers_t *self);

//  Counts the scalars with text of the tree that are not used. `resource`: what the paths begin with. 0, or
//  -1 out of memory. Hot path: no allocation once it knows the paths.
int fhir_leftovers_count (fhir_leftovers_t *self, const tree_t *tree, struct text resource);

//  The paths in order of appearance, and how many; they are valid until the next call. NULL with *count = 0:
//  none; NULL with *count = 1: out of memory.
const struct path_count *fhir_leftovers_list (fhir_leftovers_t *self, size_t *count);

#endif
