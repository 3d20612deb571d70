//  date_columns.h: "dates" of a mapping file: in which form columns have their dates.
#ifndef DMH_WORKER_RULES_MAPPING_DATE_COLUMNS_H
#define DMH_WORKER_RULES_MAPPING_DATE_COLUMNS_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/read/json_reader.h"

//  Reads the member "dates" of the file's object, where it is there, into *self. DMH_OK, DMH_BAD_INPUT,
//  DMH_INTERNAL; what was read before an error is mapping_destroy's.
int mapping_read_dates (struct json_reader *reader, const struct json_value *root, mapping_t *self);

#endif
