//  known_records.h: the records that a joined table has seen: which one says all that another says, and which
//  one had its key first. At most 64 bytes of memory a record. Where all inputs say something of the same
//  columns, contents are told apart by their hashes; else what else each says lies in a file of its own.
//  One thread.
#ifndef DMH_WORKER_JOIN_KNOWN_RECORDS_H
#define DMH_WORKER_JOIN_KNOWN_RECORDS_H

#include "worker/join/content.h"

typedef struct known_records known_records_t;

enum known {
    KNOWN_NEW,          //  the first with its key; or it has none
    KNOWN_DUPLICATE,    //  it says only what an earlier one says
    KNOWN_CONFLICT      //  its key is known, and none says all of it
};

//  `columns` is borrowed; a file may be made in `folder`, which nobody sees. NULL with `error` set.
known_records_t *known_records_new (const struct joined_columns *columns, const char *folder,
                                    struct error *error);
void known_records_destroy (known_records_t **self_p);

//  Adds `record` (from 1, rising), of an input of that set. *other: the one that it repeats, the first with
//  its key, or itself. DMH_OK, DMH_IO, DMH_INTERNAL.
int known_records_add (known_records_t *self, const struct content *content, size_t set, uint64_t record,
                       enum known *answer, uint64_t *other, struct error *error);

//  Forgets all, for another pass.
void known_records_clear (known_records_t *self);

#endif
