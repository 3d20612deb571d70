//  event_stream.c: see event_stream.h. The feed's thread puts events, libmicrohttpd's takes their text: while
//  there is none, the connection is suspended.
#include "client/gateway/jobs/event_stream.h"

#include "messages/base/clock.h"
#include "messages/base/metrics.h"
#include "messages/base/narrow.h"
#include "messages/job_json.h"

#include <pthread.h>

enum { BLOCK_BYTES = 16 * 1024 };

//  The last of a job that has yet to be sent.
struct waiting {
    struct event event;
    struct waiting *following;
};

struct event_stream {
    const struct gateway *gateway;
    struct MHD_Connection *connection;
    struct caller who;
    struct event_listener listener;
    bool one;    //  job, with whose end the stream ends
    pthread_mutex_t lock;
    struct waiting *first, *last;
    zhashx_t *by_job;    //  those waiting; of a stream of all
    char *text;          //  that is being sent
    size_t sent, bytes;
    char known[EVENT_ID_BYTES];    //  the id that the client has come with
    char key[EVENT_ID_BYTES];      //  of the last that was sent, of a stream of one
    uint64_t revision;             //  likewise
    bool suspended, ended, heard, ticked;
};

//  What tells one state of a job, its progress included, from another.
static char *s_key (const struct event *event, char out[EVENT_ID_BYTES])
{
    snprintf (out, EVENT_ID_BYTES, "%llu-%s-%llu-%llu", (unsigned long long) event->attempt, event->state,
              (unsigned long long) event->bytes_done, (unsigned long long) event->counts.read);
    return out;
}

char *event_stream_id (const struct event *event, bool of_all, char out[EVENT_ID_BYTES])
{
    int n = of_all ? snprintf (out, EVENT_ID_BYTES, "%s:", event->job) : 0;
    //  Without a revision: of a broker that knows none.
    if (event->revision)
        snprintf (out + n, (size_t) (EVENT_ID_BYTES - n), "%llu", (unsigned long long) event->revision);
    else
        snprintf (out + n, (size_t) (EVENT_ID_BYTES - n), "%llu-%s", (unsigned long long) event->attempt,
                  event->state);
    return out;
}

static bool s_is_end (const struct event *event)
{
    enum job_state state;
    return job_state_of (event->state, &state) == DMH_OK && job_state_ended (state);
}

static void s_wake (event_stream_t *self)
{
    if (self->suspended) {
        self->suspended = false;
        MHD_resume_connection (self->connection);
    }
}

//  With the lock. In place of an earlier one of the same job.
static void s_put (event_stream_t *self, const struct event *event)
{
    struct waiting *at = self->one ? self->first : zhashx_lookup (self->by_job, event->job);
    bool replaces = at != NULL;
    bool fits = self->one || zhashx_size (self->by_job) < EVENT_STREAM_JOBS_MAX;
    if (!at && fits && (at = calloc (1, sizeof *at))) {
        if (self->last)
            self->last->following = at;
        else
            self->first = at;
        self->last = at;
        if (!self->one)
            zhashx_insert (self->by_job, event->job, at);
    }
    if (at)
        at->event = *event;
    if (!at || replaces)
        metrics_add (METRIC_GATEWAY_EVENTS, at ? METRIC_EVENT_REPLACED : METRIC_EVENT_DROPPED, 1);
}

//  With the lock. What waits is not sent.
static void s_drop (event_stream_t *self)
{
    for (struct waiting *at = self->first, *following; at; at = following) {
        following = at->following;
        free (at);
    }
    self->first = self->last = NULL;
    if (self->by_job)
        zhashx_purge (self->by_job);
}

static void s_heard (void *context, const struct event *event, bool ended)
{
    event_stream_t *self = context;
    pthread_mutex_lock (&self->lock);
    if (event && !self->ended) {
        self->heard = true;
        s_put (self, event);
    } else if (!event)
        self->ticked = true;
    if (ended || (self->who.until && clock_wall_ms () >= self->who.until)) {
        self->ended = true;
        s_drop (self);
    }
    s_wake (self);
    pthread_mutex_unlock (&self->lock);
}

static bool s_stays (void *context)
{
    const event_stream_t *self = context;
    return caller_holds (&self->who, self->gateway->tokens, self->gateway->sessions);
}

