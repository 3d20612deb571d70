//  local.c: see local.h.
#include "client/connection/local.h"

#include "broker/broker.h"
#include "messages/sockets/actor.h"
#include "worker/session/session.h"

#include <unistd.h>

enum { ENDPOINT_BYTES = 64, SLOTS_MAX = 64, THREADS_MAX = 256 };

struct local {
    char endpoint[4][ENDPOINT_BYTES];
    struct broker_config broker_config;
    struct session_config session_config;
    actor_t *broker, *session;
    char notice[160];    //  empty: there is nothing to say
};

//  The actor's first message: READY, of which *rest is what follows, or FAILED with code and sentence.
static int s_ready (const actor_t *actor, const char *what, zmsg_t **rest, struct error *error)
{
    if (!actor)
        return error_set (error, DMH_INTERNAL, "the %s in this process cannot be started: %s", what,
                          strerror (errno));
    zmsg_t *first = zmsg_recv (actor_pipe (actor));
    char *word = first ? zmsg_popstr (first) : NULL;
    char *code = NULL, *sentence = NULL;
    int rc = word && streq (word, "READY") ? DMH_OK : DMH_INTERNAL;
    if (rc == DMH_OK) {
        *rest = first;
        first = NULL;
    } else {
        code = first ? zmsg_popstr (first) : NULL;
        sentence = first ? zmsg_popstr (first) : NULL;
        error_set (error, rc, "the %s in this process cannot be started: %s", what,
                   sentence ? sentence : "it said nothing");
    }
    zstr_free (&word);
    zstr_free (&code);
    zstr_free (&sentence);
    zmsg_destroy (&first);
    return rc;
}

static uint64_t s_number (zmsg_t *message)
{
    char *text = zmsg_popstr (message);
    uint64_t number = text ? strtoull (text, NULL, 10) : 0;
    zstr_free (&text);
    return number;
}

//  What the worker has is less than was wanted.
static void s_notice (local_t *self, zmsg_t *ready)
{
    size_t slots = (size_t) s_number (ready), threads = (size_t) s_number (ready);
    if (slots < self->session_config.slots || threads < self->session_config.threads)
        snprintf (self->notice, sizeof self->notice,
                  "at once only %zu of %zu files, with %zu of %zu threads: this process may have no more "
                  "open files or threads (ulimit -n, -u)",
                  slots, self->session_config.slots, threads, self->session_config.threads);
}

local_t *local_new (const char *results, size_t slots, size_t threads, const signing_key_t *sign_key,
                    struct error *error)
{
    static const char *const NAMES[] = {"front", "back", "feed-in", "feed"};
    local_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    for (int i = 0; i < 4; i++)
        snprintf (self->endpoint[i], ENDPOINT_BYTES, "inproc://dmh-%s-%ld", NAMES[i], (long) getpid ());
    long processors = sysconf (_SC_NPROCESSORS_ONLN);
    if (threads == 0)
        threads = processors > 0 ? (size_t) processors : 1;
    self->broker_config = (struct broker_config){.front = self->endpoint[0],
                                                 .back = self->endpoint[1],
                                                 .feed_in = self->endpoint[2],
                                                 .feed = self->endpoint[3],
                                                 .store = "sqlite::memory:"};
    self->session_config = (struct session_config){.broker = self->endpoint[1],
                                                   .results = results,
                                                   .sign_key = sign_key,
                                                   .unsynced = true,
                                                   .slots = slots < 1           ? 1
                                                            : slots > SLOTS_MAX ? SLOTS_MAX
                                                                                : slots,
                                                   .threads = threads > THREADS_MAX ? THREADS_MAX : threads};
    self->broker = actor_new (broker_actor, &self->broker_config);
    zmsg_t *ready = NULL;
    int rc = s_ready (self->broker, "broker", &ready, error);
    zmsg_destroy (&ready);
    if (rc == DMH_OK) {
        self->session = actor_new (session_actor, &self->session_config);
        rc = s_ready (self->session, "worker", &ready, error);
    }
    if (rc == DMH_OK)
        s_notice (self, ready);
    zmsg_destroy (&ready);
    if (rc != DMH_OK)
        local_destroy (&self);
    return self;
}

const char *local_front (const local_t *self)
{
    return self->endpoint[0];
}

const char *local_notice (const local_t *self)
{
    return *self->notice ? self->notice : NULL;
}

void local_destroy (local_t **self_p)
{
    local_t *self = *self_p;
    if (!self)
        return;
    actor_destroy (&self->session);    //  says goodbye to the broker, which has to be there
    actor_destroy (&self->broker);
    free (self);
    *self_p = NULL;
}
