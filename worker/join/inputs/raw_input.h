//  raw_input.h: an input of a joined table, read once more for how some of its records stand in it: those
//  that only the table sets aside, whose text no result has. Reads forward; tells nothing of a file that is
//  not the one that was harmonized. One thread.
#ifndef DMH_WORKER_JOIN_RAW_INPUT_H
#define DMH_WORKER_JOIN_RAW_INPUT_H

#include "worker/join/inputs/join_request.h"
#include "worker/join/inputs/result_reader.h"
#include "worker/rules/schema/catalog.h"

typedef struct raw_input raw_input_t;

//  Opens the input of request->inputs whose result says `facts`; all are borrowed. NULL with `error` set:
//  what opening it as an input of a job says, in a sentence that names it.
raw_input_t *raw_input_new (const struct join_request *request, const struct join_input *input,
                            const struct result_facts *facts, const catalog_t *catalog, struct error *error);
void raw_input_destroy (raw_input_t **self_p);

//  Goes to the record of that number, behind the last one that was asked for: *raw as it stands (of a wide
//  table the long row), borrowed until the next call, on *line. DMH_OK; DMH_BAD_INPUT: it has none; or what
//  reading says.
int raw_input_find (raw_input_t *self, uint64_t number, struct text *raw, uint64_t *line,
                    struct error *error);

//  Reads the rest: whether it is the file that was harmonized. DMH_OK; DMH_BAD_INPUT: it is another one, and
//  what was found means nothing.
int raw_input_finish (raw_input_t *self, struct error *error);

#endif
