//  time_point.h: a time as people say it on a command line: 2024-05-31, 2024-05-31T18:00 (of this host, or
//  with Z or an offset), or how long ago: 90m, 24h, 7d, 2w.
#ifndef DMH_CLIENT_ARGUMENTS_TIME_POINT_H
#define DMH_CLIENT_ARGUMENTS_TIME_POINT_H

#include <stdint.h>

#include "messages/base/error.h"

//  `now`: wall ms. *out: wall ms, at least 1. DMH_OK; DMH_USAGE with a sentence that names --`option`.
int time_point_read (const char *option, const char *text, int64_t now, int64_t *out, struct error *error);

#endif
