//  schema_dates.h: checks between the dates of a record, as a schema file has them. Called by schema.c alone.
#ifndef DMH_SCHEMA_DATES_H
#define DMH_SCHEMA_DATES_H

#include "worker/rules/json.h"
#include "worker/rules/schema.h"

//  Reads "before" and "within" of the schema's "dmh"; its fields are there. DMH_OK, DMH_BAD_INPUT.
int schema_read_dates (struct json_place *place, yajl_val dmh, schema_t *self);

#endif
