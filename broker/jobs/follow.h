//  follow.h: jobs that follow others: which wait, which may begin, which fail because one that they follow
//  was not done. Pure: no store, no socket, no clock; what has to be done comes out as actions. It knows open
//  followers alone; all of it can be made again from the store.
#ifndef DMH_BROKER_JOBS_FOLLOW_H
#define DMH_BROKER_JOBS_FOLLOW_H

#include "messages/job.h"

typedef struct follow follow_t;

follow_t *follow_new (void);    //  NULL when out of memory
void follow_destroy (follow_t **self_p);

//  How it stands with a job that is followed.
enum followed_state {
    FOLLOWED_OPEN,
    FOLLOWED_DONE,
    FOLLOWED_LOST    //  failed, cancelled, or not there any more
};

//  An open follower, told in this order: begin, each that it follows, begun. Whatever was known of it is
//  forgotten. `runs`: the dispatcher has it already. DMH_OK; DMH_INTERNAL: out of memory, and it is not
//  known.
int follow_begin (follow_t *self, const char *job, bool runs);
int follow_add (follow_t *self, const char *job, const char *followed, enum followed_state state);
void follow_begun (follow_t *self, const char *job);

//  A job has ended, or has left: those that follow it go on, or fail. What it followed itself is not needed
//  by it any more. One that nobody follows changes nothing.
void follow_ended (follow_t *self, const char *job, bool done);

//  true: it waited, and waits no more.
bool follow_drop (follow_t *self, const char *job);

//  The next thing to do; stays until follow_did, or until its job is dropped. false: there is none.
enum follow_sort {
    FOLLOW_READY,    //  all that it follows are done: give it to the dispatcher
    FOLLOW_FAIL      //  `by` was not done: it fails
};
struct follow_action {
    enum follow_sort sort;
    char job[ID_BYTES], by[ID_BYTES];
};
bool follow_action (const follow_t *self, struct follow_action *out);
void follow_did (follow_t *self, const char *job);

//  Whether an open job follows that one, so that its result is needed.
bool follow_needs (const follow_t *self, const char *job);
//  One of those that does and does not wait any more; NULL: none. Borrowed until the next change.
const char *follow_user (const follow_t *self, const char *job);
//  How many of those that it follows are not done yet.
size_t follow_waits_for (const follow_t *self, const char *job);
//  How many jobs wait, those with an action included.
size_t follow_waiting (const follow_t *self);

#endif
