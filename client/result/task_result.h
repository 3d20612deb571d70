//  task_result.h: the result of a job that made something of the results of others: it is brought to a place
//  of its task's name, beside them.
#ifndef DMH_CLIENT_RESULT_TASK_RESULT_H
#define DMH_CLIENT_RESULT_TASK_RESULT_H

#include "client/arguments/arguments.h"
#include "client/result/batch/batch_results.h"
#include "client/result/download.h"

//  To TASK in the folder of `results`, where outcome->place is TASK; where another job's stands there, and is
//  not to be replaced, to TASK.JOB. outcome->folder says where it is. As download_result.
int task_result_bring (struct file_transfer *transfer, const struct arguments *arguments,
                       const struct batch_results *results, struct outcome *outcome);

#endif
