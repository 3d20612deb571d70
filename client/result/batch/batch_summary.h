//  batch_summary.h: what is said of many inputs at the end, so that people see at once what went wrong.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_SUMMARY_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_SUMMARY_H

#include "client/arguments/arguments.h"
#include "client/result/outcome.h"

//  Rows for so many inputs at most, unless --verbose wants more.
enum { SUMMARY_ROWS_MOST = 40 };

struct batch_summary {
    const struct outcome *outcomes;    //  [count]
    size_t count;
    const struct input_list *inputs;
    int64_t elapsed_ms;    //  since the command began
    bool verbose, quiet, json;
};

//  Of these outcomes, by the options of the command that began then (mono ms). Borrows all of it.
struct batch_summary batch_summary_of (const struct arguments *arguments, const struct input_list *inputs,
                                       const struct outcome *outcomes, size_t count, int64_t began_at);

//  Says what became of them: on standard output the rows, the sum of all and what was found by rule, and on
//  standard error what should be looked at, why some failed last of all. With `json` nothing on standard
//  output, with `quiet` nothing but failures and warnings of the whole.
void batch_summary_say (const struct batch_summary *self);

#endif
