//  asked_queue.c: see asked_queue.h.
#include "client/gateway/broker/asked_queue.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct asked_queue {
    pthread_mutex_t lock;
    struct asked *first, *last;
    size_t count;    //  of all that are under way
    bool closed;
    int word;    //  an eventfd
};

void asked_destroy (struct asked **self_p)
{
    if (!*self_p)
        return;
    zmsg_destroy (&(*self_p)->frames);
    free (*self_p);
    *self_p = NULL;
}

asked_queue_t *asked_queue_new (void)
{
    asked_queue_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    pthread_mutex_init (&self->lock, NULL);
    self->word = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->word < 0)
        asked_queue_destroy (&self);
    return self;
}

void asked_queue_destroy (asked_queue_t **self_p)
{
    asked_queue_t *self = *self_p;
    if (!self)
        return;
    if (self->word >= 0)
        close (self->word);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

int asked_queue_word (const asked_queue_t *self)
{
    return self->word;
}

void asked_queue_wake (const asked_queue_t *self)
{
    uint64_t one = 1;
    (void) !write (self->word, &one, sizeof one);
}

bool asked_queue_put (asked_queue_t *self, struct asked *asked)
{
    pthread_mutex_lock (&self->lock);
    bool taken = !self->closed && self->count < EXCHANGE_ASKED_MAX;
    if (taken) {
        if (self->last)
            self->last->following = asked;
        else
            self->first = asked;
        self->last = asked;
        self->count++;
    }
    pthread_mutex_unlock (&self->lock);
    if (taken)
        asked_queue_wake (self);
    return taken;
}

struct asked *asked_queue_take (asked_queue_t *self)
{
    uint64_t times;
    (void) !read (self->word, &times, sizeof times);
    pthread_mutex_lock (&self->lock);
    struct asked *first = self->first;
    self->first = self->last = NULL;
    pthread_mutex_unlock (&self->lock);
    return first;
}

void asked_queue_end (asked_queue_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->count--;
    pthread_mutex_unlock (&self->lock);
}

void asked_queue_close (asked_queue_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->closed = true;
    pthread_mutex_unlock (&self->lock);
}
