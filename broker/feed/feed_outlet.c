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

static bool s_send (zsock_t *out, const struct publication *publication)
{
    return frame_put (out, publication->topic, strlen (publication->topic), true) &&
           frame_put (out, publication->body, publication->bytes, false);
}

void feed_outlet_send (zsock_t *out, const struct publication *publication)
{
    if (s_send (out, publication) || zmq_errno () != EAGAIN)
        return;
    metrics_add (METRIC_FEED_OVERFLOWS, 0, 1);
    zsock_set_xpub_nodrop (out, 0);
    s_send (out, publication);
    zsock_set_xpub_nodrop (out, 1);
}
