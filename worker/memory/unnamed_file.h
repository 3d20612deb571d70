//  unnamed_file.h: a scratch_file that grows at its end, and whose errors are sentences. One thread.
#ifndef DMH_WORKER_MEMORY_UNNAMED_FILE_H
#define DMH_WORKER_MEMORY_UNNAMED_FILE_H

#include "messages/base/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct unnamed_file unnamed_file_t;

//  Made in `folder` with its first bytes. `what` is kept there, for messages ("a long record"); both are
//  borrowed. NULL when out of memory.
unnamed_file_t *unnamed_file_new (const char *folder, const char *what);
void unnamed_file_destroy (unnamed_file_t **self_p);

//  *at: where they begin. DMH_OK; DMH_IO: the disk refuses.
int unnamed_file_append (unnamed_file_t *self, const void *bytes, size_t n, uint64_t *at,
                         struct error *error);

//  All n bytes that begin there. DMH_OK; DMH_IO.
int unnamed_file_read (const unnamed_file_t *self, uint64_t at, void *bytes, size_t n, struct error *error);

//  All of it, until the file is destroyed or is added to. NULL with *error: DMH_IO.
const char *unnamed_file_map (unnamed_file_t *self, struct error *error);

uint64_t unnamed_file_bytes (const unnamed_file_t *self);

#endif
