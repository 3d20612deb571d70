//  batch.h: several inputs that were submitted as one: what a client asks of a batch, and what is known of
//  it. Also what a word on a command line means: a job, a batch, or the beginning of the id of one. See
//  PROTOCOL.md.
#ifndef DMH_MESSAGES_BATCH_H
#define DMH_MESSAGES_BATCH_H

#include "messages/job.h"

//  Ids of batches begin so, those of jobs never do.
#define BATCH_ID_BEGINS "b-"

enum {
    BATCH_ID_DIGITS = 16,
    BATCH_JOBS_MAX = 100000,    //  of one batch
    BATCH_CHANGES_MAX = 512,    //  jobs that one BATCH changes
    FOUND_MAX = 8,
    WORD_LEAST = 4    //  letters of the beginning of an id
};

//  A batch as the broker knows it. Times are wall ms.
struct batch_record {
    char batch[ID_BYTES];
    char name[NAME_BYTES];    //  as it was submitted; empty: it has none
    char owner[OWNER_BYTES];
    uint64_t total;    //  of how many jobs it is
    int64_t submitted_at;
    uint64_t queued, running, done, failed, cancelled;    //  those that are there, by state
    uint64_t bytes_done, bytes_total;
    struct counts counts;
};

//  How many of its jobs are there: all of them when it was submitted whole and none has left.
uint64_t batch_jobs (const struct batch_record *batch);
//  How many of them have ended.
uint64_t batch_ended (const struct batch_record *batch);

//  What is to be done to each job of a batch that it can be done to.
enum batch_action { BATCH_STATE, BATCH_CANCEL, BATCH_RETRY, BATCH_RETRY_FAILED, BATCH_REMOVE, BATCH_ACTIONS };
//  "" (only tell), "cancel", "retry" (what has failed or was cancelled), "retry_failed", "remove". Borrowed.
const char *batch_action_word (enum batch_action action);
//  DMH_MALFORMED for another word.
int batch_action_of (const char *word, enum batch_action *out);

struct batch_request {    //  kind BATCH
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char batch[ID_BYTES];
    char on_behalf_of[OWNER_NAME_BYTES];
    char action[WORD_BYTES];
    uint64_t from;    //  the position of the first job that it is done to
};
struct batch_reply {    //  kind BATCH_STATE
    char request[ID_BYTES];
    struct batch_record batch;
    uint64_t changed;    //  jobs that it was done to now
    uint64_t next;       //  where to go on
    bool more;           //  it is to be said again, with `from` = next
};

struct find {
    char request[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char word[NAME_BYTES];    //  an id, the beginning of one, or the name of a batch
    char on_behalf_of[OWNER_NAME_BYTES];
};
//  One of what a word may mean.
struct found_thing {
    char id[ID_BYTES];    //  of a job, or of a batch
    char name[NAME_BYTES];
};
struct found {
    char request[ID_BYTES];
    struct found_thing *things;
    size_t things_count;
    bool more;    //  than those
};

MESSAGE_DECLARE (batch_request);
MESSAGE_DECLARE (batch_reply);
MESSAGE_DECLARE (find);
MESSAGE_DECLARE (found);

//  Whether it has the form of the id of a batch.
bool batch_is_id (const char *id);
//  Whether it is written as the id of a job or of a batch: no batch is named so.
bool batch_names_an_id (const char *name);

#endif
