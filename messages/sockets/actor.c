//  actor.c: see actor.h.
#include "messages/sockets/actor.h"

#include "messages/sockets/socket.h"

#include <pthread.h>
#include <stdatomic.h>

enum { LOOK_MS = 50 };    //  how often it is seen that an actor has ended whose last word was read already

//  Endpoints are never named twice: libzmq lets go of a closed socket's name some time later.
static atomic_uint s_actors;

struct actor {
    zsock_t *pipe, *inner;    //  the owner's end, the thread's
    actor_fn *run;
    void *argument;
    pthread_t thread;
    atomic_bool ended;
};

static void *s_run (void *argument)
{
    actor_t *self = argument;
    self->run (self->inner, self->argument);
    atomic_store (&self->ended, true);
    zsock_set_sndtimeo (self->inner, LOOK_MS);    //  an owner who does not look sees `ended`
    zsock_signal (self->inner, 0);
    return NULL;
}

static void s_free (actor_t **self_p)
{
    int why = errno;
    zsock_destroy (&(*self_p)->pipe);
    zsock_destroy (&(*self_p)->inner);
    free (*self_p);
    *self_p = NULL;
    errno = why;
}

actor_t *actor_new (actor_fn *run, void *argument)
{
    actor_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    char name[64];
    snprintf (name, sizeof name, "inproc://dmh-actor-%u", atomic_fetch_add (&s_actors, 1));
    self->run = run;
    self->argument = argument;
    self->pipe = socket_new (ZMQ_PAIR);
    if (self->pipe)
        self->inner = socket_new (ZMQ_PAIR);
    if (!self->inner || zsock_bind (self->pipe, "%s", name) < 0 ||
        zsock_connect (self->inner, "%s", name) != 0) {
        s_free (&self);
        return NULL;
    }
    int why = pthread_create (&self->thread, NULL, s_run, self);
    if (why != 0) {
        errno = why;
        s_free (&self);
        return NULL;
    }
    zsock_wait (self->pipe);
    return self;
}

void actor_destroy (actor_t **self_p)
{
    actor_t *self = *self_p;
    if (!self)
        return;
    zsock_set_sndtimeo (self->pipe, LOOK_MS);
    zsock_set_rcvtimeo (self->pipe, LOOK_MS);
    bool told = false;
    while (!atomic_load (&self->ended)) {
        told = told || zstr_send (self->pipe, "$TERM") == 0;
        zmsg_t *dropped = zmsg_recv (self->pipe);
        zmsg_destroy (&dropped);
    }
    pthread_join (self->thread, NULL);
    s_free (self_p);
}

zsock_t *actor_pipe (const actor_t *self)
{
    return self->pipe;
}
