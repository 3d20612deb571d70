//  read.h: a schema file (a Frictionless Table Schema with a "dmh" object beside the standard keys) into a
//  struct schema. worker/schemas/README.md documents it.
#ifndef DMH_WORKER_RULES_SCHEMA_READ_READ_H
#define DMH_WORKER_RULES_SCHEMA_READ_READ_H

#include "worker/rules/schema/read/json_reader.h"
#include "worker/rules/schema/schema.h"

//  Reads a schema file's text. `source` names it in messages. NULL with `error` set: file, JSON path, what to
//  write.
schema_t *schema_read (const char *json, size_t n, const char *source, struct error *error);

//  All that is wrong with a schema file: *findings, which json_findings_clear frees. DMH_OK with the number
//  of its *fields; DMH_BAD_INPUT with findings, the first of them in `error`; DMH_INTERNAL.
int schema_check (const char *json, size_t n, const char *source, struct json_findings *findings,
                  size_t *fields, struct error *error);

#endif
