//  progress_line.h: what is said of running jobs, a line each. Pure.
#ifndef DMH_CLIENT_TERMINAL_PROGRESS_LINE_H
#define DMH_CLIENT_TERMINAL_PROGRESS_LINE_H

#include "messages/event.h"

enum { PROGRESS_LINE_BYTES = 1024 };

//  One running job in at most `width` columns (20 … 400; others are brought into that range): name, bar,
//  percent, records/s, time left. Pure. What must not be shown is escaped.
//  Terminated; returns out.
char *progress_bar (const struct event *event, size_t width, char out[PROGRESS_LINE_BYTES]);

//  One job at a change of its state, as a sentence without a line end. Pure; returns out.
char *progress_sentence (const struct event *event, char out[PROGRESS_LINE_BYTES]);

//  All of a batch at one moment.
struct progress_total {
    size_t files, ended, failed;
    bool sending;                        //  there are no jobs yet: `ended` were sent
    uint64_t bytes_done, bytes_total;    //  of files; 0: not known
    double records_per_second;
    int64_t eta_ms;    //  -1: not known
};

//  The same in at most `width` columns (20 … 400; others are brought into that range): files, failures, bar,
//  percent, records/s, time left; what does not fit is left out. Pure; returns out.
char *progress_batch (const struct progress_total *total, size_t width, char out[PROGRESS_LINE_BYTES]);

#endif
