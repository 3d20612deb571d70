//  inspection_json.h: what inspect has found as JSON.
#ifndef DMH_WORKER_INSPECT_INSPECTION_JSON_H
#define DMH_WORKER_INSPECT_INSPECTION_JSON_H

#include "messages/json/writer.h"
#include "worker/inspect/inspection.h"

//  Its members, into an object that is open.
void inspection_json (json_writer_t *self, const struct inspection *inspection);

#endif
