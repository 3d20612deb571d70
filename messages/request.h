//  request.h: what a client asks of the broker's front, and the answers. One struct a message; see
//  PROTOCOL.md. Every request carries `request` (the client's id for it, echoed) and may carry `correlation`.
#ifndef DMH_MESSAGES_REQUEST_H
#define DMH_MESSAGES_REQUEST_H

#include "messages/base/disk.h"
#include "messages/job.h"

struct hello {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char version[WORD_BYTES];
    char disk[DISK_NAME_BYTES];    //  see base/disk.h; empty: not said
};
struct welcome {
    char request[ID_BYTES];
    char version[WORD_BYTES];
    char broker_id[ID_BYTES];
    char feed[URI_BYTES];     //  endpoint; a host of "*" means: the host you reached me at
    char files[URI_BYTES];    //  of the files service, as feed; empty: there is none
    char back[URI_BYTES];     //  where workers register, as feed
    bool shares_disk;         //  broker and every worker see the disks that the client sees
    char roots[URI_BYTES];    //  and open paths in these folders alone, with commas; empty: anywhere
};
//  A job of a SUBMIT that follows others: it waits until they are done, and their results are handed over to
//  it.
struct follow_entry {
    uint64_t input;        //  the place of its input in this SUBMIT, from 0
    char job[ID_BYTES];    //  whom; empty: jobs of the same submit_key,
    uint64_t at, count;    //  `count` of them from position `at` on, each before its own
};
struct submit {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char submit_key[ID_BYTES];    //  makes it idempotent: the same key is answered with the same jobs
    struct input *inputs;
    size_t inputs_count;
    struct options options;
    char on_behalf_of[OWNER_NAME_BYTES];    //  of a gateway: whom it speaks for, here and below
    uint64_t total;            //  0: no batch; else of how many jobs the batch is that these are part of
    uint64_t at;               //  the position in it of the first input
    char batch[NAME_BYTES];    //  its name; empty: it has none
    struct follow_entry *follows;
    size_t follows_count;
};
struct job_id {
    char job[ID_BYTES];
};
struct accepted {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    struct job_id *jobs;    //  in the order of the inputs
    size_t jobs_count;
    char batch[ID_BYTES];    //  the batch that they are part of; empty: of none
    uint64_t known;          //  how many of them were accepted before
};
//  STATUS, CANCEL and RETRY (a failed or cancelled job goes back to the queue, attempts counted anew);
//  FETCHED (the client has brought the result home, whole and checked); BRING (the client cannot reach the
//  result: its worker is to leave it with the broker); REMOVE (the job, its input and its result leave for
//  good).
struct job_request {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char job[ID_BYTES];
    char on_behalf_of[OWNER_NAME_BYTES];
};
//  WORKERS and STATS.
struct bare_request {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char on_behalf_of[OWNER_NAME_BYTES];
    char after[ID_BYTES];    //  of WORKERS: those behind that one; empty: from the first
};
struct drain_request {    //  kind DRAIN: the worker is to finish, take nothing new and leave
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char worker[ID_BYTES];
};
struct job_state_reply {    //  kind JOB_STATE: answers each job_request
    char request[ID_BYTES];
    struct job_record job;
};
struct list {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char state[WORD_BYTES];    //  empty: all
    uint64_t limit;            //  0: 32; at most 64
    char after[ID_BYTES];      //  empty: from the newest; else those submitted before that job
    char on_behalf_of[OWNER_NAME_BYTES];
    char batch[ID_BYTES];    //  only its jobs, in their order; `after` is then the one that they come behind
    int64_t since;           //  wall ms: only jobs that were submitted then or later; 0: all
};
struct jobs {
    char request[ID_BYTES];
    struct job_record *jobs;    //  newest first, without outputs
    size_t jobs_count;
    bool more;
};
struct worker_info {
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    char version[WORD_BYTES];
    uint64_t pid, slots, busy, threads;
    int64_t since, last_heard;    //  wall ms
    bool draining;
};
struct worker_list {
    char request[ID_BYTES];
    struct worker_info *workers;    //  in the order of their ids
    size_t workers_count;
    bool more;
};
struct counters {
    char request[ID_BYTES];
    uint64_t queued, running, done, failed, cancelled;    //  jobs in the store by state
    uint64_t workers, slots, busy;
    uint64_t submitted, retried, refused;    //  since the broker began; refused: frames answered by ERROR
    int64_t started_at;
    uint64_t removed;                   //  jobs that were kept for long enough, since the broker began
    uint64_t done_hour, failed_hour;    //  jobs that ended within the last hour
    int64_t oldest_at;                  //  when the first of those was submitted that are queued; 0: none is
    uint64_t kept_bytes, disk_free;     //  results and files; of the broker's disks the one with the least
};
//  BACKUP: a piece of a copy of the store as it is at one moment.
struct backup {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char copy[ID_BYTES];    //  of which copy, by the id that the client has made up for it
    uint64_t offset;        //  where the piece begins
};
//  The payload is the piece, none where there is nothing at `offset` or the copy is not whole yet.
struct backup_piece {
    char request[ID_BYTES];
    char copy[ID_BYTES];
    uint64_t offset;
    uint64_t bytes;    //  of the whole copy, 0 as long as it is not
};
struct problem {               //  kind ERROR
    char request[ID_BYTES];    //  empty when the request could not be read
    char code[WORD_BYTES];     //  malformed, unsupported, not_found, conflict, too_large, unavailable,
                               //  unauthorized, internal
    char message[SENTENCE_BYTES];
};

MESSAGE_DECLARE (hello);
MESSAGE_DECLARE (welcome);
MESSAGE_DECLARE (submit);
MESSAGE_DECLARE (accepted);
MESSAGE_DECLARE (job_state_reply);
MESSAGE_DECLARE (list);
MESSAGE_DECLARE (jobs);
MESSAGE_DECLARE (worker_list);
MESSAGE_DECLARE (counters);
MESSAGE_DECLARE (backup);
MESSAGE_DECLARE (backup_piece);
MESSAGE_DECLARE (problem);
extern const struct shape status_shape, cancel_shape, retry_shape, fetched_shape, bring_shape, remove_shape;
extern const struct shape workers_shape, stats_shape, drain_request_shape;

#endif
