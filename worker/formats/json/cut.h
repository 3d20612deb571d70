//  cut.h: the longest prefix of whole records of JSON, and what has to be behind the last one. Same contract
//  as struct format's cut.
#ifndef DMH_WORKER_FORMATS_JSON_CUT_H
#define DMH_WORKER_FORMATS_JSON_CUT_H

#include "worker/formats/format.h"

int json_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
              const char *source, size_t *cut, uint64_t *lines, struct error *error);

#endif
