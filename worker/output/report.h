//  report.h: report.json of a finished job: all that is known of it after the last record.
#ifndef DMH_WORKER_OUTPUT_REPORT_H
#define DMH_WORKER_OUTPUT_REPORT_H

#include "worker/encoders/layout.h"
#include "worker/output/output_file.h"
#include "worker/output/path_counts.h"
#include "worker/output/skipped.h"
#include "worker/output/tally.h"

//  What report.json says, and datapackage.json; everything is borrowed.
struct report {
    const char *job, *correlation;
    uint64_t attempt;
    const struct input *input;    //  name
    //  Of a joined table: writes its inputs, instead of what input and dialect say; NULL: there is one.
    void (*write_inputs) (const void *inputs, json_writer_t *doc);
    const void *inputs;
    const struct options *options;
    const struct dialect *dialect;
    const struct layout *layout;    //  encoder, plan
    const struct tally *tally;      //  of the whole input
    const struct counts *counts;
    const struct skipped *skipped;
    const struct path_counts *left_over;
    uint64_t input_bytes;
    const char *input_sha256;
    bool unsynced;             //  see output_leave_unsynced
    uint64_t warned_listed;    //  of a column's warnings by a rule, those that the audit lists one by one
    const struct output *outputs;    //  records, rejects, audit, in this order
    size_t output_count;
    int64_t started_at, finished_at;    //  wall ms
    int64_t wall_ms;                    //  by the monotonic clock
    const struct error *refusal;        //  why the result is not good enough; NULL or DMH_OK: it is
};

//  dmh-report/1. DMH_OK, or DMH_INTERNAL; the file's failure comes on output_finish.
int report_write (const struct report *report, output_file_t *file, struct error *error);

//  A document of a result: the file `name` in `folder`, as write_it writes it. DMH_OK, DMH_IO, DMH_INTERNAL.
int report_document (const struct report *report, const char *folder, const char *name,
                     int (*write_it) (const struct report *, output_file_t *, struct error *),
                     struct output *out, struct error *error);

#endif
