//  derived_columns.h: the parts of a mapping file that make values: joins, combine and split. Called by
//  mapping.c alone.
#ifndef DMH_WORKER_RULES_MAPPING_DERIVED_COLUMNS_H
#define DMH_WORKER_RULES_MAPPING_DERIVED_COLUMNS_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/json_document.h"

//  Each reads its member of the file's object, where it is there, into *self. DMH_OK, DMH_BAD_INPUT,
//  DMH_INTERNAL; what was read before an error is mapping_destroy's.
int mapping_read_joins (struct json_place *place, const struct json_value *root, mapping_t *self);
int mapping_read_combines (struct json_place *place, const struct json_value *root, mapping_t *self);
int mapping_read_splits (struct json_place *place, const struct json_value *root, mapping_t *self);

//  mapping_dates.c: "dates", what is said of the dates of columns. As above.
int mapping_read_dates (struct json_place *place, const struct json_value *root, mapping_t *self);

//  Notes that the file, at the place's path, feeds a field or uses a column. The strings are borrowed from
//  *self. DMH_OK or DMH_INTERNAL.
int mapping_feeds (struct json_place *place, mapping_t *self, const char *column, const char *field,
                   bool optional, bool made);
int mapping_uses (struct json_place *place, mapping_t *self, const char *column, bool keeps);

int mapping_out_of_memory (struct json_place *place);    //  DMH_INTERNAL with its sentence

#endif
