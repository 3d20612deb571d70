//  read.h: a mapping file (JSON) into a struct mapping.
#ifndef DMH_WORKER_RULES_MAPPING_READ_H
#define DMH_WORKER_RULES_MAPPING_READ_H

#include "worker/rules/mapping/mapping.h"

//  `source` names the file in messages. NULL with `error` set: what is wrong at which path and what to write.
mapping_t *mapping_read (const char *json, size_t n, const char *source, struct error *error);

#endif
