//  latest_read.h: which record of a key stands, as a schema file says it.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_LATEST_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_LATEST_READ_H

#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/schema.h"

//  Reads "latest" of a schema's "dmh", where it is there: {"by": FIELD, "order": [[CODE, …], …], "newest":
//  FIELD}, the order from what gives way to what stands, "" the place of a record without a code. The fields
//  are read already. DMH_OK, DMH_BAD_INPUT, DMH_INTERNAL.
int latest_read (struct json_reader *reader, const struct json_value *dmh, const schema_t *schema,
                 struct latest *out);

#endif
