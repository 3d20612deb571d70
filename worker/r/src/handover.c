//  handover.c: see handover.h.
#define _GNU_SOURCE
#include "worker/r/src/handover.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

void handed_clear (struct handed *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free (self->tables[i].folder);
        free (self->tables[i].source);
    }
    free (self->tables);
    free (self->out);
    *self = (struct handed){.count = 0};
}

int handover_open (struct handover *self, struct error *error)
{
    *self = (struct handover){.lock = PTHREAD_MUTEX_INITIALIZER, .r = pthread_self ()};
    self->to_r = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->from_r = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->to_r >= 0 && self->from_r >= 0)
        return DMH_OK;
    int why = errno;
    handover_close (self);
    return error_set (error, DMH_INTERNAL, "the worker cannot start: %s", strerror (why));
}

void handover_close (struct handover *self)
{
    if (self->to_r >= 0)
        close (self->to_r);
    if (self->from_r >= 0)
        close (self->from_r);
    handed_clear (&self->handed);
    self->to_r = self->from_r = -1;
}

static void s_drain (int fd)
{
    eventfd_t ignored;
    eventfd_read (fd, &ignored);
}

//  Gives it when R is free, which it may not be where an earlier attempt was given up. true: it was given.
static bool s_give (struct handover *self, struct handed *handed)
{
    pthread_mutex_lock (&self->lock);
    bool given = self->state == HANDOVER_FREE;
    if (given) {
        self->handed = *handed;
        *handed = (struct handed){.count = 0};
        self->state = HANDOVER_GIVEN;
        eventfd_write (self->to_r, 1);
    }
    pthread_mutex_unlock (&self->lock);
    return given;
}

//  true: R has answered, and is free.
static bool s_take_answer (struct handover *self, struct handed_answer *answer)
{
    pthread_mutex_lock (&self->lock);
    bool answered = self->state == HANDOVER_ANSWERED;
    if (answered) {
        *answer = self->answer;
        self->state = HANDOVER_FREE;
    }
    pthread_mutex_unlock (&self->lock);
    return answered;
}

//  The attempt is to end: what R has not begun it will not, what it is at is interrupted.
static void s_stop (struct handover *self)
{
    struct handed_answer ignored;
    int64_t until = clock_mono_ms () + HANDOVER_STOP_MS;
    pthread_mutex_lock (&self->lock);
    if (self->state == HANDOVER_GIVEN) {
        handed_clear (&self->handed);
        self->state = HANDOVER_FREE;
    } else if (self->state == HANDOVER_TAKEN) {
        self->interrupted = true;
        pthread_kill (self->r, SIGINT);
    }
    bool waits = self->state != HANDOVER_FREE && self->state != HANDOVER_CLOSED;
    pthread_mutex_unlock (&self->lock);
    while (waits && !s_take_answer (self, &ignored)) {
        int64_t left = until - clock_mono_ms ();
        struct pollfd item = {.fd = self->from_r, .events = POLLIN};
        if (left <= 0)
            break;
        if (poll (&item, 1, left < HANDOVER_TICK_MS ? NARROW (int, left) : HANDOVER_TICK_MS) > 0)
            s_drain (self->from_r);
    }
    pthread_mutex_lock (&self->lock);
    if (self->state == HANDOVER_TAKEN)
        self->state = HANDOVER_ABANDONED;
    else if (self->state == HANDOVER_ANSWERED)
        self->state = HANDOVER_FREE;
    pthread_mutex_unlock (&self->lock);
}

static uint64_t s_moved (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    uint64_t moved = self->moved;
    pthread_mutex_unlock (&self->lock);
    return moved;
}

int handover_do (struct handover *self, struct handed *handed, const struct followed_task *task,
                 struct handed_answer *answer, struct error *error)
{
    bool given = false, goes_on = true;
    uint64_t moved = s_moved (self);
    while (goes_on) {
        if (!given)
            given = s_give (self, handed);
        if (given && s_take_answer (self, answer))
            return DMH_OK;
        zmq_pollitem_t items[] = {task->stop, {NULL, self->from_r, ZMQ_POLLIN, 0}};
        zmq_poll (items, 2, HANDOVER_TICK_MS);
        if (items[1].revents)
            s_drain (self->from_r);
        uint64_t now = s_moved (self);
        if (items[0].revents || now != moved)    //  else it does not get on, whatever R computes
            goes_on = task->goes_on (task->context, NULL);
        moved = now;
    }
    if (given)
        s_stop (self);
    return error_set (error, DMH_CANCELLED, "the job was cancelled while R computed");
}

static enum handover_news s_look (struct handover *self, struct handed *out)
{
    enum handover_news news = HANDOVER_NOTHING;
    pthread_mutex_lock (&self->lock);
    if (self->state == HANDOVER_GIVEN) {
        *out = self->handed;
        self->handed = (struct handed){.count = 0};
        self->state = HANDOVER_TAKEN;
        news = HANDOVER_JOB;
    } else if (self->closed)
        news = HANDOVER_END;
    pthread_mutex_unlock (&self->lock);
    return news;
}

enum handover_news handover_take (struct handover *self, int wait_ms, struct handed *out)
{
    struct pollfd item = {.fd = self->to_r, .events = POLLIN};
    enum handover_news news = s_look (self, out);
    if (news != HANDOVER_NOTHING || poll (&item, 1, wait_ms) <= 0)
        return news;
    s_drain (self->to_r);
    return s_look (self, out);
}

bool handover_answer (struct handover *self, const struct handed_answer *answer)
{
    pthread_mutex_lock (&self->lock);
    bool waited_for = self->state == HANDOVER_TAKEN;
    self->answer = *answer;
    self->state = waited_for ? HANDOVER_ANSWERED : HANDOVER_FREE;
    eventfd_write (self->from_r, 1);
    pthread_mutex_unlock (&self->lock);
    return waited_for;
}

void handover_give_up (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    if (self->state == HANDOVER_TAKEN || self->state == HANDOVER_ABANDONED)
        self->state = HANDOVER_CLOSED;
    pthread_mutex_unlock (&self->lock);
}

void handover_moved (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    self->moved++;
    eventfd_write (self->from_r, 1);
    pthread_mutex_unlock (&self->lock);
}

bool handover_was_interrupted (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    bool was = self->interrupted;
    self->interrupted = false;
    pthread_mutex_unlock (&self->lock);
    return was;
}

void handover_end (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    self->closed = true;
    eventfd_write (self->to_r, 1);
    pthread_mutex_unlock (&self->lock);
}

bool handover_is_busy (struct handover *self)
{
    pthread_mutex_lock (&self->lock);
    bool busy = self->state == HANDOVER_TAKEN || self->state == HANDOVER_ABANDONED;
    pthread_mutex_unlock (&self->lock);
    return busy;
}
