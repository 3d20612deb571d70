//  publisher.c: see publisher.h.
#include "broker/publisher.h"

#include "broker/access/ownership.h"
#include "broker/entry.h"
#include "broker/feed/feed_outlet.h"
#include "broker/feed/subscriptions.h"
#include "broker/jobs/split.h"
#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/base/random.h"

enum {
    REPLAYED_A_TURN = 64,
    SUBSCRIPTION_A_TURN = 1000
};    //  with those that are taken back; fewer, where each is asked about

static void s_publish (void *context, const struct publication *publication)
{
    const struct publisher *self = context;
    feed_outlet_send (self->out, publication);
}

static void s_tell (struct publisher *self, const struct event *event, const char *owner)
{
    const struct publication *publication = feed_put (self->feed, event, owner);
    if (publication)
        s_publish (self, publication);
}

//  The event of a job that is queued is made from the store whenever it is asked for. That of a split one
//  grows with the jobs that it is made of, and is remembered.
static void s_tell_queued (struct publisher *self, const struct event *event, const char *owner)
{
    const struct publication *publication = feed_pass (self->feed, event, owner);
    if (publication)
        s_publish (self, publication);
}

//  What the jobs of an open split one have done is that one's progress.
static void s_add_parts (struct broker *broker, struct event *event)
{
    split_progress_sum (broker->splits.progress, event->job, job_state_is (event->state, JOB_RUNNING),
                        &event->bytes_done, &event->counts, &event->records_per_second);
    if (event->bytes_total == 0)    //  who writes has not seen the file yet
        event->bytes_total = split_progress_bytes (broker->splits.progress, event->job);
}

void publisher_tell (struct broker *broker, const struct job_record *record)
{
    struct event event = event_of (record);
    enum job_state state = JOB_QUEUED;
    if (split_is_part (record) || job_state_of (record->state, &state) != DMH_OK)
        return;
    if (!job_state_ended (state))
        s_add_parts (broker, &event);
    if (job_state_is (record->state, JOB_DONE))
        event.eta_ms = 0;
    (state == JOB_QUEUED && !record->parts ? s_tell_queued : s_tell) (&broker->publisher, &event,
                                                                      record->owner);
}

//  Of split ones the feed itself knows.
static void s_tell_again (void *context, const struct job_record *record)
{
    if (!record->parts)
        publisher_tell (context, record);
}

//  The one that is asked for, where it is queued.
static void s_tell_one_again (struct broker *broker, const struct subscription *subscription)
{
    struct store_job found;
    const char *job = subscription->prefix + strlen (EVENT_TOPIC);
    if (broker->recovery.stalled || store_find (broker->store, job, &found, NULL) != DMH_OK)
        return;
    if (job_state_is (found.record.state, JOB_QUEUED))
        s_tell_again (broker, &found.record);
    store_job_clear (&found);
}

void publisher_tell_split (struct broker *broker, const char *job)
{
    struct event last;
    if (feed_last (broker->publisher.feed, job, &last) != DMH_OK)
        return;
    if (job_state_is (last.state, JOB_QUEUED)) {
        s_add_parts (broker, &last);
        last.at = clock_wall_ms ();
        s_tell (&broker->publisher, &last, NULL);
    }
    event_clear (&last);
}

//  What is the broker's to say stays as the broker said it.
static void s_tell_progress (struct broker *broker, struct event *event)
{
    struct event last;
    struct publisher *self = &broker->publisher;
    const char *split = split_progress_hear (broker->splits.progress, event);
    if (split && split_progress_is_due (broker->splits.progress, split, broker->clock_seen))
        publisher_tell_split (broker, split);
    if (feed_last (self->feed, event->job, &last) != DMH_OK)
        return;
    if (job_state_is (last.state, JOB_RUNNING) && job_state_is (event->state, JOB_RUNNING) &&
        last.attempt == event->attempt && streq (last.worker, event->worker)) {
        memcpy (event->name, last.name, sizeof event->name);
        memcpy (event->correlation, last.correlation, sizeof event->correlation);
        event->revision = last.revision;
        *event->code = *event->message = 0;
        s_add_parts (broker, event);
        s_tell (self, event, NULL);
    }
    event_clear (&last);
}

void publisher_take_progress (struct broker *broker)
{
    zmsg_t *message = zmsg_recv (broker->publisher.in);
    struct event event;
    connections_heard (broker->connections, message ? zmsg_first (message) : NULL);
    if (message && !entry_check (broker, broker->publisher.in, NULL, message)) {
        zmsg_destroy (&message);
        return;
    }
    zframe_t *body = message && zmsg_size (message) == 2 ? zmsg_last (message) : NULL;
    if (body && event_decode (zframe_data (body), zframe_size (body), &event, NULL) == DMH_OK) {
        s_tell_progress (broker, &event);
        event_clear (&event);
    } else
        broker->counters.refused++;
    zmsg_destroy (&message);
}

