//  sniff.h: the first records of a CSV file: its delimiter, what stands above the header, the header.
#ifndef DMH_WORKER_FORMATS_CSV_SNIFF_H
#define DMH_WORKER_FORMATS_CSV_SNIFF_H

#include "worker/formats/format.h"

//  Same contract as struct format.sniff.
int csv_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
               struct error *error);

#endif
