//  sequence_file.h: the letters of sequences as records.fasta.gz: 60 a line, packed by BGZF,
//  with the indexes .fai and .gzi by which samtools finds a part. The first failure sticks, as in
//  output_file.h. One thread.
#ifndef DMH_WORKER_OUTPUT_SEQUENCES_SEQUENCE_FILE_H
#define DMH_WORKER_OUTPUT_SEQUENCES_SEQUENCE_FILE_H

#include "worker/output/output_file.h"

enum { SEQUENCE_FILES = 3 };

typedef struct sequence_file sequence_file_t;

//  Creates the files in `folder`, which count for `budget` (borrowed). NULL with `error` set.
sequence_file_t *sequence_file_new (const char *folder, struct output_budget *budget, struct error *error);
void sequence_file_destroy (sequence_file_t **self_p);
//  Whether letters stay in lower case where the input has them so, which many tools take for a repeat that is
//  masked; false, as at first: all are in upper case.
void sequence_file_keep_case (sequence_file_t *self, bool keep_case);
void sequence_file_leave_unsynced (sequence_file_t *self, bool unsynced);

//  A sequence: its name, a space and its description; then the record as it stands in the input, its header
//  first, which is passed over, in pieces of any length. One without a letter is left out, as samtools takes
//  it for a file that is cut off. The title is borrowed until its end.
void sequence_file_begin (sequence_file_t *self, struct text title);
void sequence_file_feed (sequence_file_t *self, struct text raw);
void sequence_file_end (sequence_file_t *self);

//  DMH_OK, or the sticking failure with its sentence.
int sequence_file_check (const sequence_file_t *self, struct error *error);

//  Empties the files for another pass.
int sequence_file_restart (sequence_file_t *self, struct error *error);

//  Completes and closes the files. As output_finish.
int sequence_file_finish (sequence_file_t *self, struct output out[SEQUENCE_FILES], struct error *error);

#endif
