//  first_columns.h: "first" of a mapping file: fields for which each record takes the first of several
//  columns that has a usable value.
#ifndef DMH_WORKER_RULES_MAPPING_FIRST_COLUMNS_H
#define DMH_WORKER_RULES_MAPPING_FIRST_COLUMNS_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/read/json_reader.h"

//  Reads the member "first" of the file's object, where it is there, into *self. DMH_OK, DMH_BAD_INPUT,
//  DMH_INTERNAL; what was read before an error is mapping_destroy's.
int mapping_read_first (struct json_reader *reader, const struct json_value *root, mapping_t *self);

#endif
