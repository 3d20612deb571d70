//  file_people.h: who is in a file of FHIR resources, for a pass whose records depend on that: all of it is
//  read. One thread.
#ifndef DMH_WORKER_PIPELINE_FILE_PEOPLE_H
#define DMH_WORKER_PIPELINE_FILE_PEOPLE_H

#include "worker/formats/fhir/links/people.h"
#include "worker/pipeline/preparation.h"

//  Reads the whole file, about so many bytes at once, into *people, the caller's to destroy, which the
//  dialect borrows. DMH_OK, or what is wrong with the reading.
int file_people_meet (struct preparation *preparation, size_t block_bytes, people_t **people,
                      struct error *error);

#endif
