//  context.h: what the broker's loop, its front, its back and its publisher share. Private to broker.c,
//  broker/start.c, broker/file_sweep.c, front.c, submit.c, back.c and publisher.c; one thread.
#ifndef DMH_BROKER_CONTEXT_H
#define DMH_BROKER_CONTEXT_H

#include "broker/access/authorization.h"
#include "broker/access/connections.h"
#include "broker/access/peers.h"
#include "broker/access/quota.h"
#include "broker/broker.h"
#include "broker/dispatch/dispatcher.h"
#include "broker/feed/feed.h"
#include "broker/files/service.h"
#include "broker/jobs/retention.h"
#include "broker/jobs/turn.h"
#include "broker/store/store.h"
#include "messages/codec/frame.h"

struct broker {
    struct broker_config *config;    //  the actor's own, as RELOAD changes it
    zsock_t *front, *back, *feed_in, *feed_out;
    char broker_id[ID_BYTES];
    char front_endpoint[URI_BYTES], back_endpoint[URI_BYTES];
    char feed_in_endpoint[URI_BYTES], feed_endpoint[URI_BYTES];
    char feed_bound[URI_BYTES];    //  with its real address, to bind it again
    files_t *files;                //  NULL: no files service
    char files_endpoint[URI_BYTES], files_bound[URI_BYTES];
    int64_t swept_at;              //  when files that nobody uses were last thrown away
    char disk[DISK_NAME_BYTES];    //  which disks this process sees
    store_t *store;
    dispatcher_t *dispatcher;
    feed_t *feed;
    turn_t *turn;
    peers_t *peers;
    connections_t *connections;
    authorization_t *authorization;    //  NULL: without keys
    quota_t *quota;
    retention_t *retention;
    size_t waiting_said;    //  results that wait for a worker of their host, as last logged
    bool feed_is_off;       //  its address is not free yet, see broker_renew_feed
    struct counters counters;
    struct action action;    //  of the dispatcher, being done
    bool acting;             //  `action` is not done yet, as the store was away
    size_t queue_max;
    int64_t now;             //  the dispatcher's time, the same for a whole turn
    int64_t clock_seen;      //  the real one when it was last moved on
    bool stalled;            //  the last commit failed; said once
    int64_t again_at;        //  when it is tried again
    bool unknown;            //  the store may hold open jobs that the dispatcher does not know
    int64_t checked_at;      //  when the store was last looked at
    bool deposed;            //  another broker has the store
    int64_t refused_said;    //  when a refused frame was last logged
};

//  broker_open.c: everything from the configuration to bound sockets and restored jobs. DMH_OK, or a code
//  with a sentence; broker_close takes half-built ones.
//  DMH_CONFLICT: another broker has the store.
int broker_open (struct broker *self, struct error *error);
//  Gives the dispatcher every open job of the store that it does not know.
int broker_restore (struct broker *self, struct error *error);
void broker_close (struct broker *self);
//  The limits of the configuration as it is now.
void broker_limit (struct broker *self);
//  Cuts every subscriber off; those that are allowed to come back by themselves and are told everything
//  again. broker_bind_feed goes on with it until feed_is_off is false.
void broker_renew_feed (struct broker *self);
void broker_bind_feed (struct broker *self);

//  A socket with all its options and guarded by keys, not bound; and one that is, to `endpoint`, which --NAME
//  said. `out` and `in`: messages that may wait for each peer. NULL with `error` set.
zsock_t *broker_socket (const struct broker *self, int type, const char *name, const char *endpoint, int out,
                        int in, struct error *error);
zsock_t *broker_bind (const struct broker *self, int type, const char *name, const char *endpoint, int out,
                      int in, struct error *error);
//  Where it is bound, as peers are told: any address becomes "*", the host by which they know the broker.
void broker_endpoint (zsock_t *socket, char out[URI_BYTES]);

//  broker_files.c: the files service of the configuration, begun; its connections cut, as for the feed; what
//  nobody uses thrown away, now and then.
int broker_open_files (struct broker *self, struct error *error);
void broker_renew_files (struct broker *self);
void broker_sweep_files (struct broker *self);

//  admission.c: whether the sender of a message may use the socket that it came by; if not, it is answered
//  unauthorized. Always, without keys.
bool entry_check (struct broker *self, zsock_t *from, zframe_t *identity, zmsg_t *message);
//  The keys have changed, or may have: what a revoked one holds is taken from it.
void entry_reload (struct broker *self);

//  broker.c: an ERROR answer, counted and logged.
void broker_refuse (struct broker *self, zsock_t *to, zframe_t *identity, const char *request,
                    const struct error *error);

//  front.c: one message of a client. `identity` is borrowed.
void front_take (struct broker *self, zframe_t *identity, zmsg_t *message);

//  A request on its way through: what every function of the front needs to answer it.
struct asking {
    struct broker *broker;
    zframe_t *identity;
    const char *client;        //  who asks, for the quota
    char request[ID_BYTES];    //  empty until the body is decoded
};
//  submit.c: SUBMIT. DMH_OK when answered, else `error` is the answer.
int submit_take (struct asking *asking, const struct frame *frame, struct error *error);

//  back.c: one message of a worker.
void back_take (struct broker *self, zframe_t *identity, zmsg_t *message);
//  orders_perform.c: one action of the dispatcher. DMH_OK; DMH_UNAVAILABLE when it has to be done again
//  later, as the store is away.
int orders_perform (struct broker *self, const struct action *action, struct error *error);

//  retain.c: jobs that were kept for long enough leave. NULL when out of memory; the broker is borrowed.
retention_t *expiry_new (struct broker *self);
//  Asks for the result of a job that is done, for whoever looks for it at the files service. DMH_OK;
//  DMH_CONFLICT; DMH_NOT_FOUND: nobody of its host is there; DMH_UNAVAILABLE: no files service.
int expiry_bring (struct broker *self, const struct job_record *record, struct error *error);
//  A little of it, where there is something to do and the store is there; after a turn, so that no group is
//  open.
void expiry_step (struct broker *self);

//  publisher.c: publishes a job's state as it was committed; takes one message of a worker's PUB; takes one
//  the subscriptions that wait, whose newcomers get what was last said.
void publisher_tell (struct broker *self, const struct job_record *record);
void publisher_take_progress (struct broker *self);
void publisher_take_subscriptions (struct broker *self);

#endif
