//  conservation.h: a second opinion on a result: its input is read again, by libcsv or yajl on one thread,
//  and each record has to be written at its place, to repeat the one that the audit names, or to stand in
//  rejects.csv with its text. Shares with the worker neither code nor blocks.
#ifndef DMH_CLIENT_VERIFICATION_CONSERVATION_H
#define DMH_CLIENT_VERIFICATION_CONSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "client/verification/compared_fields.h"
#include "client/verification/problems.h"

struct conservation {
    bool same;       //  the input is the one that report.json names, by SHA-256
    bool records;    //  each of its records was followed; else `why` says why not
    const char *why;
    char only[COMPARED_ONLY_BYTES];    //  the fields whose values were looked for; "": all that one column
                                       //  feeds
    uint64_t read, written, repeated, set_aside;
    uint64_t found,
        changed;        //  values that stand in their record, and that were changed
    uint64_t marked;    //  cells of a wide table that hold a marker of a missing value: no results
};

//  Proves it of the result in `folder` and the file `input`, and tells what is not so. Needs 8 bytes of
//  memory a record.
void conservation_check (const char *folder, const char *input, struct conservation *out,
                         struct problems *problems);

#endif
