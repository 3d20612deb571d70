//  skipped.h: what of an input was no record of the kind that is read, by name (FHIR resources of other
//  types), added up block by block.
#ifndef DMH_WORKER_OUTPUT_SKIPPED_H
#define DMH_WORKER_OUTPUT_SKIPPED_H

#include "worker/formats/format.h"

struct skipped {
    struct skipped_records *names;    //  in order of appearance, [SKIPPED_NAMES_MAX] once there is one
    size_t count;
};

//  Adds n rows of a block. 0, or -1 out of memory.
int skipped_add (struct skipped *self, const struct skipped_records *rows, size_t n);
void skipped_clear (struct skipped *self);    //  frees

#endif
