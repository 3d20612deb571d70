//  tasks.c: see tasks.h.
#include "client/gateway/broker/tasks.h"

#include "messages/job.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct task {
    task_fn *run;
    void *context;
    char name[OWNER_NAME_BYTES];
    struct task *following;
};

struct tasks {
    size_t most;
    _Atomic bool ending;
    int stop;    //  an eventfd
    pthread_mutex_t lock;
    pthread_cond_t added;
    struct task *first, *last;
    size_t waiting, threads, idle;
    pthread_t thread[TASKS_THREADS_MAX];
    struct task *running[TASKS_THREADS_MAX];    //  by thread; NULL: none
};

//  With the lock. How many threads that name has.
static size_t s_running (const tasks_t *self, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < self->threads; i++)
        count += self->running[i] && strcmp (self->running[i]->name, name) == 0;
    return count;
}

//  With the lock. The first whose name has not its half; NULL: none.
static struct task *s_take (tasks_t *self)
{
    struct task **at = &self->first, *before = NULL;
    while (*at && *(*at)->name && !self->ending && s_running (self, (*at)->name) >= (self->most + 1) / 2) {
        before = *at;
        at = &(*at)->following;
    }
    struct task *task = *at;
    if (task) {
        *at = task->following;
        self->last = self->last == task ? before : self->last;
        self->waiting--;
    }
    return task;
}

//  What a thread is given to begin with.
struct beginning {
    tasks_t *self;
    size_t which;
};

static void *s_run (void *argument)
{
    struct beginning beginning = *(struct beginning *) argument;
    tasks_t *self = beginning.self;
    free (argument);
    pthread_mutex_lock (&self->lock);
    for (;;) {
        struct task *task = s_take (self);
        if (!task && self->ending)
            break;
        if (!task) {
            self->idle++;
            pthread_cond_wait (&self->added, &self->lock);
            self->idle--;
            continue;
        }
        self->running[beginning.which] = task;
        bool stopping = self->ending;
        pthread_mutex_unlock (&self->lock);
        task->run (task->context, stopping);
        pthread_mutex_lock (&self->lock);
        self->running[beginning.which] = NULL;
        free (task);
        if (self->first)    //  of a name that had its half, it may be
            pthread_cond_signal (&self->added);
    }
    pthread_mutex_unlock (&self->lock);
    return NULL;
}

tasks_t *tasks_new (size_t threads, struct error *error)
{
    tasks_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    self->most = threads;
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->added, NULL);
    self->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->stop < 0) {
        error_set (error, DMH_INTERNAL, "the gateway's threads cannot be started: %s", strerror (errno));
        tasks_destroy (&self);
    }
    return self;
}

void tasks_end (tasks_t *self)
{
    uint64_t one = 1;
    pthread_mutex_lock (&self->lock);
    self->ending = true;
    pthread_cond_broadcast (&self->added);
    pthread_mutex_unlock (&self->lock);
    if (self->stop >= 0)
        (void) !write (self->stop, &one, sizeof one);
}

void tasks_join (tasks_t *self)
{
    tasks_end (self);    //  no thread is made from here on
    pthread_mutex_lock (&self->lock);
    size_t count = self->threads;
    self->threads = 0;
    pthread_mutex_unlock (&self->lock);
    for (size_t i = 0; i < count; i++)
        pthread_join (self->thread[i], NULL);
}

void tasks_destroy (tasks_t **self_p)
{
    tasks_t *self = *self_p;
    if (!self)
        return;
    tasks_join (self);
    if (self->stop >= 0)
        close (self->stop);
    pthread_cond_destroy (&self->added);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

//  With the lock. One more, where all are busy and there may be more. Whether there is any.
static bool s_has_thread (tasks_t *self)
{
    if (self->idle <= self->waiting && self->threads < self->most) {
        struct beginning *beginning = malloc (sizeof *beginning);
        if (beginning) {
            *beginning = (struct beginning){self, self->threads};
            if (pthread_create (&self->thread[self->threads], NULL, s_run, beginning) == 0)
                self->threads++;
            else
                free (beginning);
        }
    }
    return self->threads > 0;
}

int tasks_add (tasks_t *self, task_fn *run, void *context, const char *name, struct error *error)
{
    struct task *task = calloc (1, sizeof *task);
    if (!task)
        return error_set (error, DMH_INTERNAL, "out of memory");
    *task = (struct task){.run = run, .context = context};
    snprintf (task->name, sizeof task->name, "%s", name);
    pthread_mutex_lock (&self->lock);
    bool taken = !self->ending && self->waiting < TASKS_WAITING_MAX && s_has_thread (self);
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
    if (tasks_are_ending (self))
        return error_set (error, DMH_CANCELLED, "the gateway ends; try again later");
    return error_set (error, DMH_UNAVAILABLE, "too much waits for the gateway's threads; try again later");
}

int tasks_stop (const tasks_t *self)
{
    return self->stop;
}

bool tasks_are_ending (const tasks_t *self)
{
    return atomic_load (&self->ending);
}
