//  together.h: the same done for many hosts, some at a time: each is waited for, and most of that is the
//  network.
#ifndef DMH_CLIENT_LAUNCH_REMOTE_TOGETHER_H
#define DMH_CLIENT_LAUNCH_REMOTE_TOGETHER_H

#include <stddef.h>

#include "messages/base/error.h"

enum { TOGETHER_WIDTH = 8 };

//  Calls one (context, i, …) for each i below `count`, at most TOGETHER_WIDTH at once, each in a thread; none
//  more begins when one has failed. Returns when all have ended: DMH_OK, or of those that failed the first in
//  order, with its sentence; DMH_INTERNAL.
int together_run (size_t count, int (*one) (void *context, size_t i, struct error *error), void *context,
                  struct error *error);

#endif
