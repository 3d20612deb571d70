//  missing.h: the texts that stand for a missing value ("NA", ".", "-"). Compared without regard to ASCII
//  case, otherwise byte for byte. Immutable after the last add; any thread.
#ifndef DMH_WORKER_RULES_CODES_MISSING_H
#define DMH_WORKER_RULES_CODES_MISSING_H

#include "worker/text/text.h"

typedef struct markers markers_t;

markers_t *markers_new (void);    //  NULL when out of memory
void markers_destroy (markers_t **self_p);
int markers_add (markers_t *self, const char *marker);    //  copied; 0, or -1 out of memory
//  `in` is trimmed and not empty. Hot path: most values are told by length and first byte.
bool markers_has (const markers_t *self, struct text in);
size_t markers_size (const markers_t *self);

#endif
