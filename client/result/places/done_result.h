//  done_result.h: whether the result of an input is there already, as the same work would make it again.
#ifndef DMH_CLIENT_RESULT_PLACES_DONE_RESULT_H
#define DMH_CLIENT_RESULT_PLACES_DONE_RESULT_H

#include "messages/job.h"

//  What the work is, apart from its input.
struct done_work {
    char options[HEX_BYTES];               //  options_digest
    char tables[TABLES_MAX][HEX_BYTES];    //  of the mapping's joins, in their order
    size_t table_count;
    bool is_signed;    //  it would have a signature
};

//  Of jobs with these options. DMH_OK; DMH_INTERNAL; DMH_BAD_INPUT, DMH_IO where a table cannot be read.
int done_work_read (struct done_work *self, const struct options *options, bool is_signed,
                    struct error *error);

//  Whether the result in `folder` (absolute) is of the input's very bytes, of that work, of this version of
//  the software, and has all its files in their size; a job's that failed is not. Fills kind, counts and job
//  of *out then, and *sha256 of the input. The input is read where the rest fits.
bool done_result_is (const char *folder, const struct input *input, const struct done_work *work,
                     struct job_record *out, char sha256[HEX_BYTES]);

//  Whether the result in `folder` (absolute) is the very one that `record` tells of, and has all its files in
//  their size.
bool done_result_is_fetched (const char *folder, const struct job_record *record);

//  Whether the result in `folder` (absolute) says of another job what the one that `record` tells of says:
//  all its files but the report, which names the job, have the same bytes.
bool done_result_is_alike (const char *folder, const struct job_record *record);

#endif
