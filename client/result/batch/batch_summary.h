//  batch_summary.h: what is said of many inputs at the end, so that people see at once what went wrong.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_SUMMARY_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_SUMMARY_H

#include "client/result/outcome.h"

//  On standard error: how many files of folders were passed over, and with `verbose` which.
void batch_summary_passed (const struct input_list *inputs, bool verbose);

#endif
