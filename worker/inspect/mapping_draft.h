//  mapping_draft.h: a mapping file written from what inspect has found, complete, to be edited and fed back.
#ifndef DMH_WORKER_INSPECT_MAPPING_DRAFT_H
#define DMH_WORKER_INSPECT_MAPPING_DRAFT_H

#include "worker/inspect/inspection.h"

//  Writes `path`, which must not exist: the kind, every column with its field or null, with the reasons
//  beside them, and null for each frequent value that a value map lacks. What `mapping` (a mapping file's
//  text, may be NULL) said already is kept. Fed back with --mapping it gives the same records. DMH_OK,
//  DMH_USAGE, DMH_INTERNAL.
int mapping_draft_write (const struct inspection *inspection, const char *mapping, const char *path,
                         struct error *error);

#endif
