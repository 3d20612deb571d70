//  claim.h: the columns that a mapping speaks for, set aside in a header before names bind the others.
#ifndef DMH_WORKER_RULES_BINDING_COLUMNS_CLAIM_H
#define DMH_WORKER_RULES_BINDING_COLUMNS_CLAIM_H

#include "worker/rules/binding/header/header.h"
#include "worker/rules/mapping/mapping.h"

//  Every column that the mapping uses is there and used once; what is kept as it is may be looked up in
//  tables as well. DMH_OK with the columns claimed; DMH_BAD_INPUT with the place in the mapping's file, and
//  the name that may have been meant; DMH_INTERNAL. `source` names the input.
int claim_columns (header_t *header, const mapping_t *mapping, const char *source, struct error *error);

//  The column that the mapping's i-th "not_content" names. As claim_columns.
int claim_not_content (const header_t *header, const mapping_t *mapping, size_t i, const char *source,
                       int *column, struct error *error);

#endif
