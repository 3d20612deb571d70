//  feed_outlet_test.c: who does not read loses events, alone, and that is counted once a time.
#include "broker/feed/feed_outlet.h"

#include "messages/base/metrics.h"

#include <criterion/criterion.h>

enum { QUEUE = 4, MANY = 100 };

static zsock_t *s_subscriber (zsock_t *out)
{
    zsock_t *sub = zsock_new (ZMQ_SUB);
    cr_assert_not_null (sub);
    zsock_set_rcvhwm (sub, QUEUE);
    zsock_set_rcvtimeo (sub, 20000);
    cr_assert_eq (zsock_connect (sub, "inproc://feed-outlet"), 0);
    zsock_set_subscribe (sub, "job/");
    zmsg_t *subscription = zmsg_recv (out);    //  verbose: one of each
    cr_assert_not_null (subscription);
    zmsg_destroy (&subscription);
    return sub;
}

static zsock_t *s_outlet (void)
{
    zsock_t *out = zsock_new (ZMQ_XPUB);
    cr_assert_not_null (out);
    zsock_set_sndhwm (out, QUEUE);
    zsock_set_xpub_verbose (out, 1);
    zsock_set_rcvtimeo (out, 20000);
    feed_outlet_prepare (out);
    cr_assert_eq (zsock_bind (out, "inproc://feed-outlet"), 0);
    return out;
}

static void s_send (zsock_t *out, int number)
{
    char body[16];
    struct publication publication = {.topic = "job/a", .body = body};
    publication.bytes = (size_t) snprintf (body, sizeof body, "%d", number);
    zsock_events (out);    //  what subscribers have read since is known
    feed_outlet_send (out, &publication);
}

//  The next event; -1: none is there.
static int s_read (zsock_t *sub)
{
    if (!(zsock_events (sub) & ZMQ_POLLIN))
        return -1;
    zmsg_t *message = zmsg_recv (sub);
    cr_assert_eq (zmsg_size (message), 2);
    char *text = zframe_strdup (zmsg_last (message));
    int number = atoi (text);
    zstr_free (&text);
    zmsg_destroy (&message);
    return number;
}

static void s_expect_overflows (unsigned count)
{
    char *text = NULL, line[64];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("broker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "\ndmh_broker_feed_overflows_total %u\n", count);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    free (text);
}

Test (feed_outlet, one_that_does_not_read_loses_events_alone_and_is_counted_once_a_time, .timeout = 60)
{
    zsock_t *out = s_outlet (), *awake = s_subscriber (out), *asleep = s_subscriber (out);
    int heard = 0, number = 0;
    for (; number < MANY; number++) {
        s_send (out, number);
        cr_assert_eq (s_read (awake), number);
    }
    s_expect_overflows (1);
    for (int next; (next = s_read (asleep)) >= 0; heard++)
        cr_assert_eq (next, heard, "what it had room for is there, in order");
    cr_assert (heard >= QUEUE && heard <= 2 * QUEUE, "%d", heard);
    for (; number < 2 * MANY; number++) {
        s_send (out, number);
        cr_assert_eq (s_read (awake), number);
    }
    s_expect_overflows (2);
    cr_expect_eq (s_read (asleep), MANY, "it goes on with what is sent when it has room again");
    zsock_destroy (&asleep);
    zsock_destroy (&awake);
    zsock_destroy (&out);
}

Test (feed_outlet, without_subscribers_nothing_is_lost, .timeout = 60)
{
    zsock_t *out = s_outlet ();
    for (int i = 0; i < MANY; i++)
        s_send (out, i);
    s_expect_overflows (0);
    zsock_destroy (&out);
}
