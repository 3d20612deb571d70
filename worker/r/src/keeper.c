//  keeper.c: see keeper.h.
#define _GNU_SOURCE
#include "worker/r/src/keeper.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/sockets/actor.h"
#include "messages/sockets/limits.h"
#include "worker/session/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LEAVE_MS = 2000, LOOK_MS = 50 };

static volatile sig_atomic_t s_terminated = -1;    //  descriptor that SIGTERM writes to
static struct sigaction s_before;

static void s_on_term (int number)
{
    (void) number;
    int why = errno, fd = s_terminated;
    if (fd >= 0)
        eventfd_write (fd, 1);
    errno = why;
}

static void s_take (int fd)
{
    eventfd_t ignored;
    eventfd_read (fd, &ignored);
}

//  What ends the wait.
enum ending { ENDING_TERM, ENDING_STOP, ENDING_SESSION, ENDING_TIME };

static enum ending s_wait (struct keeper *self, actor_t *session, int64_t wait_ms)
{
    int64_t until = clock_mono_ms () + wait_ms;
    zmq_pollitem_t items[] = {{NULL, s_terminated, ZMQ_POLLIN, 0},
                              {NULL, self->stop, ZMQ_POLLIN, 0},
                              {zsock_resolve (actor_pipe (session)), 0, ZMQ_POLLIN, 0}};
    for (;;) {
        int64_t left = until - clock_mono_ms ();
        int count = zmq_poll (items, 3, wait_ms < 0 ? -1 : left > 0 ? (long) left : 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return ENDING_TIME;
        if (items[0].revents) {
            s_take (s_terminated);
            return ENDING_TERM;
        }
        return items[1].revents ? ENDING_STOP : ENDING_SESSION;
    }
}

//  R does not listen while it computes, so who was asked to end by SIGTERM ends as any process does.
static void s_leave (struct keeper *self)
{
    int64_t until = clock_mono_ms () + LEAVE_MS;
    while (handover_is_busy (self->handover) && clock_mono_ms () < until) {
        struct pollfd item = {.fd = self->stop, .events = POLLIN};
        if (poll (&item, 1, LOOK_MS) > 0)
            return;
    }
    if (!handover_is_busy (self->handover))
        return;
    log_event (LOG_LEVEL_WARNING, "worker.killed", NULL, NULL, "why", "it was asked to end and R computes on",
               NULL);
    signal (SIGTERM, SIG_DFL);
    kill (getpid (), SIGTERM);
}

static void s_serve (struct keeper *self, actor_t **session)
{
    enum ending ending = s_wait (self, *session, -1);
    bool asked = ending == ENDING_TERM;
    if (asked && self->drain_seconds) {
        log_event (LOG_LEVEL_INFO, "worker.draining", NULL, NULL, LOG_NUMBER ("seconds", self->drain_seconds),
                   NULL);
        zstr_send (actor_pipe (*session), "DRAIN");
        s_wait (self, *session, (int64_t) self->drain_seconds * 1000);
    }
    actor_destroy (session);
    log_event (LOG_LEVEL_INFO, "worker.ended", NULL, NULL, NULL);
    handover_end (self->handover);
    if (asked)
        s_leave (self);
}

static void *s_run (void *argument)
{
    struct keeper *self = argument;
    actor_t *session = session_new (&self->config, &self->failure);
    eventfd_write (self->ready, 1);
    if (session)
        s_serve (self, &session);
    return NULL;
}

//  Threads that are started while it holds leave these signals to R's.
static void s_mask (sigset_t *before)
{
    sigset_t all;
    sigfillset (&all);
    pthread_sigmask (SIG_SETMASK, &all, before);
}

static void s_release (struct keeper *self)
{
    if (s_terminated >= 0) {
        int fd = s_terminated;
        sigaction (SIGTERM, &s_before, NULL);
        s_terminated = -1;
        close (fd);
    }
    if (self->ready >= 0)
        close (self->ready);
    if (self->stop >= 0)
        close (self->stop);
    self->ready = self->stop = -1;
}

int keeper_open (struct keeper *self, struct error *error)
{
    struct sigaction term = {.sa_handler = s_on_term, .sa_flags = SA_RESTART};
    sigset_t before;
    int fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->ready = eventfd (0, EFD_CLOEXEC);
    self->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->failure = (struct error){.code = DMH_OK};
    self->started = false;
    s_mask (&before);
    int rc = limits_open (error);
    if (rc == DMH_OK && (fd < 0 || self->ready < 0 || self->stop < 0))
        rc = error_set (error, DMH_INTERNAL, "the worker cannot start: %s", strerror (errno));
    if (rc == DMH_OK) {
        s_terminated = fd;
        sigaction (SIGTERM, &term, &s_before);
        int why = pthread_create (&self->thread, NULL, s_run, self);
        self->started = why == 0;
        if (why != 0)
            rc = error_set (error, DMH_INTERNAL, "the worker's thread cannot be started: %s", strerror (why));
    } else if (fd >= 0)
        close (fd);
    pthread_sigmask (SIG_SETMASK, &before, NULL);
    if (self->started) {
        s_take (self->ready);
        if (self->failure.code != DMH_OK) {
            *error = self->failure;
            rc = error->code;
        }
    }
    if (rc != DMH_OK)
        keeper_close (self);
    return rc;
}

void keeper_close (struct keeper *self)
{
    if (self->started) {
        eventfd_write (self->stop, 1);
        pthread_join (self->thread, NULL);
        self->started = false;
    }
    s_release (self);
}
