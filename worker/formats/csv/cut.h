//  cut.h: where the last whole record of a run of CSV bytes ends. Same contract as struct format's cut.
#ifndef DMH_WORKER_FORMATS_CSV_CUT_H
#define DMH_WORKER_FORMATS_CSV_CUT_H

#include "worker/formats/format.h"

int csv_cut (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
             const char *source, size_t *cut, uint64_t *lines, struct error *error);

#endif
