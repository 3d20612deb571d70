//  rabbitmq_lock.c: see rabbitmq_lock.h. RabbitMQ tells nobody when such a queue has gone, so it is asked
//  again.
#include "client/bridge/engines/rabbitmq_lock.h"

#include "messages/base/clock.h"

#include <time.h>

enum { AGAIN_MS = 5, AGAIN_MOST_MS = 80 };

static void s_pause (int ms)
{
    nanosleep (&(struct timespec){.tv_nsec = (long) ms * 1000000}, NULL);
}

int rabbitmq_lock_take (rabbitmq_link_t *link, unsigned channel, const char *name, struct error *error)
{
    amqp_connection_state_t state = rabbitmq_link_state (link);
    int64_t until = clock_mono_ms () + QUEUE_ANSWER_MS;
    for (int pause = AGAIN_MS;; pause = pause < AGAIN_MOST_MS ? pause * 2 : pause) {
        struct error why = {.code = DMH_OK};
        amqp_queue_declare (state, (amqp_channel_t) channel, amqp_cstring_bytes (name), 0, 0, 1, 1,
                            amqp_empty_table);
        int rc = rabbitmq_link_said (link, &why);
        if (rc == DMH_OK)
            return rc;
        if (rc != DMH_CONFLICT || clock_mono_ms () >= until)
            return error_set (error, rc == DMH_CONFLICT ? DMH_UNAVAILABLE : rc, "%s", why.text);
        //  The answer closed the channel.
        rc = rabbitmq_link_open_again (link, channel, error);
        if (rc != DMH_OK)
            return rc;
        s_pause (pause);
    }
}

int rabbitmq_lock_release (rabbitmq_link_t *link, unsigned channel, const char *name, struct error *error)
{
    amqp_queue_delete (rabbitmq_link_state (link), (amqp_channel_t) channel, amqp_cstring_bytes (name), 0, 0);
    return rabbitmq_link_said (link, error);
}
