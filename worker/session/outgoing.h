//  outgoing.h: what a session says to its broker, each a message of messages/work.h made from what the
//  session knows. Nothing waits; what is lost is said again.
#ifndef DMH_WORKER_SESSION_OUTGOING_H
#define DMH_WORKER_SESSION_OUTGOING_H

#include "worker/session/context.h"

//  READY with all that runs here; when it is answered, results that were not acknowledged are handed in.
void outgoing_ready (struct session *self);

//  HEARTBEAT with the attempts that run here or are not acknowledged.
void outgoing_heartbeat (struct session *self);

//  RESULT or FAIL: what a slot's runner has ended with; it stays there until it is acknowledged.
void outgoing_end (struct session *self, const struct slot *slot);

//  FOLLOWED: what the slot's job follows and is not known here yet; nothing where all is.
void outgoing_gather (struct session *self, const struct slot *slot);

//  FOLLOWED with `bring`: the result of that place cannot be read here.
void outgoing_bring (struct session *self, const struct slot *slot, uint64_t place);

//  FAIL returned: the job goes back to the queue at once.
void outgoing_give_back (struct session *self, const struct job_order *order, const char *why);

//  FAIL: the attempt that the broker wants ended does not run here.
void outgoing_unknown (struct session *self, const struct stop_job *stop);

//  DRAIN, and BYE.
void outgoing_drain (struct session *self);
void outgoing_bye (struct session *self);

//  An event on the feed: how far the slot's attempt is.
void outgoing_progress (struct session *self, const struct slot *slot, const struct runner_news *news);

#endif
