//  open_results.h: the results that are joined, opened, and the schemas of their kinds.
#ifndef DMH_WORKER_JOIN_OPEN_RESULTS_H
#define DMH_WORKER_JOIN_OPEN_RESULTS_H

#include "worker/join/inputs/join_request.h"
#include "worker/join/inputs/result_reader.h"
#include "worker/rules/schema/catalog.h"

//  One input of a table.
struct table_input {
    result_reader_t *result;    //  borrowed; NULL: it is left out, `input->failure` says why
    const struct join_input *input;
    const catalog_t *catalog;    //  borrowed: the kinds that come with the program
};

struct open_results {
    const struct join_input *inputs;    //  [count], borrowed
    size_t count;
    result_reader_t **results;    //  [count]; NULL: left out
    catalog_t *built_in, *own;    //  own: with the schema of the options; NULL without one
};

//  Opens those that have no failure. DMH_OK, or what result_reader_new says, DMH_BAD_INPUT;
//  open_results_clear it in any case.
int open_results_open (struct open_results *self, const struct join_input *inputs, size_t count,
                       const struct options *options, struct error *error);
void open_results_clear (struct open_results *self);

//  The kind of the i-th; "" where it is left out.
const char *open_results_kind (const struct open_results *self, size_t i);
//  Whether it is the first of its kind.
bool open_results_is_first (const struct open_results *self, size_t i);

//  The schema that all results of the kind have. NULL with `error` set where one has another. Borrowed.
const schema_t *open_results_schema (const struct open_results *self, const char *kind, struct error *error);

#endif
