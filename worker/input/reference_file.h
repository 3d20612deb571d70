//  reference_file.h: the reference genome of a job, opened where its worker may read.
#ifndef DMH_WORKER_INPUT_REFERENCE_FILE_H
#define DMH_WORKER_INPUT_REFERENCE_FILE_H

#include "worker/formats/reference/reference.h"
#include "worker/input/data_roots.h"

//  Opens the FASTA file at `path`, and PATH.fai where one is; both lie in one of `roots` (NULL: anywhere).
//  NULL with `error` set.
reference_t *reference_file_open (const char *path, const data_roots_t *roots, struct error *error);

#endif
