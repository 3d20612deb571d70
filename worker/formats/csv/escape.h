//  escape.h: whether a file writes a quote inside a quoted field as \" instead of "". Told by looking.
#ifndef DMH_WORKER_FORMATS_CSV_ESCAPE_H
#define DMH_WORKER_FORMATS_CSV_ESCAPE_H

#include "worker/formats/csv/quoted.h"

//  '\\' when the sample's quoted fields go wrong without it and not with it, else 0: a backslash before a
//  closing quote ("C:\lab\") is no escape. `whole`: the sample is the whole file.
char csv_escape_find (const char *bytes, size_t n, bool whole, char delimiter);

#endif
