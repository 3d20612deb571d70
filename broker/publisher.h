//  publisher.h: what is published: the broker's word on each job's state, and workers' progress where it is
//  that of the attempt that runs. A slow subscriber loses events, never the state: each event holds all of
//  it.
#ifndef DMH_BROKER_PUBLISHER_H
#define DMH_BROKER_PUBLISHER_H

#include "broker/context.h"

//  Publishes a job's state as it was committed. Of the jobs that a split one is made of nothing is told.
void publisher_tell (struct broker *broker, const struct job_record *record);

//  One of the jobs that this split one is made of has got on.
void publisher_tell_split (struct broker *broker, const char *job);

//  Takes one message of a worker's PUB.
void publisher_take_progress (struct broker *broker);

//  Takes the subscriptions that wait, with keys those of jobs that the subscriber may see; whoever is new
//  gets the last event of each job that it asks for: at once, those of jobs that are queued with
//  publisher_replay.
void publisher_take_subscriptions (struct broker *broker);

//  Some of those that new subscribers are still to get. DMH_OK, or why the store cannot be read.
int publisher_replay (struct broker *broker, struct error *error);

#endif
