//  played_peers.h: for tests: a broker in this process, with a client and workers that a test plays itself,
//  frame by frame.
#ifndef DMH_TEST_SUPPORT_PLAYED_PEERS_H
#define DMH_TEST_SUPPORT_PLAYED_PEERS_H

#include "test/support/processes/workplace.h"

#include "broker/broker.h"
#include "messages/codec/frame.h"
#include "messages/event.h"
#include "messages/request.h"
#include "messages/work.h"

struct played_peers {
    struct workplace place;
    struct broker_config config;
    char store[512];
    char front[128], back[128], feed_in[128], feed[128];
    zactor_t *broker;
    zsock_t *client;
    unsigned requests;
};

//  A broker on reserved ports, its store in the workplace; `queue_max` as in broker_config.
void played_peers_open (struct played_peers *self, size_t queue_max);
//  The broker ends and starts again on the same store and ports.
void played_peers_restart (struct played_peers *self);
void played_peers_close (struct played_peers *self);

//  The same client at a broker that is a process of its own; played_peers_leave ends it.
void played_peers_visit (struct played_peers *self, const char *front, const char *back, const char *feed);
void played_peers_leave (struct played_peers *self);

//  Asks with the client and waits for the answer; `request` at the beginning of the message is filled in. The
//  answer has to be of the kind of `answer_shape`; shape_clear it.
void played_peers_ask (struct played_peers *self, const struct shape *shape, void *message,
                       const struct shape *answer_shape, void *answer);
//  The same, where the answer is ERROR; its code has to be `code` and its sentence hold `part`.
void played_peers_ask_refused (struct played_peers *self, const struct shape *shape, void *message,
                               const char *code, const char *part);
//  Submits one input of that name with that key; the job's id goes to `job`.
void played_peers_submit (struct played_peers *self, const char *name, const char *key, char job[ID_BYTES]);
//  The job as STATUS tells it; shape_clear by job_record_shape.
struct job_record played_peers_status (struct played_peers *self, const char *job);
//  The job's state has to be this.
void played_peers_expect_state (struct played_peers *self, const char *job, const char *state);
//  Waits until the job has come to that state, by its events.
void played_peers_await_state (struct played_peers *self, const char *job, const char *state);

//  A worker's DEALER that has registered (with what it runs) and heard REGISTERED.
zsock_t *played_peers_worker (struct played_peers *self, const char *worker, uint64_t slots,
                              const struct running_job *running, size_t count);
//  One that says all that itself.
zsock_t *played_peers_worker_that (struct played_peers *self, const struct ready *ready);
void played_peers_send (zsock_t *socket, const struct shape *shape, const void *message);
//  The next message, which has to be of that shape's kind (HEARTBEATs are skipped); shape_clear it.
void played_peers_expect (zsock_t *socket, const struct shape *shape, void *out);
//  The worker is asked something that is answered: everything that was on its way to it has come. Nothing
//  had.
void played_peers_expect_nothing (zsock_t *socket);

//  A result or a failure handed in, and whether it was accepted.
bool played_peers_result (zsock_t *worker, const char *job, uint64_t attempt);
bool played_peers_fail (zsock_t *worker, const char *job, uint64_t attempt, bool retryable, bool returned);
//  A result as played_peers_result sends it; outputs are borrowed.
struct result played_peers_result_of (const char *job, uint64_t attempt);

//  A SUB on the feed for the jobs whose ids begin so; the next event it is told.
zsock_t *played_peers_subscribe (struct played_peers *self, const char *job);
struct event played_peers_event (zsock_t *sub);

#endif
