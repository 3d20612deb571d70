//  event_feed.c: see event_feed.h. libzmq counts the subscriptions to one topic; the broker hears of the
//  first and the last.
#include "client/gateway/broker/event_feed.h"

#include "client/connection/link.h"
#include "messages/base/log.h"

#include <pthread.h>

enum { QUEUE_MESSAGES = 10000, TAKE_MOST = 1000 };

//  A subscription that libzmq has yet to be told of.
struct change {
    bool wanted;
    char topic[EVENT_OWNER_TOPIC_BYTES];
    struct change *following;
};

struct event_feed {
    const struct credential *credential;
    zsock_t *socket;
    int64_t ticked_at;
    pthread_mutex_t lock;    //  of what is below
    struct event_listener *listeners;
    size_t count;
    struct change *first, *last;
    bool closed;
};

event_feed_t *event_feed_new (const struct credential *credential)
{
    event_feed_t *self = calloc (1, sizeof *self);
    if (self) {
        self->credential = credential;
        pthread_mutex_init (&self->lock, NULL);
    }
    return self;
}

static struct change *s_take_changes (event_feed_t *self)
{
    pthread_mutex_lock (&self->lock);
    struct change *changes = self->first;
    self->first = self->last = NULL;
    pthread_mutex_unlock (&self->lock);
    return changes;
}

void event_feed_destroy (event_feed_t **self_p)
{
    event_feed_t *self = *self_p;
    if (!self)
        return;
    zsock_destroy (&self->socket);
    for (struct change *change = s_take_changes (self), *following; change; change = following) {
        following = change->following;
        free (change);
    }
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

//  What it subscribes to.
static void s_set_topic (struct event_listener *listener)
{
    if (*listener->job)
        event_topic (listener->job, listener->topic);
    else if (*listener->owner)
        event_owner_topic (listener->owner, "", listener->topic);
    else
        snprintf (listener->topic, sizeof listener->topic, "%s", EVENT_TOPIC);
    listener->topic_bytes = strlen (listener->topic);
}

//  With the lock. false: out of memory.
static bool s_change (event_feed_t *self, const struct event_listener *listener, bool wanted)
{
    struct change *change = calloc (1, sizeof *change);
    if (!change)
        return false;
    change->wanted = wanted;
    memcpy (change->topic, listener->topic, sizeof change->topic);
    if (self->last)
        self->last->following = change;
    else
        self->first = change;
    self->last = change;
    return true;
}

bool event_feed_listen (event_feed_t *self, struct event_listener *listener)
{
    s_set_topic (listener);
    pthread_mutex_lock (&self->lock);
    bool taken = !self->closed && self->count < FEED_LISTENERS_MAX && s_change (self, listener, true);
    if (taken) {
        listener->following = self->listeners;
        self->listeners = listener;
        self->count++;
    }
    pthread_mutex_unlock (&self->lock);
    return taken;
}

void event_feed_unlisten (event_feed_t *self, struct event_listener *listener)
{
    pthread_mutex_lock (&self->lock);
    struct event_listener **at = &self->listeners;
    while (*at && *at != listener)
        at = &(*at)->following;
    if (*at) {
        *at = listener->following;
        self->count--;
        s_change (self, listener, false);    //  out of memory: its events come and go to nobody
    }
    pthread_mutex_unlock (&self->lock);
}

void event_feed_review (event_feed_t *self)
{
    pthread_mutex_lock (&self->lock);
    for (struct event_listener *at = self->listeners; at; at = at->following)
        if (at->stays && !at->stays (at->context))
            at->heard (at->context, NULL, true);
    pthread_mutex_unlock (&self->lock);
}

void event_feed_connect (event_feed_t *self, const char *endpoint)
{
    struct error error = {.code = DMH_OK};
    zsock_destroy (&self->socket);
    if (!*endpoint)
        return;
    if (link_open (self->credential, ZMQ_SUB, endpoint, QUEUE_MESSAGES, &self->socket, &error) != DMH_OK) {
        log_event (LOG_LEVEL_WARNING, "feed.unreachable", NULL, NULL, "error", error.text, NULL);
        return;
    }
    //  What is there already; changes that wait are among it.
    pthread_mutex_lock (&self->lock);
    for (struct change *change = self->first, *following; change; change = following) {
        following = change->following;
        free (change);
    }
    self->first = self->last = NULL;
    for (const struct event_listener *at = self->listeners; at; at = at->following)
        zsock_set_subscribe (self->socket, at->topic);
    pthread_mutex_unlock (&self->lock);
}

zsock_t *event_feed_socket (const event_feed_t *self)
{
    return self->socket;
}

void event_feed_subscribe (event_feed_t *self)
{
    if (!self->socket)    //  event_feed_connect will
        return;
    for (struct change *change = s_take_changes (self), *following; change; change = following) {
        following = change->following;
        if (change->wanted)
            zsock_set_subscribe (self->socket, change->topic);
        else
            zsock_set_unsubscribe (self->socket, change->topic);
        free (change);
    }
}

//  Everybody: nothing came, or nothing will any more.
static void s_tell_all (event_feed_t *self, bool ended)
{
    pthread_mutex_lock (&self->lock);
    for (struct event_listener *at = self->listeners; at; at = at->following)
        at->heard (at->context, NULL, ended);
    pthread_mutex_unlock (&self->lock);
}

//  Whoever subscribed to what that topic begins with, n bytes: an event has a topic for each kind of
//  listener.
static void s_tell (event_feed_t *self, const struct event *event, const char *topic, size_t n)
{
    pthread_mutex_lock (&self->lock);
    for (struct event_listener *at = self->listeners; at; at = at->following)
        if (at->topic_bytes <= n && memcmp (at->topic, topic, at->topic_bytes) == 0)
            at->heard (at->context, event, false);
    pthread_mutex_unlock (&self->lock);
}

void event_feed_take (event_feed_t *self)
{
    for (int i = 0; i < TAKE_MOST && self->socket; i++) {
        zmsg_t *message = zmsg_recv_nowait (self->socket);
        struct event event;
        if (!message)
            return;
        zframe_t *topic = zmsg_first (message), *body = zmsg_next (message);
        if (topic && body && event_decode (zframe_data (body), zframe_size (body), &event, NULL) == DMH_OK)
            s_tell (self, &event, (const char *) zframe_data (topic), zframe_size (topic));
        zmsg_destroy (&message);
    }
}

void event_feed_tick (event_feed_t *self, int64_t now)
{
    if (now - self->ticked_at < FEED_TICK_MS)
        return;
    self->ticked_at = now;
    s_tell_all (self, false);
}

void event_feed_close (event_feed_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->closed = true;
    pthread_mutex_unlock (&self->lock);
    s_tell_all (self, true);
}
