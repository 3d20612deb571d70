//  open_jobs.h: whether who asks may open further jobs: the broker knows how many of that name's have not
//  ended, whichever gateway they came by.
#ifndef DMH_CLIENT_GATEWAY_JOBS_OPEN_JOBS_H
#define DMH_CLIENT_GATEWAY_JOBS_OPEN_JOBS_H

#include "client/gateway/http/call.h"

#include <stdint.h>

//  Calls `next` where `count` further jobs are allowed, at once where they always are, else in the exchange's
//  thread; otherwise it answers (429, or 413 where so many never are) and finishes the call.
void open_jobs_check (struct call *call, uint64_t count, call_fn *next);

#endif
