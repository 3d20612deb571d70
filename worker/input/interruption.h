//  interruption.h: whether the reading of a file is to end before the file does.
#ifndef DMH_WORKER_INPUT_INTERRUPTION_H
#define DMH_WORKER_INPUT_INTERRUPTION_H

#include <stdbool.h>

//  Asked at each piece of the file, in the thread that reads. {NULL}: never.
struct interruption {
    bool (*stops) (void *context);
    void *context;
};

#endif
