//  split.h: one big file over many workers: which jobs are made of one that was submitted, and which of them
//  follows whom. Pure. See PROTOCOL.md, “One big file over many workers”.
#ifndef DMH_BROKER_JOBS_SPLIT_H
#define DMH_BROKER_JOBS_SPLIT_H

#include "messages/job.h"

//  Each part follows the surveys of all parts, so what is noted of whom a job follows grows with the square
//  of their number: 128 are 16,896 notes, which one commit takes in less than a second. Together of one
//  SUBMIT.
enum { SPLIT_PARTS_MAX = 128, SPLIT_JOBS_MAX = 2 * SPLIT_PARTS_MAX + 1 };

//  `parts` 0: it is one worker's.
struct split {
    size_t parts;
    uint64_t split_bytes;    //  of each but the last
};

//  How a file of so many bytes is cut into at most `most` parts of `split_bytes` (0: never) or more.
struct split split_of (uint64_t bytes, uint64_t split_bytes, size_t most);

//  Whether an input may be cut, as far as its SUBMIT tells: its name is one of CSV or of JSON with an object
//  a line, and nothing is said of another encoding. Who cuts it finds out the rest.
bool split_is_for (const struct input *input, const struct options *options);

//  The jobs of a split, in the order in which they are made: the cut, the surveys, the parts; the submitted
//  one, which writes, is the last. How many there are beside that one.
size_t split_jobs (const struct split *self);
struct split_job {
    const char *task;
    size_t part;    //  of those of one part
    //  Whom it follows, in that order: `count` of the jobs from place `from` on.
    struct split_range {
        size_t from, count;
    } follows[2];
};
struct split_job split_job_at (const struct split *self, size_t place);
size_t split_follows (const struct split_job *job);

//  Whether the job is one of those that a split one is made of, or a split one itself.
bool split_is_part (const struct job_record *record);
bool split_is_whole (const struct job_record *record);

//  What a split job itself has to do stands in no option, so that it can be one worker's again.
void split_set_task (const struct job_record *record, struct options *options);

//  The submit_key of the jobs that a split one is made of; no client's begins so. Returns out.
char *split_key (const char *whole, char out[ID_BYTES]);
bool split_is_key (const char *submit_key);

#endif
