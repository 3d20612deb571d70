//  apply.h: what a mapping says beyond which column feeds which field: constants, codes, forms of dates,
//  markers of missing values, columns that are no content.
#ifndef DMH_WORKER_RULES_BINDING_APPLY_H
#define DMH_WORKER_RULES_BINDING_APPLY_H

#include "worker/rules/binding/binding.h"

//  Adds all of it to *self, whose columns are bound and named. DMH_OK; DMH_BAD_INPUT with what is wrong;
//  DMH_INTERNAL. `source` names the input.
int binding_apply (binding_t *self, const header_t *header, const mapping_t *mapping, const char *source,
                   struct error *error);

#endif
