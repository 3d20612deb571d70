//  work.h: what broker and worker say to each other over the back socket. See PROTOCOL.md.
#ifndef DMH_MESSAGES_WORK_H
#define DMH_MESSAGES_WORK_H

#include "messages/base/disk.h"
#include "messages/job.h"

enum {
    HEARTBEAT_MS = 1000,
    WORKER_SILENT_MS = 4000,    //  nothing heard for so long: the other side is gone
    LEASE_MS = 4000,            //  renewed by every heartbeat that names the attempt
    ATTEMPTS_MAX = 3,
    WORDS_MAX = 64,            //  of a list of what a worker can
    FOLLOWED_AT_ONCE = 128,    //  results in one JOB or FOLLOWED_RESULTS, at most
    DEATHS_ALONE = 2,    //  workers that died while they ran a job: then it is tried with nothing beside it,
    DEATHS_MAX = 3       //  and then no more
};

struct word {
    char word[WORD_BYTES];
};
struct running_job {
    char job[ID_BYTES];
    uint64_t attempt;
    uint64_t bytes_done;
    uint64_t moved;    //  grows with each piece that is fetched, read or handed over: it gets on
};
#define FETCH_S3 "s3"    //  of READY's fetches

struct ready {
    char worker[ID_BYTES];    //  chosen by the worker once per process
    char host[NAME_BYTES];
    uint64_t pid, slots, threads;
    struct word *kinds;    //  what it can, in lists; an empty one: whatever there is
    size_t kinds_count;
    struct word *formats;    //  that it reads
    size_t formats_count;
    struct word *writes;    //  formats that it writes
    size_t writes_count;
    struct word *tasks;    //  of options.task
    size_t tasks_count;
    struct word *fetches;    //  schemes of URIs that it fetches by itself; an empty list: none
    size_t fetches_count;
    uint64_t memory;    //  bytes, for all its jobs; 0: not said
    char version[WORD_BYTES];
    struct running_job *running;    //  what it still runs, on registering anew
    size_t running_count;
    char disk[DISK_NAME_BYTES];    //  see base/disk.h; empty: not said
    char roots[URI_BYTES];         //  folders with commas in which it opens paths; empty: anywhere
};
struct registered {
    uint64_t heartbeat_ms, lease_ms;
    char feed[URI_BYTES];     //  where to send progress (the feed-in XSUB); a host of "*" as in WELCOME
    char files[URI_BYTES];    //  of the files service, likewise; empty: there is none
};
struct heartbeat {    //  both ways; the broker's is empty
    struct running_job *running;
    size_t running_count;
};
//  The result of a job that another one follows, as it is handed over.
struct followed_result {
    uint64_t place;    //  among those that it follows, from 0
    char job[ID_BYTES];
    char name[NAME_BYTES];
    char kind[WORD_BYTES];
    char uri[URI_BYTES];    //  as RESULT gave it
    struct output *outputs;
    size_t outputs_count;
    struct file_ticket *tickets;    //  with keys, for outputs and input as the files service may have them
    size_t tickets_count;
    //  The input that it was made of; NULL: as nobody says.
    char *input;    //  its uri
    uint64_t input_bytes;
    char *source_file, *stands_at;    //  as the input has them
};
struct job_order {    //  kind JOB
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    uint64_t attempt;
    uint64_t lease_ms;
    struct input input;
    struct options options;
    //  With keys: what the files service is shown for the input and the tables, and for the outputs.
    struct file_ticket *tickets;
    size_t tickets_count;
    char deposit[TICKET_BYTES];
    //  Of a job that follows others: their results in their order, as many as fit; FOLLOWED asks for more.
    struct followed_result *followed;
    size_t followed_count;
    uint64_t follows;    //  how many there are
    //  Of the tasks of a file that several workers share: which of how many parts, and how long one is.
    uint64_t part, parts, split_bytes;
};
struct followed {    //  worker → broker: which results does this attempt of mine follow
    char job[ID_BYTES];
    uint64_t attempt;
    uint64_t from;    //  place of the first that is asked for
    bool bring;       //  its worker is to leave that one with the files service, as it cannot be read there
};
struct followed_results {    //  answers FOLLOWED
    char job[ID_BYTES];
    uint64_t attempt;
    struct followed_result *followed;    //  from there, as many as fit
    size_t followed_count;
    uint64_t follows;
};
struct result {
    char job[ID_BYTES];
    uint64_t attempt;
    char kind[WORD_BYTES];
    struct counts counts;
    uint64_t bytes_done;
    char uri[URI_BYTES];    //  file:/// of the attempt's folder; sha256: when the broker keeps the outputs
    struct output *outputs;
    size_t outputs_count;
    //  Why the job fails although all of it is there: a check of --fail-on; empty: it is done.
    char code[WORD_BYTES];
    char message[SENTENCE_BYTES];
};
struct result_ack {    //  answers RESULT and FAIL
    char job[ID_BYTES];
    uint64_t attempt;
    bool accepted;    //  false: an old attempt; throw its files away
};
struct fail {
    char job[ID_BYTES];
    uint64_t attempt;
    char code[WORD_BYTES];
    char message[SENTENCE_BYTES];
    bool retryable;    //  false: bad input, fails at once; `returned` wins over it
    bool returned;     //  the worker is leaving: back to the queue at once, the attempt is not counted
};
struct stop_job {    //  kind CANCEL, broker → worker
    char job[ID_BYTES];
    uint64_t attempt;
};
struct remove_result {    //  kind REMOVE, broker → worker: this result was kept for long enough
    char job[ID_BYTES];
    uint64_t attempt;
    char uri[URI_BYTES];    //  as RESULT gave it
};
struct removed {    //  answers REMOVE
    char job[ID_BYTES];
    uint64_t attempt;
    bool removed;    //  nothing of it is there any more; false: it is not this worker's, or could not be
};
struct hand_over {    //  broker → worker: leave this result with the files service; it stays where it is, too
    char job[ID_BYTES];
    uint64_t attempt;
    char uri[URI_BYTES];    //  as RESULT gave it
    struct output *outputs;
    size_t outputs_count;
    char deposit[TICKET_BYTES];    //  as of JOB
};
struct drain {    //  worker → broker: give me nothing new. (A worker takes it too: finish)
    char worker[ID_BYTES];
};
struct bye {    //  worker → broker: I am gone; what I still held goes back to the queue at once
    char worker[ID_BYTES];
};

MESSAGE_DECLARE (ready);
MESSAGE_DECLARE (registered);
MESSAGE_DECLARE (heartbeat);
MESSAGE_DECLARE (job_order);
MESSAGE_DECLARE (followed);
MESSAGE_DECLARE (followed_results);
MESSAGE_DECLARE (result);
MESSAGE_DECLARE (result_ack);
MESSAGE_DECLARE (fail);
MESSAGE_DECLARE (stop_job);
MESSAGE_DECLARE (remove_result);
MESSAGE_DECLARE (hand_over);
MESSAGE_DECLARE (removed);
MESSAGE_DECLARE (drain);
MESSAGE_DECLARE (bye);

#endif
