//  column_words_read.h: what a schema's "dmh" says of columns beyond the names of its fields.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_COLUMN_WORDS_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_COLUMN_WORDS_READ_H

#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/schema.h"

//  Reads "sets", "signs", "zero_is_missing", "tests", "parts", "only_with" and "stands_in" of the schema's
//  "dmh" into *self, whose fields are known. DMH_OK, DMH_BAD_INPUT, DMH_INTERNAL; what was read before an
//  error is schema_destroy's.
int column_words_read (struct json_reader *reader, const struct json_value *dmh, struct schema *self);

#endif
