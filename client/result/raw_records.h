//  raw_records.h: what a result set aside, as an input again: the raw records of its rejects.csv under the
//  input's own header, in the input's dialect and encoding; of JSON and FHIR a record a line. Reads the
//  result alone, never the input. Of a joined table each record stands under the header of its own input.
#ifndef DMH_CLIENT_RESULT_RAW_RECORDS_H
#define DMH_CLIENT_RESULT_RAW_RECORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "messages/base/error.h"

struct raw_counts {
    uint64_t rejected, conflicts, files;
};

//  Writes those of the result in `folder` to `to`. DMH_OK; DMH_NOT_FOUND where `folder` holds no result;
//  DMH_MALFORMED where its files are not as dmh writes them; DMH_UNSUPPORTED where they stood under several
//  headers (a joined table), or the encoding has no letter for one of them; DMH_IO; DMH_INTERNAL out of
//  memory. On failure what was written is of no use.
int raw_records_write (const char *folder, FILE *to, struct raw_counts *counts, struct error *error);

//  Writes those of each input to a file of its name below the folder `to`, which is made where it is missing;
//  an input of which nothing was set aside gets none. `replace`: also over files that are there, which are
//  DMH_CONFLICT else. As above.
int raw_records_spread (const char *folder, const char *to, bool replace, struct raw_counts *counts,
                        struct error *error);

#endif
