//  read_inputs.h: the inputs of a joined table that have a result, in their order, and of which of them each
//  of the table's records is.
#ifndef DMH_WORKER_JOIN_READ_INPUTS_H
#define DMH_WORKER_JOIN_READ_INPUTS_H

#include "worker/join/inputs/open_results.h"

struct read_inputs {
    const struct table_input **inputs;    //  [count], borrowed
    result_reader_t **results;            //  [count], borrowed
    const char **names;                   //  [count], borrowed: source_file
    uint64_t *bases;                      //  [count]: records before the first one of each
    size_t count;
};

//  Takes those of `inputs` [count] that have a result. DMH_OK, DMH_TOO_LARGE, DMH_INTERNAL; read_inputs_clear
//  it in any case.
int read_inputs_take (struct read_inputs *self, const struct table_input *inputs, size_t count,
                      struct error *error);
void read_inputs_clear (struct read_inputs *self);

//  The place of the input that the table's record of that number (from 1) is of.
size_t read_inputs_find (const struct read_inputs *self, uint64_t record);

#endif
