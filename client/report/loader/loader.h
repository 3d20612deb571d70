//  loader.h: code that loads the records of a result with the types that they have: identifiers stay text, so
//  that leading zeros live, what is missing stays missing, dates and date-times are such where all of a
//  column are of one form.
#ifndef DMH_CLIENT_REPORT_LOADER_LOADER_H
#define DMH_CLIENT_REPORT_LOADER_LOADER_H

#include <stdio.h>

#include "messages/base/error.h"

enum loader { LOADER_NONE, LOADER_PANDAS, LOADER_DUCKDB, LOADER_R, LOADER_SQL };

//  By its word. DMH_OK or DMH_USAGE.
int loader_of (const char *word, enum loader *out, struct error *error);

//  Writes the code that loads the records of the result in `folder`, and nothing else. Reads them once.
//  DMH_OK; DMH_UNSUPPORTED: they are no table; else what cannot be read.
int loader_write (const char *folder, enum loader loader, FILE *to, struct error *error);

#endif
