//  wide_columns.h: "unpivot" of a mapping file: columns of a wide table whose cells are results.
#ifndef DMH_WORKER_RULES_MAPPING_WIDE_COLUMNS_H
#define DMH_WORKER_RULES_MAPPING_WIDE_COLUMNS_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/read/json_reader.h"

//  Reads the member "unpivot" of the file's object, where it is there, into *self: an array of columns, an
//  object of what is known of each, or false. DMH_OK, DMH_BAD_INPUT, DMH_INTERNAL; what was read before an
//  error is mapping_destroy's.
int mapping_read_unpivot (struct json_reader *reader, const struct json_value *root, mapping_t *self);

#endif
