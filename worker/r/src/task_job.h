//  task_job.h: a task of R as a job: one attempt, from the results that it follows to a finished folder with
//  what R has made of them and a report.json that names each file.
#ifndef DMHR_TASK_JOB_H
#define DMHR_TASK_JOB_H

#include "worker/r/src/handover.h"

//  What all attempts of this process use; set before the first one.
void task_job_serve (struct handover *handover);

//  See worker/results/followed_task.h.
followed_task_fn task_job;

#endif
