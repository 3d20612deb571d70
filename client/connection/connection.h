//  connection.h: the client's link to a broker: a DEALER to its front, a SUB to its feed. One function a
//  request; each blocks until the answer, the timeout or the interruption. One thread. Never prints.
#ifndef DMH_CLIENT_CONNECTION_CONNECTION_H
#define DMH_CLIENT_CONNECTION_CONNECTION_H

#include <czmq.h>

#include "messages/batch.h"
#include "messages/event.h"
#include "messages/keys/credential.h"
#include "messages/request.h"

enum { ANSWER_MS = 5000 };

typedef struct connection connection_t;

//  Connects to `fronts` (tcp://HOST:PORT or inproc://…, or a list of them with commas) and says HELLO; who
//  answers first is the broker. When it falls silent, the whole list is tried again, and what was asked and
//  what was followed goes on at the one that answers. `timeout_ms` holds for this and every
//  later request; `interrupt` is a descriptor that becomes readable when the user wants to stop, or -1.
//  `credential` is shown to a broker that has keys (NULL: none; copied). NULL with `error` set: DMH_USAGE
//  (not an endpoint), DMH_UNAVAILABLE (nobody answered), DMH_CANCELLED (interrupted).
connection_t *connection_new (const char *fronts, const struct credential *credential, int timeout_ms,
                              int interrupt, struct error *error);
void connection_destroy (connection_t **self_p);

//  Looks for a broker anew, as HELLO does at the beginning. As connection_new.
int connection_greet (connection_t *self, struct error *error);

//  What the broker said of itself: the endpoint of its files service, seen from here, empty without one (it
//  is borrowed until the next request); and the folders, with commas, in which every worker opens a path that
//  this process names: empty for all folders, NULL where they see other disks or open none.
const char *connection_files (const connection_t *self);
const char *connection_roots (const connection_t *self);
//  Where workers register, seen from here; empty where the broker does not say. Borrowed as above.
const char *connection_back (const connection_t *self);

//  What connection_new was given; borrowed.
const struct credential *connection_credential (const connection_t *self);
int connection_interrupt (const connection_t *self);

//  Called while something is waited for, some times a second, until it is NULL; it asks for nothing.
void connection_on_wait (connection_t *self, void (*rest) (void *context), void *context);

//  Waits `wait_ms` (0: not at all). true: it was interrupted.
bool connection_pause (const connection_t *self, int wait_ms);

//  Each request: DMH_OK with *out filled (clear it with its shape's clear), else DMH_UNAVAILABLE,
//  DMH_CANCELLED, or the code and sentence of the broker's ERROR. `request` of the message is filled here.
int connection_submit (connection_t *self, struct submit *submit, struct accepted *out, struct error *error);
//  Several, one behind the other without waiting, so that one commit may take them. *answered: how many of
//  outs [count] are filled, also where one after them failed: its sentence is answered.
int connection_submit_all (connection_t *self, struct submit *submits, size_t count, struct accepted *outs,
                           size_t *answered, struct error *error);
int connection_status (connection_t *self, const char *job, struct job_record *out, struct error *error);
int connection_cancel (connection_t *self, const char *job, struct job_record *out, struct error *error);
int connection_retry (connection_t *self, const char *job, struct job_record *out, struct error *error);
//  Asks that it leaves for good, with input and result; it has when connection_status answers DMH_NOT_FOUND.
int connection_remove (connection_t *self, const char *job, struct job_record *out, struct error *error);
//  Asks the worker of a job that is done to leave its result with the broker.
int connection_bring (connection_t *self, const char *job, struct job_record *out, struct error *error);
//  Tells that the result of a job is here, whole.
int connection_fetched (connection_t *self, const char *job, struct job_record *out, struct error *error);
int connection_list (connection_t *self, struct list *list, struct jobs *out, struct error *error);
//  All of them, page by page, in the order of their ids.
int connection_workers (connection_t *self, struct worker_list *out, struct error *error);
//  The worker of that id is to finish what it runs, take nothing new, and leave; it has when
//  connection_workers does not know it any more.
int connection_drain (connection_t *self, const char *worker, struct error *error);
int connection_stats (connection_t *self, struct counters *out, struct error *error);
int connection_batch (connection_t *self, struct batch_request *batch, struct batch_reply *out,
                      struct error *error);
int connection_find (connection_t *self, const char *word, struct found *out, struct error *error);

//  Any request, by the shapes of it and of its answer; and several of a kind, one behind the other: messages
//  [count] and outs [count] lie side by side, *answered is how many of these are filled.
int connection_request (connection_t *self, const struct shape *request, void *message,
                        const struct shape *answer, void *out, struct error *error);
int connection_request_all (connection_t *self, const struct shape *request, void *messages, size_t count,
                            const struct shape *answer, void *outs, size_t *answered, struct error *error);

//  Wants the events of one job from now on; the last one comes at once. DMH_OK, or DMH_UNAVAILABLE when the
//  feed cannot be reached.
int connection_follow (connection_t *self, const char *job, struct error *error);
//  Wants them no more.
void connection_unfollow (connection_t *self, const char *job);
//  The socket that they come from, for who waits for other things beside it; NULL before the first
//  connection_follow. Borrowed.
zsock_t *connection_feed (const connection_t *self);

//  Waits at most `wait_ms` for an event of a followed job. 1: *out is filled (plain data, nothing to clear);
//  0: none came; DMH_CANCELLED: interrupted. Events that do not decode are passed over.
int connection_event (connection_t *self, int wait_ms, struct event *out);

#endif
