//  attempt.h: what one attempt at one job owns, from looking at the file to the finished folder. No socket:
//  the runner moves blocks, this noun makes and unmakes what they need. One thread.
#ifndef DMH_WORKER_PIPELINE_ATTEMPT_H
#define DMH_WORKER_PIPELINE_ATTEMPT_H

#include "worker/input/fetched_files.h"
#include "worker/pipeline/parts/part_sink.h"
#include "worker/pipeline/parts/pass_settings.h"
#include "worker/pipeline/preparation.h"
#include "worker/pipeline/runner_news.h"
#include "worker/pipeline/writer.h"
#include "worker/results/assignment.h"
#include "worker/results/attempt_folder.h"

enum { PASSES_MAX = 9, BLOCK_BYTES_DEFAULT = 256 * 1024 };
//  What is made of a block at once: so many times its bytes, and some more for small ones.
enum { PART_BLOCKS = 8, PART_BYTES_LEAST = 64 * 1024 };

struct attempt {
    const struct assignment *assignment;    //  borrowed
    struct attempt_folder folder;           //  while it is written
    struct preparation preparation;
    struct plan plan;
    people_t *people;           //  of the file (FHIR); NULL: nothing has asked for them
    struct places places;       //  as the passes so far have shown them
    bool beside[FIELDS_MAX];    //  fields that have a column beside them, as the pass before has shown
    const struct encoder *encoder;
    struct pass pass;
    writer_t *writer;
    struct output_budget budget;    //  of all passes, each on its own
    size_t block_bytes;
    uint64_t begin, bytes;       //  of what is read, in the input
    const char *input_sha256;    //  of an input that others have read; NULL: the reader tells. Borrowed
    bool whole;                  //  the pass that has ended saw the whole input
    bool recoded;                //  the pass that has ended read the file in a wrong encoding
    int64_t started_wall, started_mono;
    int64_t now;    //  wall ms: what lies in the future
};

//  How an attempt at a part of a job differs from one at all of it; all borrowed for the call.
struct attempt_terms {
    const struct pass_settings *settings;    //  of the first pass; NULL: as the first bytes show
    const struct text_part *part;            //  that passes are over; NULL: all of the input
    struct part_sink *sink;           //  what blocks go to, with no folder of a result; for longer; NULL:
                                      //  there is a writer
    struct range_answers *answers;    //  which records stand, where others have found out; for longer
    struct attempt_folder *folder;    //  is made already, and moves here; NULL: it is none
};

//  Looks at the input and makes everything ready for the first pass, on at most so many `harmonizers`; how
//  many they are says `pass.harmonizers`.
//  DMH_OK, or the code and sentence of what is wrong with input, options or folder.
//  `fetched_files`: what was fetched for it, borrowed for the call.
int attempt_prepare (struct attempt *self, const struct assignment *assignment,
                     const struct fetched_files *fetched_files, size_t harmonizers, struct error *error);

//  The same on other terms.
int attempt_prepare_by (struct attempt *self, const struct assignment *assignment,
                        const struct fetched_files *fetched_files, size_t harmonizers,
                        const struct attempt_terms *terms, struct error *error);

//  How many bytes of the input its passes read.
uint64_t attempt_bytes (const struct attempt *self);

//  A block for its passes; block_destroy it. NULL when out of memory.
struct block *attempt_block (const struct attempt *self);

//  Empties the block and reads about so many bytes of the pass into it. As reader_fill.
int attempt_fill (struct attempt *self, struct block *block, size_t bytes, struct error *error);

//  After a pass that assumed wrongly: makes ready for another with what is known now.
int attempt_again (struct attempt *self, struct error *error);
//  *again: the pass that has ended did not see the whole input, or assumed wrongly. DMH_INTERNAL when that
//  was so PASSES_MAX times.
int attempt_reconsider (struct attempt *self, bool whole, bool *again, struct error *error);

//  After the last pass: completes the files and gives the folder its name, on the disk unless it `leaves`
//  with assignment_upload. Fills *news (DONE). Refuses with DMH_INTERNAL unless the reader has come to the
//  input's end in this pass and hashed all of its bytes.
int attempt_finish (struct attempt *self, bool leaves, struct runner_news *news, struct error *error);

//  After a pass: DMH_OK, or what went wrong with its blocks.
int attempt_check (const struct attempt *self, struct error *error);

//  Frees everything; a folder that was not finished is removed.
void attempt_clear (struct attempt *self);

#endif
