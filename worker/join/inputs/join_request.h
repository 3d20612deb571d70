//  join_request.h: what is to be joined, and what comes of it. Plain data.
#ifndef DMH_WORKER_JOIN_JOIN_REQUEST_H
#define DMH_WORKER_JOIN_JOIN_REQUEST_H

#include <stdbool.h>

#include "messages/base/error.h"
#include "messages/job.h"
#include "worker/input/data_roots.h"
#include "worker/input/limits.h"

struct join_input {
    const char *folder;         //  of its result; NULL: it has none
    const char *source_file;    //  what its records say they are of
    const char *result;         //  what the report calls the folder
    const char *failure;        //  why it has no result; NULL: it has one
    const char *uri;            //  file:/// of the input, which may be read again; NULL: nobody says
};

struct join_request {
    const struct join_input *inputs;    //  in the order that counts
    size_t count;
    const struct options *options;    //  that the inputs were harmonized with
    const char *folder;               //  where a folder is made for each kind; it exists
    const char *correlation;          //  what the inputs have in common in logs and reports
    const char *job;                  //  that makes the tables; NULL: each gets an id of its own
    uint64_t attempt;                 //  of the job
    int interrupt;                    //  readable: the user wants to stop; -1: nobody does
    //  Told now and then how far it is; false: it is to stop. NULL: nobody is.
    bool (*goes_on) (void *context, const struct counts *so_far);
    //  Brings the input of inputs[i] here: its path, borrowed until the next call; NULL with `error` set.
    //  NULL: they are where their uri says, in one of `roots`.
    const char *(*fetch) (void *context, size_t i, struct error *error);
    void *context;                //  of both
    const data_roots_t *roots;    //  NULL: anywhere
    const char *const *tables;    //  [tables_count] of the mapping, as of preparation_read
    size_t tables_count;
    struct ceilings ceilings;    //  of the worker
};

//  Whether it is to stop; `so_far` NULL: nothing new is known of how far it is.
bool join_request_stops (const struct join_request *self, const struct counts *so_far);

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
