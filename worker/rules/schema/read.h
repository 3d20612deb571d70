//  read.h: checks between the dates of a record, as a schema file has them. Called by schema.c alone.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_H

#include "worker/rules/schema/json_document.h"
#include "worker/rules/schema/schema.h"

//  Reads "before" and "within" of the schema's "dmh"; its fields are there. DMH_OK, DMH_BAD_INPUT.
int schema_read_dates (struct json_place *place, const struct json_value *dmh, schema_t *self);

#endif
