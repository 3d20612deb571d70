//  joined_tables.h: --join: one table a kind over the results of a batch, beside them in DIR/joined/KIND.
#ifndef DMH_CLIENT_RESULT_BATCH_JOINED_TABLES_H
#define DMH_CLIENT_RESULT_BATCH_JOINED_TABLES_H

#include "client/arguments/arguments.h"
#include "client/result/batch/batch_results.h"
#include "client/result/download.h"

struct joined_tables {
    struct outcome *outcomes;    //  one a table, as if it were a job's
    size_t count;
};

//  Joins the results of `outcomes`, in their order; those without one are left out and named in the report. A
//  table that --fail-on fails lies in KIND.failed. None where no input has a result. `interrupt` readable:
//  the user wants to stop. DMH_OK, or why there are none: DMH_CANCELLED, DMH_CONFLICT, DMH_UNSUPPORTED,
//  DMH_BAD_INPUT, DMH_IO, DMH_MALFORMED, DMH_TOO_LARGE, DMH_INTERNAL. joined_tables_clear it in any case.
int joined_tables_make (struct joined_tables *self, const struct outcome *outcomes, size_t count,
                        const struct arguments *arguments, int interrupt, struct error *error);

//  The tables of a job that joined them at a broker come to joined/KIND in the folder of `results`; where
//  another job's stands there, and is not to be replaced, to joined.JOB/KIND. As download_result.
int joined_tables_bring (struct joined_tables *self, struct file_transfer *transfer,
                         const struct arguments *arguments, const struct batch_results *results,
                         const struct job_record *record, struct error *error);
void joined_tables_clear (struct joined_tables *self);

//  Says what they are, as of the inputs, whose exit code is `status`. Returns that of all.
int joined_tables_tell (const struct joined_tables *self, const struct arguments *arguments, int status);

#endif
