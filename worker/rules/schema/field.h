//  field.h: one field of a schema file into a struct field. Called by schema.c alone.
#ifndef DMH_WORKER_RULES_SCHEMA_FIELD_H
#define DMH_WORKER_RULES_SCHEMA_FIELD_H

#include "worker/rules/schema/json_document.h"
#include "worker/rules/schema/schema.h"

//  Reads a member of the file's "fields" into *field, which is zeroed. What was read before an error is the
//  caller's to clear. DMH_OK, DMH_BAD_INPUT, DMH_INTERNAL.
int schema_field_read (struct json_place *place, const struct json_value *entry, struct field *field);

//  Frees what the field owns.
void schema_field_clear (struct field *field);

//  [a-z0-9_]+, as names of schemas and fields have to be.
bool schema_is_name (const char *name);

int schema_out_of_memory (struct json_place *place);    //  DMH_INTERNAL with its sentence

#endif
