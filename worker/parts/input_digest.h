//  input_digest.h: the SHA-256 of an input that was cut into parts. One thread.
#ifndef DMH_WORKER_PARTS_INPUT_DIGEST_H
#define DMH_WORKER_PARTS_INPUT_DIGEST_H

#include "worker/parts/part_task.h"

//  Reads all of it, once. DMH_OK; DMH_BAD_INPUT: it is not the one that was cut any more; DMH_CANCELLED;
//  DMH_IO; DMH_INTERNAL.
int input_digest (struct part_task *task, reader_t *reader, char sha256[DIGEST_HEX_BYTES],
                  struct error *error);

#endif
