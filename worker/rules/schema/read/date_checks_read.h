//  date_checks_read.h: which dates of a record have to follow each other, and how many years may lie between
//  them: "before" and "within" of a schema's "dmh".
#ifndef DMH_WORKER_RULES_SCHEMA_READ_DATE_CHECKS_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_DATE_CHECKS_READ_H

#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/schema.h"

//  Reads both into *self, whose fields are known. DMH_OK or DMH_BAD_INPUT.
int date_checks_read (struct json_reader *reader, const struct json_value *dmh, struct schema *self);

#endif
