//  exchange.h: the one connection of the gateway to its broker: a thread that owns a DEALER, with many
//  requests under way, each correlated by its id; so nobody waits for another's answer. It greets the broker
//  every second: who falls silent is looked for anew, the whole list of brokers at once, and what was asked
//  meanwhile is said again there until its time is over. Knows no HTTP.
#ifndef DMH_CLIENT_GATEWAY_BROKER_EXCHANGE_H
#define DMH_CLIENT_GATEWAY_BROKER_EXCHANGE_H

#include "client/gateway/broker/asked_queue.h"
#include "client/gateway/broker/event_feed.h"
#include "messages/files/route.h"
#include "messages/keys/credential.h"
#include "messages/request.h"

enum { EXCHANGE_TIMEOUT_MS = 5000, EXCHANGE_SILENCE_MS = 4000 };

typedef struct exchange exchange_t;

//  `fronts`: a broker, or a list of them with commas. `credential` is borrowed until exchange_destroy. NULL
//  with `error` set: DMH_USAGE (no addresses), DMH_INTERNAL. A broker need not be there.
exchange_t *exchange_new (const char *fronts, const struct credential *credential, struct error *error);
//  Ends the thread: what is under way is answered by DMH_UNAVAILABLE, and so is what is asked later; who
//  listens hears the end.
void exchange_close (exchange_t *self);
void exchange_destroy (exchange_t **self_p);

//  Asks; `message` is encoded before this returns, its `request` (its first member) is filled here. `answer`
//  is called once, unless this does not answer DMH_OK: DMH_UNAVAILABLE (too much is under way, or it is
//  closed), DMH_TOO_LARGE, DMH_INTERNAL. Any thread.
int exchange_ask (exchange_t *self, const struct shape *request, void *message, const struct shape *shape,
                  exchange_answer_fn *answer, void *context, struct error *error);

//  Whether a broker answers now. Any thread.
bool exchange_is_ready (const exchange_t *self);

//  Whether that broker, and every worker that it has, sees the disks of this process. Any thread.
bool exchange_shares_disk (const exchange_t *self);

//  Listens to the broker's feed; as event_feed_listen and its like. Any thread.
bool exchange_listen (exchange_t *self, struct event_listener *listener);
void exchange_unlisten (exchange_t *self, struct event_listener *listener);
void exchange_review_listeners (exchange_t *self);

//  Where the broker's files service is; borrowed. Any thread.
route_t *exchange_route (const exchange_t *self);

#endif
