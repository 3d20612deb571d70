//  tasks.c: see tasks.h.
#include "client/gateway/broker/tasks.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct task {
    task_fn *run;
    void *context;
    struct task *following;
};

struct tasks {
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct task *first, *last;
    size_t waiting, threads;
    bool closed;
    int stop;    //  an eventfd
    pthread_t thread[TASKS_THREADS];
};

static void *s_run (void *argument)
{
    tasks_t *self = argument;
    for (;;) {
        pthread_mutex_lock (&self->lock);
        while (!self->first && !self->closed)
            pthread_cond_wait (&self->added, &self->lock);
        struct task *task = self->first;
        bool stopping = self->closed;
        if (task) {
            self->first = task->following;
            self->last = self->first ? self->last : NULL;
            self->waiting--;
        }
        pthread_mutex_unlock (&self->lock);
        if (!task)
            return NULL;
        task->run (task->context, stopping);
        free (task);
    }
}

tasks_t *tasks_new (struct error *error)
{
    tasks_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->added, NULL);
    int rc = (self->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0 ? errno : 0;
    while (rc == 0 && self->threads < TASKS_THREADS) {
        rc = pthread_create (&self->thread[self->threads], NULL, s_run, self);
        self->threads += rc == 0;
    }
    if (rc != 0) {
        error_set (error, DMH_INTERNAL, "the gateway's threads cannot be started: %s", strerror (rc));
        tasks_destroy (&self);
    }
    return self;
}

void tasks_close (tasks_t *self)
{
    uint64_t one = 1;
    pthread_mutex_lock (&self->lock);
    self->closed = true;
    pthread_cond_broadcast (&self->added);
    pthread_mutex_unlock (&self->lock);
    if (self->stop >= 0)
        (void) !write (self->stop, &one, sizeof one);
    for (; self->threads; self->threads--)
        pthread_join (self->thread[self->threads - 1], NULL);
}

void tasks_destroy (tasks_t **self_p)
{
    tasks_t *self = *self_p;
    if (!self)
        return;
    tasks_close (self);
    if (self->stop >= 0)
        close (self->stop);
    pthread_cond_destroy (&self->added);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

int tasks_add (tasks_t *self, task_fn *run, void *context, struct error *error)
{
    struct task *task = malloc (sizeof *task);
    if (!task)
        return error_set (error, DMH_INTERNAL, "out of memory");
    *task = (struct task){run, context, NULL};
    pthread_mutex_lock (&self->lock);
    bool taken = !self->closed && self->waiting < TASKS_WAITING_MAX;
    if (taken) {
        if (self->last)
            self->last->following = task;
        else
            self->first = task;
        self->last = task;
        self->waiting++;
        pthread_cond_signal (&self->added);
    }
    pthread_mutex_unlock (&self->lock);
    if (taken)    //  the list has it
        // cppcheck-suppress memleak
        return DMH_OK;
    free (task);
    return error_set (error, DMH_UNAVAILABLE, "too much waits for the broker's files; try again later");
}

int tasks_stop (const tasks_t *self)
{
    return self->stop;
}
