//  join_job.h: a join as a job of its own: one attempt, from the results that it follows to a finished folder
//  with a table for each kind, KIND/records.csv and the like.
#ifndef DMH_WORKER_JOIN_JOIN_JOB_H
#define DMH_WORKER_JOIN_JOIN_JOB_H

#include "worker/results/followed_task.h"

//  See followed_task.h. Where one of the results was with the broker the tables go there too.
followed_task_fn join_job;

#endif
