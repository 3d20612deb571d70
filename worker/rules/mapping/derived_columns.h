//  derived_columns.h: the parts of a mapping file that derive values of fields from a table, from several
//  columns or from a part of one: "joins", "combine" and "split".
#ifndef DMH_WORKER_RULES_MAPPING_DERIVED_COLUMNS_H
#define DMH_WORKER_RULES_MAPPING_DERIVED_COLUMNS_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/read/json_reader.h"

//  Each reads its member of the file's object, where it is there, into *self. DMH_OK, DMH_BAD_INPUT,
//  DMH_INTERNAL; what was read before an error is mapping_destroy's.
int mapping_read_joins (struct json_reader *reader, const struct json_value *root, mapping_t *self);
int mapping_read_combines (struct json_reader *reader, const struct json_value *root, mapping_t *self);
int mapping_read_splits (struct json_reader *reader, const struct json_value *root, mapping_t *self);

#endif
