//  code_tables.h: reads the code tables that a mapping joins.
#ifndef DMH_WORKER_INPUT_CODE_TABLES_H
#define DMH_WORKER_INPUT_CODE_TABLES_H

#include "worker/input/data_roots.h"
#include "worker/rules/mapping/mapping.h"

enum { TABLE_FILE_BYTES_MAX = 64 * 1024 * 1024 };

//  Reads the file of every join: any CSV that would do as an input, with a header. A path that is not
//  absolute begins at `folder`, where the mapping file is; `roots` as for reader_new_in. `fetched`: where the
//  files are instead, in the order of the joins, `fetched_count` of them (0: none was fetched). DMH_OK with
//  all rows in place; DMH_BAD_INPUT with the mapping's name, the place in it, and what to write: no such
//  file, too large, a column that it does not have, a key with two meanings (their lines); DMH_INTERNAL.
int code_tables_read (mapping_t *mapping, const char *folder, const data_roots_t *roots,
                      const char *const *fetched, size_t fetched_count, struct error *error);

#endif
