//  worker_line.h: the command line of a worker that is launched. It names its key's file and never a key.
#ifndef DMH_CLIENT_LAUNCH_WORKER_LINE_H
#define DMH_CLIENT_LAUNCH_WORKER_LINE_H

#include "client/launch/engine.h"

enum { WORKER_LINE_WORDS = 24, WORKER_LINE_BYTES = 16384, WORKER_LINE_DRAIN_SECONDS = 25 };

struct worker_line {
    char *words[WORKER_LINE_WORDS];    //  ended by NULL; they point into `text`
    size_t count;
    char text[WORKER_LINE_BYTES];
    size_t used;
};

//  `program` is words [0]; `key`: the file of its pair there, NULL without keys. At SIGTERM it has
//  WORKER_LINE_DRAIN_SECONDS for what it runs. DMH_OK or DMH_TOO_LARGE.
int worker_line_make (struct worker_line *self, const struct launch_plan *plan, const char *program,
                      const char *name, const char *key, struct error *error);

#endif
