//  job_end.h: what is said and counted of a job that ends, whoever ends it.
#ifndef DMH_BROKER_JOBS_JOB_END_H
#define DMH_BROKER_JOBS_JOB_END_H

#include "messages/job.h"

//  The record is done, failed or cancelled with all that is known of its end: it gets the time of that. One
//  line of the log (job.done, job.failed, job.cancelled) with its name, worker, seconds since it was started
//  last, bytes and counts, and one more in dmh_broker_jobs_ended.
void job_end (struct job_record *record);

#endif
