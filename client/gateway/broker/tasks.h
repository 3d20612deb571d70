//  tasks.h: threads for what has to wait or to compute, so that neither the threads of HTTP nor the one of
//  the exchange ever do. Each pool is for one kind of task. A task is called once, in the order of asking,
//  but that those of one name never have more than half of the threads. Any thread may ask.
#ifndef DMH_CLIENT_GATEWAY_BROKER_TASKS_H
#define DMH_CLIENT_GATEWAY_BROKER_TASKS_H

#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { TASKS_THREADS_MAX = 64, TASKS_WAITING_MAX = 512 };

typedef struct tasks tasks_t;

//  Of at most `threads` threads (1 to TASKS_THREADS_MAX), each of which begins when there is something for
//  it. NULL with `error` set: DMH_INTERNAL.
tasks_t *tasks_new (size_t threads, struct error *error);
//  It ends: what is asked later is refused, what runs is told so by the two below, and what has not begun is
//  called all the same, with `stopping`. Waits for nothing.
void tasks_end (tasks_t *self);
//  tasks_end, and waits for the threads.
void tasks_join (tasks_t *self);
//  tasks_join, and nobody asks any more. Takes NULL.
void tasks_destroy (tasks_t **self_p);

//  `stopping`: there is no time for it, it has only to clean up.
typedef void task_fn (void *context, bool stopping);

//  For somebody of that name (empty: for nobody in particular; it is copied). DMH_OK; DMH_UNAVAILABLE:
//  TASKS_WAITING_MAX others wait, or there is no thread; DMH_CANCELLED: it ends.
int tasks_add (tasks_t *self, task_fn *task, void *context, const char *name, struct error *error);

//  For tasks: a descriptor that becomes readable when the pool ends, and whether it does.
int tasks_stop (const tasks_t *self);
bool tasks_are_ending (const tasks_t *self);

#endif
