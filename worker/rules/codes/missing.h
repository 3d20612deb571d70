//  missing.h: the texts that stand for a missing value ("NA", ".", "-"). Compared without regard to ASCII
//  case, otherwise byte for byte. Immutable after the last add; any thread.
#ifndef DMH_WORKER_RULES_CODES_MISSING_H
#define DMH_WORKER_RULES_CODES_MISSING_H

#include "worker/text/text.h"

typedef struct missing missing_t;

missing_t *missing_new (void);    //  NULL when out of memory
void missing_destroy (missing_t **self_p);
int missing_add (missing_t *self, const char *marker);    //  copied; 0, or -1 out of memory
//  `in` is trimmed and not empty. Hot path: most values are told by length and first byte.
bool missing_has (const missing_t *self, struct text in);

//  The i-th marker, in lower case; NULL past the last. Borrowed.
const char *missing_at (const missing_t *self, size_t i);

#endif
