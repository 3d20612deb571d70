//  publisher.c: see publisher.h.
#include "broker/publisher.h"

#include "broker/entry.h"
#include "broker/feed/subscriptions.h"

enum { SUBSCRIPTION_A_TURN = 1000 };    //  with those that are taken back

static void s_publish (void *context, const struct publication *publication)
{
    const struct publisher *self = context;
    if (frame_put (self->out, publication->topic, strlen (publication->topic), true))
        frame_put (self->out, publication->body, publication->bytes, false);
}

static void s_tell (struct publisher *self, const struct event *event)
{
    const struct publication *publication = feed_put (self->feed, event);
    if (publication)
        s_publish (self, publication);
}

void publisher_tell (struct publisher *self, const struct job_record *record)
{
    struct event event = event_of (record);
    if (job_state_is (record->state, JOB_DONE))
        event.eta_ms = 0;
    s_tell (self, &event);
}

//  What is the broker's to say stays as the broker said it.
static void s_tell_progress (struct publisher *self, struct event *event)
{
    struct event last;
    if (feed_last (self->feed, event->job, &last) != DMH_OK)
        return;
    if (job_state_is (last.state, JOB_RUNNING) && job_state_is (event->state, JOB_RUNNING) &&
        last.attempt == event->attempt && streq (last.worker, event->worker)) {
        memcpy (event->name, last.name, sizeof event->name);
        memcpy (event->correlation, last.correlation, sizeof event->correlation);
        *event->code = *event->message = 0;
        s_tell (self, event);
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
        s_tell_progress (&broker->publisher, &event);
        event_clear (&event);
    } else
        broker->counters.refused++;
    zmsg_destroy (&message);
}

//  A subscription arrives on the XPUB as 1 and its prefix, its end as 0 and the prefix. All that wait are
//  taken before any is answered: a flood of them costs no more than one of everything.
void publisher_take_subscriptions (struct publisher *self)
{
    struct subscriptions subscriptions = {.count = 0};
    for (int i = 0; i < SUBSCRIPTION_A_TURN && subscriptions.count < SUBSCRIPTION_MAX &&
                    zsock_events (self->out) & ZMQ_POLLIN;
         i++) {
        zmsg_t *message = zmsg_recv (self->out);
        zframe_t *frame = message ? zmsg_first (message) : NULL;
        if (frame && zframe_size (frame) > 0 && zframe_data (frame)[0] == 1)
            subscriptions_add (&subscriptions, zframe_data (frame) + 1, zframe_size (frame) - 1);
        zmsg_destroy (&message);
    }
    for (size_t i = 0; i < subscriptions.count; i++)
        feed_replay (self->feed, subscriptions.at[i].prefix, subscriptions.at[i].n, s_publish, self);
}
