//  letters.h: the text of records that come in several blocks (FASTA), and the way of the letters of those
//  that are written to records.fasta.gz. Plain files; no socket. One thread.
#ifndef DMH_WORKER_PIPELINE_LETTERS_H
#define DMH_WORKER_PIPELINE_LETTERS_H

#include "worker/output/sequences/sequence_file.h"
#include "worker/pipeline/block.h"

typedef struct letters letters_t;

//  Long records lie in `folder`, borrowed. NULL when out of memory.
letters_t *letters_new (const char *folder);
void letters_destroy (letters_t **self_p);

//  For another pass.
void letters_restart (letters_t *self);

//  The record's text as it stood, all of it; to be asked for once. Borrowed until the next record. A
//  failure is in `error`, and the text is empty.
struct text letters_raw (letters_t *self, const struct block *block, const struct verdict *verdict,
                         struct error *error);

//  Writes the record's letters; in place of letters_raw.
void letters_write (letters_t *self, const struct block *block, const struct verdict *verdict,
                    sequence_file_t *to, struct error *error);

//  Behind each record, whatever became of it.
void letters_pass (letters_t *self, const struct verdict *verdict);

//  Behind the last one: keeps what goes on in the next block.
void letters_keep (letters_t *self, const struct block *block, struct error *error);

#endif
