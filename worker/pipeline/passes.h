//  passes.h: as many passes of an attempt as its input takes, until one assumes what it then shows.
#ifndef DMH_WORKER_PIPELINE_PASSES_H
#define DMH_WORKER_PIPELINE_PASSES_H

#include "worker/pipeline/attempt.h"

//  By `driver`. A pass that was cut short is never the last one, whatever the blocks under way have shown
//  since. DMH_OK: the attempt is to be finished.
int passes_run (struct attempt *attempt, const struct followed_task *driver, struct error *error);

#endif
