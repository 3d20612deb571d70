//  output_file.h: one file of a result while it is written: buffered, with its SHA-256, size and a sentence
//  when the disk refuses. The first failure sticks: later calls do nothing, output_finish tells it. One
//  thread.
#ifndef DMH_WORKER_OUTPUT_OUTPUT_FILE_H
#define DMH_WORKER_OUTPUT_OUTPUT_FILE_H

#include <sys/types.h>

#include "messages/base/digest.h"
#include "messages/job.h"
#include "messages/json/writer.h"
#include "worker/text/text.h"

typedef struct output_file output_file_t;

//  What several files may hold together, and the sentence of a file that would go beyond it (DMH_TOO_LARGE).
struct output_budget {
    uint64_t most, used;
    char sentence[SENTENCE_BYTES];
};

//  Whether that much more is within the budget, which it then counts for.
bool output_budget_spend (struct output_budget *self, uint64_t bytes);

//  Creates folder/name (0600), which must not exist. NULL with `error` set.
output_file_t *output_new (const char *folder, const char *name, struct error *error);
//  Closes; removes nothing. Takes NULL.
void output_destroy (output_file_t **self_p);

//  What it writes counts for the budget, which is borrowed.
void output_share (output_file_t *self, struct output_budget *budget);

//  Whether output_finish leaves its bytes to whoever takes the result, who syncs several at once.
void output_leave_unsynced (output_file_t *self, bool unsynced);

void output_write (output_file_t *self, const char *bytes, size_t n);
void output_text (output_file_t *self, const char *string);
void output_csv (output_file_t *self, struct text field);    //  quoted where needed
void output_number (output_file_t *self, uint64_t number);
//  A whole document. DMH_OK, or DMH_INTERNAL where it is none (out of memory).
int output_document (output_file_t *self, const json_writer_t *document, struct error *error);

//  Makes `failure` stick, for what goes wrong on the way to the file (out of memory).
void output_fail (output_file_t *self, int code, const char *sentence);

//  DMH_OK, or the sticking failure with its sentence (DMH_IO; names the file and what to do).
int output_check (const output_file_t *self, struct error *error);

//  Flushes, fsyncs unless that is left to others, and fills *out with name, bytes, sha256 and `records`.
int output_finish (output_file_t *self, uint64_t records, struct output *out, struct error *error);

//  The same for a file that something else has written and closed: fsyncs and hashes it, and fills *out.
int output_take (const char *folder, const char *name, uint64_t records, struct output *out,
                 struct error *error);

//  The sentence of a file that the system refuses for the reason `number` (errno): "… cannot be <what>: …".
//  DMH_IO.
int output_refuse (const char *folder, const char *name, const char *what, int number, struct error *error);

//  Empties the file for another pass.
int output_restart (output_file_t *self, struct error *error);

//  The seams that tests replace; NULL puts the real calls back.
void output_replace (ssize_t (*write_call) (int, const void *, size_t), int (*fsync_call) (int));

#endif
