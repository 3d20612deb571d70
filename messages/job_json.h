//  job_json.h: jobs as JSON, as people's scripts read them: the members of a job, of its counts, of an event,
//  of a worker and of what the broker counts, in one order wherever they are written.
#ifndef DMH_MESSAGES_JOB_JSON_H
#define DMH_MESSAGES_JOB_JSON_H

#include "messages/event.h"
#include "messages/json/writer.h"
#include "messages/request.h"

//  Into an object that is open. Texts that are empty and times that are 0 are null.
void job_json_text (json_writer_t *self, const char *key, const char *value);
void job_json_time (json_writer_t *self, const char *key, int64_t wall_ms);    //  RFC 3339
void job_json_real (json_writer_t *self, const char *key, double value);
void job_json_counts (json_writer_t *self, const struct counts *counts);    //  member "counts"
void job_json_record (json_writer_t *self, const struct job_record *record);
void job_json_event (json_writer_t *self, const struct event *event);
void job_json_worker (json_writer_t *self, const struct worker_info *worker);
//  What is kept and what is free is told to who sees all jobs alone; to others it is null.
void job_json_counters (json_writer_t *self, const struct counters *counters);

#endif
