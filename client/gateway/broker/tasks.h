//  tasks.h: a few threads for what has to wait for a disk or for the broker's files service, so that neither
//  the threads of HTTP nor the one of the exchange ever do. A task is called once, in the order of asking.
#ifndef DMH_CLIENT_GATEWAY_BROKER_TASKS_H
#define DMH_CLIENT_GATEWAY_BROKER_TASKS_H

#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { TASKS_THREADS = 8, TASKS_WAITING_MAX = 512 };

typedef struct tasks tasks_t;

//  NULL with `error` set: DMH_INTERNAL.
tasks_t *tasks_new (struct error *error);
//  What has not begun is called all the same, with `stopping`; then the threads are waited for. What is asked
//  later is refused.
void tasks_close (tasks_t *self);
void tasks_destroy (tasks_t **self_p);    //  takes NULL

//  `stopping`: there is no time for it, it has only to clean up.
typedef void task_fn (void *context, bool stopping);

//  DMH_OK, or DMH_UNAVAILABLE: TASKS_WAITING_MAX others wait, or it is closed. Any thread.
int tasks_add (tasks_t *self, task_fn *task, void *context, struct error *error);

//  A descriptor that becomes readable when tasks_close is called, for who waits inside a task.
int tasks_stop (const tasks_t *self);

#endif
