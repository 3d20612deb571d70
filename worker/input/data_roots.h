//  data_roots.h: the folders that inputs may be in, and the buckets of an object store, or folders of these.
//  Where there are such, a path of a message is opened here and nowhere else. Never changed after
//  data_roots_new: any thread.
#ifndef DMH_WORKER_INPUT_DATA_ROOTS_H
#define DMH_WORKER_INPUT_DATA_ROOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/s3/name.h"

typedef struct data_roots data_roots_t;

enum { ROOTS_MAX = 32 };

//  `list`: absolute folders and s3://BUCKET/KEY with commas between them; NULL or empty: none, so that
//  nothing may be opened. NULL with `error` set: DMH_USAGE (not a folder, too many), DMH_INTERNAL.
data_roots_t *data_roots_new (const char *list, struct error *error);
void data_roots_destroy (data_roots_t **self_p);

//  Whether no path may be opened.
bool data_roots_is_empty (const data_roots_t *self);

//  The folders with commas between them, without links; empty where one of them is the root of all. false:
//  they are too long for `out`.
bool data_roots_list (const data_roots_t *self, char *out, size_t size);

//  Finds a file, whatever links lead to it, when it lies in one of the folders in the end. DMH_OK and *fd (of
//  O_PATH, yours to close): what is opened by /proc/self/fd/N is this file, whatever becomes of the path.
//  DMH_UNAUTHORIZED: it lies elsewhere; also where it would, if it were there, so that nobody learns what is
//  there. DMH_NOT_FOUND: it is not in the folder.
int data_roots_find (const data_roots_t *self, const char *path, int *fd, struct error *error);

//  Whether an object may be read; NULL as self: any. DMH_OK or DMH_UNAUTHORIZED.
int data_roots_check_object (const data_roots_t *self, const struct s3_name *name, struct error *error);

//  Whether there is an object that may be read; NULL as self: any is.
bool data_roots_have_objects (const data_roots_t *self);

#endif
