//  result.h: a file of a job's result for a call: the broker is asked for the job, then a task opens the
//  file.
#ifndef DMH_CLIENT_GATEWAY_JOBS_RESULT_H
#define DMH_CLIENT_GATEWAY_JOBS_RESULT_H

#include "client/gateway/http/call.h"

//  With the job that has a result; it sets the answer. In the exchange's thread.
typedef void result_record_fn (struct call *call, const struct job_record *record);
void result_ask (struct call *call, const char *name, result_record_fn *take);

struct result_reader {
    //  Before the file is opened; true: the answer is set. In the exchange's thread.
    bool (*answer_now) (struct call *call, const struct output *output);
    //  Sets the answer; the descriptor is its own, to be read by pread. In a task.
    void (*opened) (struct call *call, const struct output *output, int fd);
};

//  In `opened`: room in the spool for n bytes, for as long as the answer is on its way; once a call. DMH_OK,
//  DMH_UNAVAILABLE.
int result_hold (struct call *call, uint64_t n, struct error *error);

//  `name`: the output's; NULL: that of the records. `kind`: of a job that joins, whose tables lie in a folder
//  each; NULL: the only one that there is. Both borrowed as long as the call is there. The call's `work` is
//  taken. Its answer is 404 where the job, or such a file of it, is not there, 409 where it has no result,
//  and 400 where it has tables of several kinds and none is named.
void result_open (struct call *call, const char *kind, const char *name, const struct result_reader *reader);

#endif
