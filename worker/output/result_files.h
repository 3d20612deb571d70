//  result_files.h: the files of a result that grow with its records: the records, the letters of sequences
//  beside them, what was set aside, the audit. One thread.
#ifndef DMH_WORKER_OUTPUT_RESULT_FILES_H
#define DMH_WORKER_OUTPUT_RESULT_FILES_H

#include "worker/output/audit.h"
#include "worker/output/records/records.h"
#include "worker/output/sequences/sequence_file.h"
#include "worker/output/variants/variant_file.h"

enum { RESULT_FILES_MAX = 3 + SEQUENCE_FILES + VARIANT_FILES };

struct result_files {
    records_t *records;
    sequence_file_t *letters;    //  NULL: the records have none
    variant_file_t *variants;    //  in place of the records; NULL: the encoder has none
    output_file_t *rejects;
    audit_t *audit;
};

//  Creates them in `folder`, for records of an input as `dialect` sees it. All is borrowed. DMH_OK, or what
//  `error` says; close in any case.
int result_files_open (struct result_files *self, const char *folder, const struct layout *layout,
                       const struct dialect *dialect, struct output_budget *budget,
                       const struct variant_limits *limits, struct error *error);
void result_files_close (struct result_files *self);

void result_files_leave_unsynced (struct result_files *self, bool unsynced);

//  Takes rows of records, `n` bytes of whole ones as the encoder writes them.
void result_files_rows (struct result_files *self, const char *rows, size_t n);

//  Empties them for another pass, of an input as it is seen now.
int result_files_restart (struct result_files *self, const struct dialect *dialect, struct error *error);

//  DMH_OK, or the first failure of one.
int result_files_check (const struct result_files *self, struct error *error);

//  Completes and closes them; outputs [RESULT_FILES_MAX] receives *count.
int result_files_finish (struct result_files *self, const struct counts *counts, struct output *outputs,
                         size_t *count, struct error *error);

#endif
