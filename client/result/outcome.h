//  outcome.h: what became of one INPUT of run or submit: its job, the folder of its result, or why there is
//  none. The table, the JSON lines and the sentences are here.
#ifndef DMH_CLIENT_RESULT_OUTCOME_H
#define DMH_CLIENT_RESULT_OUTCOME_H

#include "client/arguments/input_list.h"
#include "client/connection/connection.h"
#include "client/result/findings.h"
#include "client/result/result_folder.h"
#include "client/terminal/progress.h"

struct outcome {
    const char *word;     //  the INPUT as given, or a path below it; borrowed
    const char *place;    //  of its result below the folder, see result_places.h; borrowed; NULL: none
    struct named_input *input;    //  borrowed; what becomes of it on its way is said there; NULL: of a job
                                  //  that was found at a broker
    const char *kind;    //  that this job is of, where the inputs have several; NULL: as the options say
    bool skipped;        //  its result was there; the record says what of it is known
    struct job_record record;       //  job empty: never submitted
    struct staged_result staged;    //  its result on its way to its place
    bool own;                       //  a worker of this process made it: the record says where it is here
    char *folder;                   //  of the result here; NULL: none
    bool has_older;    //  a check failed it, and a good result of an earlier time stays at its place
    struct findings *findings;    //  of its report.json; NULL: not read
    char loaded[160];             //  SCHEMA.TABLE that its records were loaded into; empty: they were not
    uint64_t loaded_records;
    bool loaded_before;    //  … by an earlier command
    struct error error;    //  why it failed, where the record does not say so
};

//  Who hears of the ends of jobs.
struct outcome_ends {
    void (*ended) (void *context, struct outcome *outcome);    //  its record says how
    void (*rest) (void *context);                              //  nothing else is to be heard for now
    void *context;
};

//  Its result is in `folder` (takes it over) now; its report.json is read.
void outcome_arrived (struct outcome *outcome, char *folder);

enum { OUTCOME_SENTENCE_BYTES = 2 * SENTENCE_BYTES + NAME_BYTES + 2 };

//  Why it has no result, or none that is done, in one sentence that names it, in out (size bytes). false: it
//  went well.
bool outcome_sentence (const struct outcome *outcome, char *out, size_t size);

//  Follows the submitted jobs to their end, shows them by `progress` (NULL: not at all) and tells `ends`
//  (NULL: nobody). As follow_end.
int outcome_follow (struct outcome *outcomes, size_t count, connection_t *connection, progress_t *progress,
                    const struct outcome_ends *ends, struct error *error);

//  One JSON object on `to`.
void outcome_line (const struct outcome *outcome, FILE *to);

//  0, 1, or 3 when `strict` and something was rejected or in conflict.
int outcome_exit (const struct outcome *outcomes, size_t count, bool strict);

//  What people know it by: the path that it was given by, or its name where there is none. Borrowed.
const char *outcome_name (const struct outcome *outcome);

//  Whether there is work to do for it: it can be used, and its result is not there already.
bool outcome_is_open (const struct outcome *outcome);

//  How many of them those are, and the bytes of their inputs.
size_t outcome_open_count (const struct outcome *outcomes, size_t count);
uint64_t outcome_bytes (const struct outcome *outcomes, size_t count);

//  Outcomes of what inputs_find found, with room for FOLLOWING_MOST more; borrows the inputs. NULL when out
//  of memory.
enum { FOLLOWING_MOST = 2 };    //  see following_jobs.h
struct outcome *outcome_new (struct input_list *inputs);
void outcome_destroy (struct outcome **outcomes_p, size_t count);

#endif