//  The job that this prefix is the whole topic of; false: it is none's, or that of several.
static bool s_job_of (const char *prefix, size_t n, char job[ID_BYTES])
{
    size_t word = strlen (EVENT_TOPIC);
    if (n != word + JOB_ID_DIGITS || memcmp (prefix, EVENT_TOPIC, word) != 0)
        return false;
    snprintf (job, ID_BYTES, "%.*s", JOB_ID_DIGITS, prefix + word);
    return true;
}

//  Whether that prefix is all that the topics of one owner's jobs begin with, for whom the user speaks.
static bool s_speaks_for (const char *user, const char *prefix, size_t n)
{
    char owner[OWNER_BYTES];
    size_t word = strlen (EVENT_OWNER_TOPIC);
    const char *space = n > word ? memchr (prefix + word, ' ', n - word) : NULL;
    size_t bytes = space ? (size_t) (space - prefix) - word : 0;
    if (!space || bytes >= sizeof owner || memcmp (prefix, EVENT_OWNER_TOPIC, word) != 0)
        return false;
    snprintf (owner, sizeof owner, "%.*s", NARROW (int, bytes), prefix + word);
    return ownership_covers (user, owner);
}

//  Whether this user (a key) is told of the jobs of that prefix: of all of them, or of one that is its own or
//  of somebody for whom it speaks, or of all of one such. Who hears of all is not told whose they are.
static bool s_may_hear (struct broker *broker, const char *user, const char *prefix, size_t n)
{
    char job[ID_BYTES];
    unsigned rights = user ? authorization_rights (broker->authorization, user) : 0;
    size_t word = strlen (EVENT_TOPIC);
    if ((rights & KEY_GATEWAY) && s_speaks_for (user, prefix, n))
        return true;
    if (rights & (KEY_OBSERVER | KEY_ADMIN | KEY_CLIENT_ALL))
        return n >= word && memcmp (prefix, EVENT_TOPIC, word) == 0;
    if (!(rights & (KEY_CLIENT | KEY_GATEWAY)) || !s_job_of (prefix, n, job))
        return false;
    const char *owner = feed_owner (broker->publisher.feed, job);
    if (owner)
        return ownership_covers (user, owner);
    struct store_job found;    //  it ended long ago, and may be tried again
    if (store_find (broker->store, job, &found, NULL) != DMH_OK)
        return false;
    bool may = ownership_covers (user, found.record.owner);
    store_job_clear (&found);
    return may;
}

//  With keys the XPUB subscribes nobody by itself (ZMQ_XPUB_MANUAL): each subscription is asked about, and
//  what is said here holds for the connection of the message that was taken last. false: it is refused, and
//  gets nothing.
static bool s_settle (struct broker *broker, zframe_t *frame)
{
    const char *prefix = (const char *) zframe_data (frame) + 1;
    size_t n = zframe_size (frame) - 1;
    bool begins = zframe_data (frame)[0] == 1;
    if (!broker->authorization)
        return begins;
    if (n < strlen (EVENT_TOPIC) && memcmp (prefix, EVENT_TOPIC, n) == 0) {    //  of all jobs
        prefix = EVENT_TOPIC;
        n = strlen (EVENT_TOPIC);
    }
    if (begins && !s_may_hear (broker, authorization_user (frame), prefix, n))
        return false;
    zmq_setsockopt (zsock_resolve (broker->publisher.out), begins ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, prefix,
                    n);
    return begins;
}

//  A subscription arrives on the XPUB as 1 and its prefix, its end as 0 and the prefix. All that wait are
//  taken before any is answered: a flood of them costs no more than one of everything.
void publisher_take_subscriptions (struct broker *broker)
{
    struct publisher *self = &broker->publisher;
    struct subscriptions subscriptions = {.count = 0};
    size_t most = broker->authorization ? SUBSCRIPTION_MAX : SUBSCRIPTION_A_TURN;
    for (size_t i = 0;
         i < most && subscriptions.count < SUBSCRIPTION_MAX && zsock_events (self->out) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv (self->out);
        zframe_t *frame = message ? zmsg_first (message) : NULL;
        if (frame && zframe_size (frame) > 0 && s_settle (broker, frame))
            subscriptions_add (&subscriptions, zframe_data (frame) + 1, zframe_size (frame) - 1);
        zmsg_destroy (&message);
    }
    for (size_t i = 0; i < subscriptions.count; i++) {
        const struct subscription *at = &subscriptions.at[i];
        size_t told = feed_replay (self->feed, at->prefix, at->n, s_publish, self);
        if (!feed_is_whole (at->prefix, at->n))
            replay_add (self->replay, at->prefix, at->n);
        else if (told == 0)
            s_tell_one_again (broker, at);
    }
}

int publisher_replay (struct broker *broker, struct error *error)
{
    return replay_step (broker->publisher.replay, REPLAYED_A_TURN, s_tell_again, broker, error);
}
