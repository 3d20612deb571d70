//  metrics.h: what broker, worker and gateway count of themselves, a row of a fixed table each (metrics.c),
//  and the text that Prometheus reads of it; beside it what every program says of its process. Adding is one
//  relaxed atomic addition, of any thread; nothing is allocated. Labels are of the table: never a name, an id
//  or a value out of a record.
#ifndef DMH_MESSAGES_BASE_METRICS_H
#define DMH_MESSAGES_BASE_METRICS_H

#include <stdint.h>
#include <stdio.h>

enum metric {
    METRIC_JOBS_SUBMITTED,
    METRIC_JOBS_RETRIED,
    METRIC_JOBS_STARTED,
    METRIC_JOBS_ENDED,    //  by enum metric_end
    METRIC_JOBS_QUEUED_AGAIN,
    METRIC_SUBMIT_SECONDS,
    METRIC_STORE_COMMIT_SECONDS,
    METRIC_STORE_ERRORS,
    METRIC_JOBS,             //  by enum metric_job
    METRIC_OLDEST_QUEUED,    //  wall seconds; 0: none is queued
    METRIC_WORKERS,
    METRIC_WORKERS_LOST,
    METRIC_SLOTS,    //  by enum metric_slot
    METRIC_KEPT_BYTES,
    METRIC_DISK_FREE,
    METRIC_TRANSFER_BYTES,     //  by enum metric_transfer
    METRIC_TRANSFERS,          //  by enum metric_transfer
    METRIC_TRANSFER_ERRORS,    //  by enum metric_transfer
    METRIC_FEED_OVERFLOWS,
    METRIC_WORKER_ATTEMPTS,    //  by enum metric_end
    METRIC_WORKER_READ,
    METRIC_WORKER_RECORDS,    //  by enum metric_record
    METRIC_WORKER_BYTES,
    METRIC_WORKER_ATTEMPT_SECONDS,
    METRIC_WORKER_ATTEMPT_BYTES,
    METRIC_WORKER_SLOTS,        //  by enum metric_slot
    METRIC_WORKER_BUSY,         //  by enum metric_stage
    METRIC_WORKER_WAITING,      //  by enum metric_stage
    METRIC_WORKER_DISK_FREE,    //  see metrics_disk
    METRIC_GATEWAY_REQUESTS,    //  by the first digit of their status, from 2 on
    METRIC_GATEWAY_SECONDS,
    METRIC_GATEWAY_SUBMIT_SECONDS,
    METRIC_GATEWAY_UPLOAD_BYTES,
    METRIC_GATEWAY_UPLOADS,
    METRIC_GATEWAY_UPLOAD_ERRORS,
    METRIC_GATEWAY_STREAMS,
    METRIC_GATEWAY_EVENTS,    //  by enum metric_event
    METRIC_GATEWAY_SPOOL_BYTES,
    METRIC_GATEWAY_DISK_FREE,    //  see metrics_disk
    METRIC_COUNT
};

enum metric_job {
    METRIC_JOB_QUEUED,
    METRIC_JOB_RUNNING,
    METRIC_JOB_DONE,
    METRIC_JOB_FAILED,
    METRIC_JOB_CANCELLED
};
enum metric_slot { METRIC_SLOT_BUSY, METRIC_SLOT_FREE };
enum metric_transfer { METRIC_TRANSFER_IN, METRIC_TRANSFER_OUT };
enum metric_end { METRIC_END_DONE, METRIC_END_FAILED, METRIC_END_CANCELLED };
enum metric_record {
    METRIC_RECORD_WRITTEN,
    METRIC_RECORD_DUPLICATE,
    METRIC_RECORD_CONFLICT,
    METRIC_RECORD_REJECTED
};
enum metric_stage { METRIC_STAGE_READ, METRIC_STAGE_HARMONIZE, METRIC_STAGE_WRITE };
enum metric_event { METRIC_EVENT_SENT, METRIC_EVENT_REPLACED, METRIC_EVENT_DROPPED };

//  More of a counter; `label`: the place of its value in the table, 0 where it has none. Of one in seconds
//  microseconds.
void metrics_add (enum metric metric, unsigned label, uint64_t n);
//  What a gauge stands at; what it has moved by.
void metrics_set (enum metric metric, unsigned label, uint64_t value);
void metrics_move (enum metric metric, unsigned label, int by);
//  One measurement of a histogram: microseconds, or bytes.
void metrics_observe (enum metric metric, uint64_t value);
//  From now on that gauge stands at what the disk of `path` has left whenever it is read. Borrowed for good;
//  NULL: not any more.
void metrics_disk (enum metric metric, const char *path);

enum metrics_format { METRICS_PROMETHEUS, METRICS_OPENMETRICS };

//  Everything of the component ("broker", "worker", "gateway") as text exposition 0.0.4 or OpenMetrics 1.0,
//  with the `version` of the program, and what its process is (memory, CPU, descriptors). Reads while others
//  add.
void metrics_write (const char *component, const char *version, enum metrics_format format, FILE *to);

//  Back to nothing, for tests.
void metrics_reset (void);

#endif
