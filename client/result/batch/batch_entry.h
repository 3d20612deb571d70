//  batch_entry.h: what the index of a batch says of one input: an object of batch.json and a row of
//  batch.csv.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_ENTRY_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_ENTRY_H

#include <stdio.h>

#include "messages/job.h"
#include "messages/json/writer.h"

//  All borrowed; what is empty or NULL is null there.
struct batch_entry {
    const char *path, *sha256, *result, *kind, *state, *code, *error, *job;
    struct counts counts;
    bool counted;
};

//  Where it goes: an object, and a row.
struct batch_entry_writer {
    json_writer_t *json;
    FILE *csv;
};

//  What fails is found when both are ended.
void batch_entry_put (const struct batch_entry_writer *to, const struct batch_entry *entry);

//  The five of `counts` as members of the object that is open.
void batch_entry_put_counts (json_writer_t *json, const struct counts *counts);

#endif
