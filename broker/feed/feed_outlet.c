//  feed_outlet.c: see feed_outlet.h. With ZMQ_XPUB_NODROP the socket refuses what it would drop for somebody;
//  then it is told to drop. A queue that has lost something is passed over by libzmq until it has room again,
//  so that it is refused, and counted, once.
#include "broker/feed/feed_outlet.h"

#include "messages/base/metrics.h"
#include "messages/codec/frame.h"

void feed_outlet_prepare (zsock_t *out)
{
    zsock_set_xpub_nodrop (out, 1);
}

static bool s_put (zsock_t *out, const struct publication *publication, const char *topic)
{
    return frame_put (out, topic, strlen (topic), true) &&
           frame_put (out, publication->body, publication->bytes, false);
}

static void s_send (zsock_t *out, const struct publication *publication, const char *topic)
{
    if (s_put (out, publication, topic) || zmq_errno () != EAGAIN)
        return;
    metrics_add (METRIC_FEED_OVERFLOWS, 0, 1);
    zsock_set_xpub_nodrop (out, 0);
    s_put (out, publication, topic);
    zsock_set_xpub_nodrop (out, 1);
}

void feed_outlet_send (zsock_t *out, const struct publication *publication)
{
    char topic[EVENT_OWNER_TOPIC_BYTES];
    s_send (out, publication, publication->topic);
    if (feed_owner_topic (publication, topic))
        s_send (out, publication, topic);
}
