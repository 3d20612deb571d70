//  local.c: see local.h.
#include "client/connection/local.h"

#include "broker/broker.h"
#include "worker/session/session.h"

#include <unistd.h>

enum { ENDPOINT_BYTES = 64, SLOTS_MAX = 64, THREADS_MAX = 256 };

struct local {
    char endpoint[4][ENDPOINT_BYTES];
    struct broker_config broker_config;
    struct session_config session_config;
    zactor_t *broker, *session;
};

//  The actor's first message: READY, or FAILED with code and sentence.
static int s_ready (zactor_t *actor, const char *what, struct error *error)
{
    zmsg_t *first = actor ? zmsg_recv (actor) : NULL;
    char *word = first ? zmsg_popstr (first) : NULL;
    char *code = NULL, *sentence = NULL;
    int rc = word && streq (word, "READY") ? DMH_OK : DMH_INTERNAL;
    if (rc != DMH_OK) {
        code = first ? zmsg_popstr (first) : NULL;
        sentence = first ? zmsg_popstr (first) : NULL;
        error_set (error, rc, "the %s in this process cannot be started: %s", what,
                   sentence ? sentence : "no thread for it");
    }
    zstr_free (&word);
    zstr_free (&code);
    zstr_free (&sentence);
    zmsg_destroy (&first);
    return rc;
}

local_t *local_new (const char *results, size_t slots, size_t threads, struct error *error)
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
                                                   .slots = slots < 1           ? 1
                                                            : slots > SLOTS_MAX ? SLOTS_MAX
                                                                                : slots,
                                                   .threads = threads > THREADS_MAX ? THREADS_MAX : threads};
    self->broker = zactor_new (broker_actor, &self->broker_config);
    int rc = s_ready (self->broker, "broker", error);
    if (rc == DMH_OK) {
        self->session = zactor_new (session_actor, &self->session_config);
        rc = s_ready (self->session, "worker", error);
    }
    if (rc != DMH_OK)
        local_destroy (&self);
    return self;
}

const char *local_front (const local_t *self)
{
    return self->endpoint[0];
}

void local_destroy (local_t **self_p)
{
    local_t *self = *self_p;
    if (!self)
        return;
    zactor_destroy (&self->session);    //  says goodbye to the broker, which has to be there
    zactor_destroy (&self->broker);
    free (self);
    *self_p = NULL;
}
