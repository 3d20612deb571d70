//  feed.h: the last event of each job, for subscribers that come late. An event is a job's whole state, so
//  sending it again does no harm. Bounded: jobs that run, and the last FEED_ENDED_MAX that ended; those that
//  are queued stand in the store, and their events are made from there. No socket: the loop publishes what is
//  given back.
#ifndef DMH_BROKER_FEED_FEED_H
#define DMH_BROKER_FEED_FEED_H

#include "messages/event.h"

typedef struct feed feed_t;

enum { FEED_ENDED_MAX = 10000 };

//  An event as it travels.
struct publication {
    char topic[EVENT_TOPIC_BYTES];
    void *body;
    size_t bytes;
    char *owner;      //  of the job; NULL: none is known
    unsigned ends;    //  for the feed alone: how often it stands among those that ended
    bool ended;
};

feed_t *feed_new (void);    //  NULL when out of memory
void feed_destroy (feed_t **self_p);

//  Remembers the event as its job's last one; `owner` (NULL: as it was before) is the job's. What is to be
//  published, borrowed until the next feed_put or feed_pass; NULL when it cannot
//  be encoded or there is no memory.
const struct publication *feed_put (feed_t *self, const struct event *event, const char *owner);

//  The same for an event that can be made again: it is not remembered, and what was known of its job is
//  forgotten.
const struct publication *feed_pass (feed_t *self, const struct event *event, const char *owner);

//  Whether that prefix of topics (n bytes) is the whole topic of one job.
bool feed_is_whole (const char *prefix, size_t n);

//  The last event of a job. DMH_OK; DMH_NOT_FOUND when none is known.
int feed_last (const feed_t *self, const char *job, struct event *out);

//  The owner of a job; NULL: the feed does not know that job. Borrowed until the next feed_put or
//  feed_forget.
const char *feed_owner (const feed_t *self, const char *job);

//  The topic under which it is published a second time, as its owner is one for whom a gateway speaks; false:
//  it is not.
bool feed_owner_topic (const struct publication *publication, char out[EVENT_OWNER_TOPIC_BYTES]);

//  Calls `each` for the last event of every job that is remembered and one of whose topics begins with
//  `prefix` (n bytes). How many there are.
size_t feed_replay (feed_t *self, const char *prefix, size_t n,
                    void (*each) (void *context, const struct publication *publication), void *context);

//  The job is no more.
void feed_forget (feed_t *self, const char *job);

//  Jobs whose last event is known.
size_t feed_count (const feed_t *self);

#endif
