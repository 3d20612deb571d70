//  table.h: the joined table of one kind: the records of several results in their order, as one result:
//  records, rejects, audit, datapackage, report. One thread.
#ifndef DMH_WORKER_JOIN_TABLE_H
#define DMH_WORKER_JOIN_TABLE_H

#include "worker/join/join.h"
#include "worker/join/result_reader.h"
#include "worker/rules/schema/schema.h"

//  One input of a table.
struct table_input {
    result_reader_t *result;    //  borrowed; NULL: it is left out, `input->failure` says why
    const struct join_input *input;
};

//  Writes the table of the inputs, which are of the kind `schema`, into `folder`, which exists and is empty,
//  and fills *out but for its folder. DMH_OK, DMH_CANCELLED, DMH_BAD_INPUT (an option is wrong), DMH_IO,
//  DMH_MALFORMED, DMH_TOO_LARGE, DMH_INTERNAL.
int table_write (const struct join_request *request, const schema_t *schema, const struct table_input *inputs,
                 size_t count, const char *folder, struct joined *out, struct error *error);

#endif
