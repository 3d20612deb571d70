//  feed.h: the last event of each job, for subscribers that come late. An event is a job's whole state, so
//  sending it again does no harm. Bounded: open jobs, and the last FEED_ENDED_MAX that ended. No socket: the
//  loop publishes what is given back.
#ifndef DMH_FEED_H
#define DMH_FEED_H

#include "../messages/event.h"

typedef struct feed feed_t;

enum { FEED_ENDED_MAX = 10000 };

feed_t *feed_new (void);    //  NULL when out of memory
void feed_destroy (feed_t **self_p);

//  Remembers the event as its job's last one. 0, or -1 out of memory.
int feed_put (feed_t *self, const struct event *event);

//  The last event of a job; NULL when none is known. Borrowed until the next feed_put.
const struct event *feed_last (const feed_t *self, const char *job);

//  Calls `each` for the last event of every job whose topic begins with `prefix` (n bytes).
void feed_replay (feed_t *self, const char *prefix, size_t n,
                  void (*each) (void *context, const struct event *event), void *context);

#endif
