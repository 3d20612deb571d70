//  fhir_id.h: ids of FHIR resources, the same in every file for the same record. Pure.
#ifndef DMH_WORKER_ENCODERS_FHIR_ID_H
#define DMH_WORKER_ENCODERS_FHIR_ID_H

#include "worker/text/text.h"

enum { FHIR_ID_BYTES = 64 };

//  Whether a text is an id as it stands: [A-Za-z0-9.-], 1 to 64 of them (FHIR R4, id).
bool fhir_id_is (struct text in);

//  The id for a key: itself where it is one, else its hash. Writes at most FHIR_ID_BYTES; returns how many.
size_t fhir_id_of_key (struct text key, char *out);

//  "dmh-" and the first 32 hex digits of its SHA-256.
size_t fhir_id_of_hash (struct text content, char *out);

#endif
