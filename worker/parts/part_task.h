//  part_task.h: what the tasks on one input have in common: the folder that they leave, the input, where it
//  was cut, what its parts showed, and what is decided by that. One thread.
#ifndef DMH_WORKER_PARTS_PART_TASK_H
#define DMH_WORKER_PARTS_PART_TASK_H

#include "worker/join/inputs/brought_results.h"
#include "worker/parts/part_files.h"
#include "worker/pipeline/attempt.h"

//  What of the input a task needs, where it lies elsewhere; each holds those before it.
enum part_need {
    PART_NEEDS_NOTHING,
    PART_NEEDS_HEAD,    //  what it begins with, so that it can be prepared
    PART_NEEDS_PART,    //  and the assignment's part
    PART_NEEDS_ALL
};

struct part_task {
    const struct assignment *assignment;    //  borrowed
    const struct followed_task *driver;     //  borrowed
    struct attempt_folder folder;
    struct fetched_files fetched_files;
    enum part_need fetched;
    struct brought_results results;
    struct input_cut cut;       //  of all tasks but `cut`
    size_t *surveys, *parts;    //  [cut.count] places of their results among the followed ones
    struct output outputs[3];
    size_t output_count;
};

//  Makes the folder, and brings what is small of the results that it follows; where that cannot be had, `cut`
//  says that the input is not cut. part_task_clear in any case. DMH_OK, or what every attempt may end with.
int part_task_begin (struct part_task *self, const struct assignment *assignment,
                     const struct followed_task *driver, struct error *error);

//  Fetches what was not fetched before, as long as nobody has the input open: all of it as it is now, else
//  pieces of the one that was cut. As fetched_files_fetch.
int part_task_fetch (struct part_task *self, enum part_need need, struct error *error);

//  `n` bytes of the input from `at` on, which is the reader's, as they stood; of an object of a store those
//  alone are fetched. As reader_peek, and fetched_files_peek.
int part_task_peek (struct part_task *self, const reader_t *reader, uint64_t at, char *to, size_t n,
                    struct error *error);

//  Whether `cut` tells the SHA-256 of the input: of a file that lies where all open it a part does, beside
//  the others, as that takes longer than to cut it; of one that the broker keeps it is known.
bool part_task_digests (const struct part_task *self);

//  The XXH3 of what the reader's input begins with.
uint64_t part_task_head_hash (const reader_t *reader);
void part_task_clear (struct part_task *self);

//  Prepares an attempt at the input on those terms. DMH_BAD_INPUT where the input is not the one that was
//  cut; else as attempt_prepare_by.
int part_task_prepare (struct part_task *self, struct attempt *attempt, const struct attempt_terms *terms,
                       struct error *error);

//  Whether an error is the input's, or the job's: whoever tries again comes to the same, and one worker that
//  reads it from its beginning says it best.
bool part_task_is_for_one_worker (int code);

//  What all findings of `task` (survey or part) together show by that plan. *uncut: one worker is to do all
//  of it; *otherwise: not what *settings says, which are other ones now. DMH_OK, or what is wrong with them.
int part_task_decide (struct part_task *self, const char *task, const struct plan *plan,
                      struct pass_settings *settings, bool *uncut, bool *otherwise, struct error *error);

//  Reads what part `at` showed in `task`. As part_finding_read.
int part_task_read_finding (struct part_task *self, const char *task, size_t at, size_t field_count,
                            struct part_finding *finding, struct error *error);

//  The path of the blocks of part `at`, of `task`, which are brought where they are not here. Yours to free;
//  NULL with `error` set.
char *part_task_blocks (struct part_task *self, const char *task, size_t at, struct error *error);

//  The same of the keys of part `at`, of its survey: of that range alone, of the directory of its finding.
char *part_task_keys (struct part_task *self, size_t at, const struct key_directory *directory, size_t range,
                      struct error *error);
//  And of the answers on the range of part `at`.
char *part_task_answers (struct part_task *self, size_t at, struct error *error);

//  The folder has its files: it gets its name, or they go to the broker. Fills *news.
int part_task_finish (struct part_task *self, struct runner_news *news, struct error *error);

#endif
