//  writer.h: puts blocks that come in order into a result: decides duplicates and conflicts by key, writes
//  records, rejects and audit, adds up what the rules said. Plain files; no socket. One thread at a time.
#ifndef DMH_WORKER_PIPELINE_WRITER_H
#define DMH_WORKER_PIPELINE_WRITER_H

#include "worker/output/date_evidence.h"
#include "worker/output/report.h"
#include "worker/pipeline/block.h"
#include "worker/pipeline/pass.h"

typedef struct writer writer_t;

//  Creates the result's files in `folder`, which exists and is empty. NULL with `error` set.
writer_t *writer_new (const char *folder, const struct pass *pass, struct error *error);
void writer_destroy (writer_t **self_p);

//  Starts over for another pass over the same input.
int writer_restart (writer_t *self, const struct pass *pass, struct error *error);

//  Takes the next block in the order of the input. Sets block->so_far, and block->doomed when the result
//  cannot come true any more in this pass: a failure (writer_check tells), or a date column whose order turns
//  out to be the other one.
void writer_take (writer_t *self, struct block *block);

//  DMH_OK or the failure that dooms the pass.
int writer_check (const writer_t *self, struct error *error);

//  What the pass has shown, after its last block: how the dates of each field are read, where people live,
//  and JSON keys that are no columns yet. true: the pass assumed otherwise of these, or of a decimal mark.
bool writer_contradicts (const writer_t *self, struct date_reading readings[FIELDS_MAX],
                         struct places *places);
//  The same, of a pass that will be no other's ground.
bool writer_misreads (const writer_t *self);

//  Whether another pass has to tell which records stand, though this one read all as it shows itself (which
//  writer_restart goes by); and where it did not
//  (`otherwise`) what it has put on the disk of them is void.
bool writer_unsettled (writer_t *self, bool otherwise);
//  Whether its records need other columns beside their fields (layout.h) than the pass has; of which fields
//  (NULL: nobody asks).
bool writer_wants_beside (const writer_t *self, bool wanted[FIELDS_MAX]);
//  What was counted. Borrowed.
const struct tally *writer_tally (const writer_t *self);

//  The next column, from `column` on, whose values contradict the field that its name gave it to; -1: no
//  more. After the last block of a pass that saw the whole input.
int writer_contradicting (const writer_t *self, int column);

//  Whether the pass has shown that its records depend on who is in the file, which it did not know.
bool writer_asks_for_people (writer_t *self);

//  How often a rule spoke of whole records in this pass.
uint64_t writer_count (const writer_t *self, enum rule rule);
//  The i-th unknown key in order of appearance; NULL past the end. Borrowed.
const char *writer_unknown (const writer_t *self, size_t i);

//  Completes and closes all files. *refusal: the sentence of a check that the options name and that failed;
//  else its code is DMH_OK. `report` comes with job, input, options, times; the rest is filled in
//  here. outputs [OUTPUTS_MAX] receives *count files. DMH_OK, or DMH_IO, DMH_INTERNAL.
int writer_finish (writer_t *self, struct report *report, struct output *outputs, size_t *count,
                   struct error *refusal, struct error *error);

const struct counts *writer_counts (const writer_t *self);

#endif
