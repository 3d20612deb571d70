//  recognition.h: whether a file that was found in a folder is meant for dmh: in a format that it reads, with
//  records that it would know. Looks at the beginning of the file alone.
#ifndef DMH_WORKER_INSPECT_RECOGNITION_H
#define DMH_WORKER_INSPECT_RECOGNITION_H

#include <stdbool.h>

#include "messages/job.h"

typedef struct recognition recognition_t;

//  `options` (borrowed until the end) are those of the jobs. NULL with `error` set.
recognition_t *recognition_new (const struct options *options, struct error *error);
void recognition_destroy (recognition_t **self_p);

//  A name that ends in .csv, .tsv, .json and the like (also .gz or .zst behind it) is meant, whatever the
//  file holds: where it cannot be read its job says so. Any other file, where a job would know its format and
//  its kind.
bool recognition_knows (recognition_t *self, const char *path);

//  Whether it is named as a file that dmh reads, for where nobody can look into it yet: as above, or as
//  FASTA.
bool recognition_is_named (const char *name);

#endif
