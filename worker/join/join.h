//  join.h: one table a kind over the results of many inputs, in the inputs' order: the union of their
//  columns, duplicates and conflicts found across them. What was done with each record in its own input is
//  not done again; the results are all that is read.
#ifndef DMH_WORKER_JOIN_JOIN_H
#define DMH_WORKER_JOIN_JOIN_H

#include "messages/base/error.h"
#include "messages/job.h"

struct join_input {
    const char *folder;         //  of its result; NULL: it has none
    const char *source_file;    //  what its records say they are of
    const char *result;         //  what the report calls the folder
    const char *failure;        //  why it has no result; NULL: it has one
};

struct join_request {
    const struct join_input *inputs;    //  in the order that counts
    size_t count;
    const struct options *options;    //  that the inputs were harmonized with
    const char *folder;               //  where a folder is made for each kind; it exists
    const char *correlation;          //  what the inputs have in common in logs and reports
    int interrupt;                    //  readable: the user wants to stop; -1: nobody does
};

//  The table of one kind.
struct joined {
    char kind[WORD_BYTES];
    char folder[URI_BYTES];    //  that it lies in: folder/KIND
    struct counts counts;
    struct output outputs[OUTPUTS_MAX];
    size_t output_count;
    struct error refusal;    //  a check that the options name has failed; else DMH_OK
};

enum { JOINED_KINDS_MAX = 16 };

//  Makes the tables, in the order in which their kinds come. joined [JOINED_KINDS_MAX] receives *count.
//  Inputs without a result are left out and named in the reports. On failure what was made is of no use.
//  DMH_OK, DMH_CANCELLED, DMH_UNSUPPORTED (a result of FHIR), DMH_BAD_INPUT, DMH_IO, DMH_MALFORMED,
//  DMH_TOO_LARGE, DMH_INTERNAL.
int join_results (const struct join_request *request, struct joined *joined, size_t *count,
                  struct error *error);

#endif
