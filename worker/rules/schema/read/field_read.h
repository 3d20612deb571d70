//  field_read.h: one field of a schema file into a struct field.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_FIELD_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_FIELD_READ_H

#include "worker/rules/schema/field.h"
#include "worker/rules/schema/read/json_reader.h"

//  Reads a member of the file's "fields" into *field, which is zeroed. What was read before an error is the
//  caller's to clear. DMH_OK, DMH_BAD_INPUT, DMH_INTERNAL.
int field_read (struct json_reader *reader, const struct json_value *entry, struct field *field);

//  Whether each "also" of the fields is between two codes, once all are read. DMH_OK, DMH_BAD_INPUT.
int field_read_also (struct json_reader *reader, const struct field *fields, size_t count);

//  [a-z0-9_]+, as names of schemas and fields have to be.
bool schema_is_name (const char *name);

#endif
