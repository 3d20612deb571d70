//  context.h: what the files of the broker's loop share, in parts; a function takes the part that it needs
//  where one is enough. One thread.
#ifndef DMH_BROKER_CONTEXT_H
#define DMH_BROKER_CONTEXT_H

#include "broker/access/authorization.h"
#include "broker/access/connections.h"
#include "broker/access/peers.h"
#include "broker/access/quota.h"
#include "broker/config.h"
#include "broker/dispatch/dispatcher.h"
#include "broker/feed/feed.h"
#include "broker/files/service.h"
#include "broker/jobs/follow.h"
#include "broker/jobs/removal.h"
#include "broker/jobs/replay.h"
#include "broker/jobs/retention.h"
#include "broker/jobs/split_progress.h"
#include "broker/jobs/turn.h"
#include "broker/store/store.h"
#include "messages/codec/frame.h"
#include "messages/request.h"

//  Where the sockets are bound. As peers are told: any address is "*", the host by which they know the
//  broker.
struct endpoints {
    char front[URI_BYTES], back[URI_BYTES], feed_in[URI_BYTES], feed[URI_BYTES];
    char files[URI_BYTES];                                 //  empty without a files service
    char feed_bound[URI_BYTES], files_bound[URI_BYTES];    //  with the real address, to bind them again
};

//  What is published: workers' progress comes in, each job's state goes out.
struct publisher {
    zsock_t *in, *out;
    feed_t *feed;        //  the last event of each job that is not queued
    replay_t *replay;    //  those of the queued ones, for new subscribers
    bool is_unbound;     //  the address of `out` is not free yet, see endpoints_bind_feed
};

//  How it stands with a store that may be away.
struct recovery {
    bool stalled;          //  the last commit failed; logged once
    int64_t again_at;      //  when it is tried again
    bool unknown;          //  the store may hold open jobs that the dispatcher does not know
    int64_t checked_at;    //  when the store was last looked at
    bool deposed;          //  another broker has the store
};

//  A copy of the store that is made and given out; one at a time.
struct store_copy {
    store_backup_t *backup;    //  NULL: there is none
    char id[ID_BYTES];
    int64_t asked_at;
    zframe_t *asker;    //  who waits for the answer to `request`; NULL: nobody does
    char request[ID_BYTES];
    uint64_t offset;
};

//  Jobs whose files several workers share, see splits.h.
struct splits {
    split_progress_t *progress;
    struct store_job_id *ended;    //  those whose parts are to be seen to
    size_t ended_count, ended_room;
};

//  A walk over the open jobs for the files that they need, see file_sweep.h.
struct file_walk {
    int64_t swept_at;      //  when the last one began
    zhashx_t *needed;      //  SHA-256 of those found so far; NULL: none goes on
    zhashx_t *reopened;    //  jobs that were opened again since it began
    uint64_t walked;       //  the sequence of the last job
};

struct broker {
    struct broker_config *config;    //  the actor's own, as RELOAD changes it
    char broker_id[ID_BYTES];
    char disk[DISK_NAME_BYTES];    //  which disks this process sees
    zsock_t *front, *back;
    struct endpoints endpoints;
    struct publisher publisher;
    struct recovery recovery;
    files_t *files;                        //  NULL: no files service
    struct ticket_secret ticket_secret;    //  of what peers show it
    struct file_walk file_walk;
    store_t *store;
    dispatcher_t *dispatcher;
    follow_t *follow;    //  those of its queued jobs that wait for others
    struct splits splits;
    struct action action;    //  of the dispatcher, being done
    bool acting;             //  `action` is not done yet, as the store was away
    turn_t *turn;
    peers_t *peers;
    connections_t *connections;
    authorization_t *authorization;    //  NULL: without keys
    quota_t *quota;
    retention_t *retention;
    removal_t *removal;
    struct store_copy copy;
    size_t waiting_logged;    //  results that wait for a worker of their host, as last logged
    int64_t measured_at;      //  when the gauges were set last
    struct counters counters;
    int64_t refused_logged_at;    //  when a refused frame was last logged
    size_t queue_max;
    int64_t now;           //  the dispatcher's time, the same for a whole turn
    int64_t clock_seen;    //  the real one when it was last moved on
};

#endif
