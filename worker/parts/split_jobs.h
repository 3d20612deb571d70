//  split_jobs.h: the jobs into which one big input is split, so that several workers have a part in it; see
//  "One big file over many workers" in messages/PROTOCOL.md. The result is that of one worker, byte for byte.
#ifndef DMH_WORKER_PARTS_SPLIT_JOBS_H
#define DMH_WORKER_PARTS_SPLIT_JOBS_H

#include "worker/results/followed_task.h"

//  See followed_task.h. Each is one attempt at the assignment's part, of so many parts.
followed_task_fn cut_job;       //  where the input is cut, and what a first pass assumes
followed_task_fn survey_job;    //  what a part shows, and what is made of it if all others show no other
followed_task_fn part_job;      //  what is made of a part by what all have shown, where that is another
followed_task_fn write_job;     //  the result

#endif
