//  event.h: one event of the feed: the whole state of one job, never a delta, so a lost one costs nothing.
//  Frames on PUB/SUB: topic "job/<id>", then kind EVENT's body. Workers publish progress; the broker adds
//  state. Of a job whose owner a gateway speaks for it comes a second time, as "owner/<owner> <id>".
#ifndef DMH_MESSAGES_EVENT_H
#define DMH_MESSAGES_EVENT_H

#include "messages/job.h"

#define EVENT_TOPIC "job/"
#define EVENT_OWNER_TOPIC "owner/"
enum {
    EVENT_TOPIC_BYTES = ID_BYTES + 8,
    EVENT_OWNER_TOPIC_BYTES = OWNER_BYTES + ID_BYTES + 8,
    EVENTS_PER_SECOND_MAX = 10
};

struct event {
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char name[NAME_BYTES];
    char state[WORD_BYTES];
    char kind[WORD_BYTES];
    char worker[ID_BYTES];
    uint64_t attempt;
    uint64_t bytes_done, bytes_total;
    struct counts counts;
    double records_per_second;
    int64_t eta_ms;                  //  -1: not known
    int64_t at;                      //  wall ms
    char code[WORD_BYTES];           //  failed: the error's word
    char message[SENTENCE_BYTES];    //  failed: the sentence
    uint64_t revision;               //  of the job's record; the broker's to say
};

MESSAGE_DECLARE (event);

//  What a record says now: `at` is the wall clock, the rate and eta_ms are not known.
struct event event_of (const struct job_record *record);

//  Writes "job/<id>"; `job` of at most ID_BYTES - 1 bytes. Returns out.
char *event_topic (const char *job, char out[EVENT_TOPIC_BYTES]);
//  Writes "owner/<owner> <id>", or of an empty `job` what those of all jobs of that owner begin with: no
//  owner has a space in it. Returns out.
char *event_owner_topic (const char *owner, const char *job, char out[EVENT_OWNER_TOPIC_BYTES]);

#endif
