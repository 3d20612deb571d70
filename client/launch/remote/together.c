//  together.c: see together.h.
#include "client/launch/remote/together.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

struct round {
    int (*one) (void *context, size_t i, struct error *error);
    void *context;
    size_t count, next;
    size_t failed;    //  the first in order; count: none has
    struct error error;
    pthread_mutex_t lock;
};

//  The next; false: there is none.
static bool s_take (struct round *self, size_t *i)
{
    pthread_mutex_lock (&self->lock);
    bool more = self->next < self->count && self->failed == self->count;
    *i = more ? self->next++ : 0;
    pthread_mutex_unlock (&self->lock);
    return more;
}

static void *s_work (void *context)
{
    struct round *self = context;
    struct error error;
    for (size_t i; s_take (self, &i);) {
        error = (struct error){.code = DMH_OK};
        if (self->one (self->context, i, &error) == DMH_OK)
            continue;
        pthread_mutex_lock (&self->lock);
        if (i < self->failed) {
            self->failed = i;
            self->error = error;
        }
        pthread_mutex_unlock (&self->lock);
    }
    return NULL;
}

//  Signals are the caller's, who waits here.
static size_t s_start (struct round *self, pthread_t threads[TOGETHER_WIDTH])
{
    sigset_t all, before;
    size_t started = 0;
    sigfillset (&all);
    pthread_sigmask (SIG_BLOCK, &all, &before);
    while (started < TOGETHER_WIDTH && started < self->count &&
           pthread_create (&threads[started], NULL, s_work, self) == 0)
        started++;
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    return started;
}

int together_run (size_t count, int (*one) (void *context, size_t i, struct error *error), void *context,
                  struct error *error)
{
    struct round self = {.one = one, .context = context, .count = count, .failed = count};
    pthread_t threads[TOGETHER_WIDTH];
    if (pthread_mutex_init (&self.lock, NULL) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    size_t started = s_start (&self, threads);
    for (size_t i = 0; i < started; i++)
        pthread_join (threads[i], NULL);
    pthread_mutex_destroy (&self.lock);
    if (count && !started)
        return error_set (error, DMH_INTERNAL, "no thread can be started");
    return self.failed == count ? DMH_OK : error_set (error, self.error.code, "%s", self.error.text);
}
