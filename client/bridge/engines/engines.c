//  engines.c: which message queue speaks a scheme. See queue.h.
#include "client/bridge/engines/engines.h"

#include <string.h>

static const struct queue *const QUEUES[] = {&redis_queue, &rabbitmq_queue};

const struct queue *queue_of (const char *scheme)
{
    size_t n = strlen (scheme);
    for (size_t i = 0; i < sizeof QUEUES / sizeof *QUEUES; i++)
        for (const char *at = QUEUES[i]->schemes; *at; at += strspn (at, " ")) {
            size_t word = strcspn (at, " ");
            if (word == n && strncmp (at, scheme, n) == 0)
                return QUEUES[i];
            at += word;
        }
    return NULL;
}
