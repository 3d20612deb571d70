//  fleet_feed.c: many subscribers to the events of all jobs. Called by test/bench/fleet.sh: fleet_feed FEED
//  SUBSCRIBERS. Says "subscribed" when all are connected; at SIGTERM it prints what each of them got. Reads
//  as fast as it can. Asserts nothing.
#include "messages/event.h"

#include <czmq.h>
#include <signal.h>
#include <stdio.h>

enum { SUBSCRIBERS_MAX = 4000, LOOK_MS = 100, A_TURN = 64 };

static volatile sig_atomic_t s_ended;

static void s_end (int signal)
{
    (void) signal;
    s_ended = 1;
}

//  Takes what is there for one of them; bytes with the topic.
static void s_take (zsock_t *feed, double *events, double *bytes)
{
    for (int i = 0; i < A_TURN && zsock_events (feed) & ZMQ_POLLIN; i++) {
        zmsg_t *message = zmsg_recv (feed);
        *events += message != NULL;
        *bytes += message ? (double) zmsg_content_size (message) : 0;
        zmsg_destroy (&message);
    }
}

int main (int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul (argv[2], NULL, 10) : 0;
    static zsock_t *feeds[SUBSCRIBERS_MAX];
    static zmq_pollitem_t items[SUBSCRIBERS_MAX];
    double events = 0, bytes = 0;
    if (count == 0 || count > SUBSCRIBERS_MAX) {
        fprintf (stderr, "fleet_feed FEED SUBSCRIBERS\n");
        return 2;
    }
    zsys_handler_set (NULL);
    signal (SIGTERM, s_end);
    zsys_set_max_sockets (2 * SUBSCRIBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        feeds[i] = zsock_new_sub (argv[1], EVENT_TOPIC);
        items[i] = (zmq_pollitem_t){zsock_resolve (feeds[i]), 0, ZMQ_POLLIN, 0};
    }
    printf ("subscribed\n");
    fflush (stdout);
    while (!s_ended) {
        if (zmq_poll (items, (int) count, LOOK_MS) <= 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if (items[i].revents)
                s_take (feeds[i], &events, &bytes);
    }
    printf ("each of %zu subscribers got %.0f events, %.0f bytes each\n", count, events / (double) count,
            events > 0 ? bytes / events : 0);
    for (size_t i = 0; i < count; i++)
        zsock_destroy (&feeds[i]);
    return 0;
}
