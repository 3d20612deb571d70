//  subscriptions.h: the subscriptions that came in one turn, none the beginning of another, so that each
//  event is told once to all newcomers however many they are. No socket.
#ifndef DMH_BROKER_FEED_SUBSCRIPTIONS_H
#define DMH_BROKER_FEED_SUBSCRIPTIONS_H

#include "messages/event.h"

enum { SUBSCRIPTION_MAX = 64 };

struct subscription {
    char prefix[EVENT_OWNER_TOPIC_BYTES];    //  any bytes
    size_t n;
};

struct subscriptions {
    struct subscription at[SUBSCRIPTION_MAX];
    size_t count;
};

//  Takes the prefix of topics (n bytes) in, unless one covers it already or it is longer than any topic;
//  those that it covers go. When SUBSCRIPTION_MAX are there the new one is lost: take no more than that many.
void subscriptions_add (struct subscriptions *self, const void *prefix, size_t n);

#endif
