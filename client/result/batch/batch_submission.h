//  batch_submission.h: sends the inputs that can be used to a broker: several, or those that have a name
//  together, as one batch.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_SUBMISSION_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_SUBMISSION_H

#include "client/result/outcome.h"

struct batch_submission {
    const char *name;    //  of the batch; NULL or empty: it has none
    bool join;           //  the outcome behind the last one is of a job that joins their results
    const char *then;    //  the one behind that, of a job that does this task with them; NULL: there is none
    bool reference_individuals;    //  an option of that
    char batch[ID_BYTES];          //  its id, once it is known; empty: there is none
    size_t submitted;              //  jobs that the broker has taken,
    size_t known;                  //  and of them those that it had already
};

//  In as few SUBMITs as they fit in. A batch with a name is the same one when it is submitted again: the same
//  inputs (path, size, time of change) with the same options under the same name; its jobs are answered, and
//  what was missing of it is added. outcomes[i].record.job, batch and correlation are set. DMH_OK, or as
//  connection_submit; jobs accepted before a failure keep their ids.
int batch_submission_send (struct batch_submission *self, struct outcome *outcomes, size_t count,
                           const struct options *options, connection_t *connection, struct error *error);

#endif
