//  greeting.c: see greeting.h.
#include "client/connection/greeting.h"

#include "client/connection/refusal.h"
#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/codec/frame.h"
#include "messages/sockets/socket_wait.h"
#include "messages/version.h"

enum { QUEUE_MESSAGES = 1000, START_MS = 2000 };

struct candidates {
    zsock_t *fronts[BROKERS_MAX];
    struct refusal refusals[BROKERS_MAX];
    int64_t may_start_until;    //  mono ms
};

//  To every broker of the list at once, as one that stands by, or has died, does not answer.
static int s_greet_all (const struct greeting *self, struct candidates *to, struct error *error)
{
    for (size_t i = 0; i < self->count; i++) {
        struct hello hello = {.request = "hello", .version = DMH_VERSION};
        disk_name (hello.disk);
        int rc = DMH_OK;
        if (!to->fronts[i]) {
            rc = link_open (self->credential, ZMQ_DEALER, self->fronts[i], QUEUE_MESSAGES, &to->fronts[i],
                            error);
            if (rc == DMH_OK)
                refusal_watch (&to->refusals[i], to->fronts[i], to->may_start_until);
        }
        if (rc == DMH_OK)
            rc = frame_send (to->fronts[i], NULL, &hello_shape, &hello, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static int s_refused (struct greeting *self, const struct candidates *of, struct error *error)
{
    //  What one of several says is not the story of all.
    self->told = self->count == 1 && *of->refusals[0].sentence;
    return self->told ? error_set (error, DMH_UNAVAILABLE, "%s", of->refusals[0].sentence) : DMH_UNAVAILABLE;
}

//  Waits until one of them has something to say, or `next`. The number of sockets that have, 0, or -1.
static int s_wait (const struct greeting *self, struct candidates *of, int64_t next, bool *interrupted)
{
    zmq_pollitem_t items[2 * BROKERS_MAX + 1];
    int count = 0;
    int64_t left = next - clock_mono_ms ();
    for (size_t i = 0; i < self->count; i++) {
        items[count++] = (zmq_pollitem_t){zsock_resolve (of->fronts[i]), 0, ZMQ_POLLIN, 0};
        if (of->refusals[i].events)
            items[count++] = (zmq_pollitem_t){zsock_resolve (of->refusals[i].events), 0, ZMQ_POLLIN, 0};
    }
    items[count] = (zmq_pollitem_t){NULL, self->interrupt, ZMQ_POLLIN, 0};
    int ready = socket_wait (items, count + (self->interrupt >= 0), left > 0 ? (long) left : 0);
    *interrupted = ready > 0 && self->interrupt >= 0 && items[count].revents;
    return ready < 0 && errno == EINTR ? 1 : ready;
}

//  What each has said. DMH_NOT_FOUND: nothing yet that ends it.
static int s_hear (struct greeting *self, struct candidates *of, size_t *which, struct welcome *out,
                   struct error *error)
{
    bool keyed = credential_is (self->credential);
    for (size_t i = 0; i < self->count; i++) {
        int rc = zsock_events (of->fronts[i]) & ZMQ_POLLIN
                     ? link_take (of->fronts[i], "hello", &welcome_shape, out, error)
                     : DMH_NOT_FOUND;
        *which = i;
        if (rc != DMH_NOT_FOUND)
            return rc;
        if (refusal_take (&of->refusals[i], self->fronts[i], keyed) && self->at_once)
            return DMH_UNAVAILABLE;
    }
    return DMH_NOT_FOUND;
}

static int s_first (struct greeting *self, struct candidates *of, int64_t until, size_t *which,
                    struct welcome *out, struct error *error)
{
    int64_t patience = LINK_AGAIN_MS, next = link_next_wait (&patience, until);
    for (;;) {
        bool interrupted;
        int ready = s_wait (self, of, next, &interrupted);
        if (ready < 0 || (ready == 0 && next == until))
            return s_refused (self, of, error);
        if (interrupted)
            return error_set (error, DMH_CANCELLED, "interrupted");
        int rc = ready ? s_hear (self, of, which, out, error) : s_greet_all (self, of, error);
        if (ready && rc == DMH_UNAVAILABLE && self->at_once && *of->refusals[*which].sentence)
            return s_refused (self, of, error);
        self->told = ready && rc == DMH_UNAVAILABLE;    //  by the broker
        if (ready ? rc != DMH_NOT_FOUND : rc != DMH_OK)
            return rc;
        if (!ready)
            next = link_next_wait (&patience, until);
    }
}

int greeting_first (struct greeting *self, int64_t until, zsock_t **front, size_t *which, struct welcome *out,
                    struct error *error)
{
    int64_t now = clock_mono_ms ();
    struct candidates candidates = {.may_start_until = until - now > START_MS ? now + START_MS : now};
    self->told = false;
    int rc = s_greet_all (self, &candidates, error);
    if (rc == DMH_OK)
        rc = s_first (self, &candidates, until, which, out, error);
    for (size_t i = 0; i < self->count; i++) {
        refusal_unwatch (&candidates.refusals[i]);
        if (rc == DMH_OK && i == *which)
            *front = candidates.fronts[i];
        else
            zsock_destroy (&candidates.fronts[i]);
    }
    return rc;
}