event_stream_t *event_stream_new (const struct call *call, const char *job)
{
    event_stream_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    pthread_mutex_init (&self->lock, NULL);
    self->gateway = call->gateway;
    self->connection = call->connection;
    self->who = call->who;
    self->one = *job != 0;
    self->listener.heard = s_heard;
    self->listener.stays = s_stays;
    self->listener.context = self;
    snprintf (self->listener.job, sizeof self->listener.job, "%s", job);
    if (!self->one && *call->caller)
        snprintf (self->listener.owner, sizeof self->listener.owner, "%s/%s",
                  call->gateway->credential->own.public_text, call->caller);
    bool made = self->one || (self->by_job = zhashx_new ()) != NULL;
    if (made && exchange_listen (self->gateway->exchange, &self->listener)) {
        metrics_move (METRIC_GATEWAY_STREAMS, 0, 1);
        if (!s_stays (self))    //  no longer since it was admitted
            s_heard (self, NULL, true);
        return self;
    }
    zhashx_destroy (&self->by_job);
    pthread_mutex_destroy (&self->lock);
    free (self);
    return NULL;
}

void event_stream_destroy (event_stream_t **self_p)
{
    event_stream_t *self = *self_p;
    if (!self)
        return;
    metrics_move (METRIC_GATEWAY_STREAMS, 0, -1);
    exchange_unlisten (self->gateway->exchange, &self->listener);
    s_drop (self);
    zhashx_destroy (&self->by_job);
    pthread_mutex_destroy (&self->lock);
    free (self->text);
    free (self);
    *self_p = NULL;
}

void event_stream_go_on (event_stream_t *self, const char *known)
{
    pthread_mutex_lock (&self->lock);
    snprintf (self->known, sizeof self->known, "%s", known ? known : "");
    pthread_mutex_unlock (&self->lock);
}

void event_stream_begin (event_stream_t *self, const struct event *event)
{
    pthread_mutex_lock (&self->lock);
    if (!self->heard)
        s_put (self, event);
    pthread_mutex_unlock (&self->lock);
}

//  Whether the client has that already: the same, an earlier one, or what it came with. Progress has the id
//  of its state, and is news.
static bool s_is_known (event_stream_t *self, const struct event *event, const char *id)
{
    char key[EVENT_ID_BYTES];
    if (streq (id, self->known) && !streq (event->state, job_state_word (JOB_RUNNING)))
        return true;
    if (!self->one)
        return false;
    if (event->revision < self->revision || streq (s_key (event, key), self->key))
        return true;
    memcpy (self->key, key, sizeof self->key);
    self->revision = event->revision;
    return false;
}

//  Text of an event; NULL: it is known to the client, or out of memory.
static char *s_text (event_stream_t *self, const struct event *event, size_t *bytes)
{
    char id[EVENT_ID_BYTES], *text = NULL;
    size_t n = 0;
    bool end = self->one && s_is_end (event);
    event_stream_id (event, !self->one, id);
    json_writer_t *json = s_is_known (self, event, id) ? NULL : json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "id", event->job);
        job_json_event (json, event);
        json_writer_close (json);
    }
    const char *data = json ? json_writer_text (json, &n) : NULL;
    if (data)
        text = zsys_sprintf ("id: %s\nevent: %s\ndata: %.*s\n\n", id, end ? "end" : "state", NARROW (int, n),
                             data);
    json_writer_destroy (&json);
    *bytes = text ? strlen (text) : 0;
    metrics_add (METRIC_GATEWAY_EVENTS, METRIC_EVENT_SENT, text != NULL);
    return text;
}

//  With the lock. The next text, where there is one.
static void s_next (event_stream_t *self)
{
    zstr_free (&self->text);
    self->sent = self->bytes = 0;
    while (!self->text && self->first) {
        struct waiting *at = self->first;
        self->first = at->following;
        self->last = self->first ? self->last : NULL;
        if (!self->one)
            zhashx_delete (self->by_job, at->event.job);
        self->text = s_text (self, &at->event, &self->bytes);
        self->ended =
            self->ended || (self->one && s_is_end (&at->event) && at->event.revision >= self->revision);
        free (at);
    }
    if (!self->text && self->ticked && !self->ended && (self->text = strdup (":\n\n")))
        self->bytes = strlen (self->text);
    self->ticked = false;
}

static ssize_t s_read (void *context, uint64_t at, char *to, size_t size)
{
    event_stream_t *self = context;
    ssize_t n = 0;
    (void) at;
    pthread_mutex_lock (&self->lock);
    if (self->sent == self->bytes)
        s_next (self);
    if (self->sent < self->bytes) {
        n = (ssize_t) (self->bytes - self->sent < size ? self->bytes - self->sent : size);
        memcpy (to, self->text + self->sent, (size_t) n);
        self->sent += (size_t) n;
    } else if (self->ended)
        n = MHD_CONTENT_READER_END_OF_STREAM;
    else {
        self->suspended = true;
        MHD_suspend_connection (self->connection);
    }
    pthread_mutex_unlock (&self->lock);
    return n;
}

static void s_free (void *context)
{
    event_stream_t *self = context;
    event_stream_destroy (&self);
}

struct MHD_Response *event_stream_response (event_stream_t **self_p)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_BYTES, s_read, *self_p, s_free);
    if (response)
        *self_p = NULL;
    return response;
}
