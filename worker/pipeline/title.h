//  title.h: what is said of a record beside its row (FASTA): the line above its letters, or where the byte
//  stands that it is rejected for. It goes into the block's notes.
#ifndef DMH_WORKER_PIPELINE_TITLE_H
#define DMH_WORKER_PIPELINE_TITLE_H

#include "worker/formats/format.h"
#include "worker/pipeline/block.h"
#include "worker/rules/record/record.h"

//  The record's key, a space and its description. 0, or -1 out of memory.
int title_of_record (struct block *block, const struct record *record, struct verdict *verdict);

//  ": “1” in line 12, column 7". 0, or -1 out of memory.
int title_of_place (struct block *block, const struct row *row, struct verdict *verdict);

#endif
