//  signature.h: report.json.sig: the Ed25519 signature (64 bytes) of report.json, in which every other file
//  of the result has its SHA-256.
#ifndef DMH_WORKER_PIPELINE_SIGNATURE_H
#define DMH_WORKER_PIPELINE_SIGNATURE_H

#include "messages/keys/signing_key.h"
#include "worker/output/output_file.h"

//  Signs the report.json of `folder`, which `report` describes, and fills *out. `unsynced`: see
//  output_leave_unsynced. DMH_OK, DMH_IO (also where
//  the file is not what was written), DMH_INTERNAL.
int signature_write (const signing_key_t *key, const char *folder, const struct output *report, bool unsynced,
                     struct output *out, struct error *error);

#endif
