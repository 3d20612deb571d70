//  join_request.h: what is to be joined, and what comes of it. Plain data.
#ifndef DMH_WORKER_JOIN_JOIN_REQUEST_H
#define DMH_WORKER_JOIN_JOIN_REQUEST_H

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

#endif
