//  audit.h: audit.ndjson: what happened to which record and why, one JSON object a line, each with `seq` and
//  `prev`, the SHA-256 of the line before (without its line end; 64 zeros for the first), so that a changed
//  or missing line shows. Holds values: it is written 0600 and never logged. One thread.
#ifndef DMH_WORKER_OUTPUT_AUDIT_H
#define DMH_WORKER_OUTPUT_AUDIT_H

#include "worker/output/output_file.h"
#include "worker/output/tally.h"

typedef struct audit audit_t;

//  Takes `file` over (destroyed with the audit). NULL when out of memory; the file is destroyed then too.
audit_t *audit_new (output_file_t **file_p);
void audit_destroy (audit_t **self_p);

//  Where a record stands: its number from 1, its line from 1.
struct record_position {
    uint64_t record, line;
};

//  That a record repeats the `first`.
void audit_duplicate (audit_t *self, struct record_position at, uint64_t first);
//  That it is in conflict with the record `stands`; `row`: as it would have been written, without its line
//  end, so that what is joined later can still be compared with it; n = 0: not known.
void audit_conflict (audit_t *self, struct record_position at, uint64_t stands, struct text row);
void audit_reject (audit_t *self, struct record_position at, enum rule rule,
                   const char *field);    //  field NULL: the record
//  A warning, or with --audit full a change; `to` n = 0 where the value was emptied.
void audit_value (audit_t *self, struct record_position at, enum rule rule, const char *field,
                  struct text raw, struct text to);
//  About a whole column: a standardization's count, or a warning such as date.order_assumed. `field` NULL:
//  the header.
void audit_count (audit_t *self, enum rule rule, const char *field, uint64_t count, uint64_t first_line);
//  About a line above the records.
void audit_header (audit_t *self, enum rule rule, uint64_t line, struct text raw);
//  What was assumed of a column, with its first values.
void audit_assumption (audit_t *self, enum rule rule, const char *field, struct mark mark,
                       const struct first_values *first);
//  Of a joined table: the lines about records that follow say which record of which file it is. `file` is
//  borrowed.
void audit_source (audit_t *self, const char *file, uint64_t record);
//  The last line, with the counts.
void audit_end (audit_t *self, const struct counts *counts);

output_file_t *audit_file (audit_t *self);    //  borrowed
uint64_t audit_lines (const audit_t *self);
int audit_restart (audit_t *self, struct error *error);

#endif
