//  table.h: the joined table of one kind: the records of several results in their order, as one result:
//  records, rejects, audit, datapackage, report. One thread.
#ifndef DMH_WORKER_JOIN_TABLE_H
#define DMH_WORKER_JOIN_TABLE_H

#include "worker/join/inputs/open_results.h"

//  Writes the table of the inputs, which are of the kind `schema`, into `folder`, which exists and is empty,
//  and fills *out but for its folder. DMH_OK, DMH_CANCELLED, DMH_BAD_INPUT (an option is wrong), DMH_IO,
//  DMH_MALFORMED, DMH_TOO_LARGE, DMH_INTERNAL.
int table_write (const struct join_request *request, const schema_t *schema, const struct table_input *inputs,
                 size_t count, const char *folder, struct joined *out, struct error *error);

#endif
