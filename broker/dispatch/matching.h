//  matching.h: which jobs that wait go together with which workers. Jobs that need the same wait in one lane,
//  workers that say the same are of one profile, and a profile has the lanes that it can take in the order of
//  their first jobs. So a step costs O(log jobs) a profile, of which a fleet has few; only who brings a lane
//  or a profile that was not there looks through those of the other side. Owns lanes and profiles, never jobs
//  or members. For the dispatcher alone.
#ifndef DMH_BROKER_DISPATCH_MATCHING_H
#define DMH_BROKER_DISPATCH_MATCHING_H

#include "broker/dispatch/heap.h"
#include "broker/dispatch/needs.h"

#include <czmq.h>

//  How a job is to run.
enum way { WAY_BESIDE, WAY_ALONE, WAYS };

struct open_job;
struct pool_member;
struct match;

struct lane {
    struct needs needs;
    size_t level;                 //  of the memory that they need
    size_t jobs;                  //  open ones, wherever they are
    struct heap waiting[WAYS];    //  of open jobs, in the order in which they are to run
    struct match *matches;
};

struct profile {
    struct abilities can;
    size_t members;    //  that say so
    //  Members: those that can take a job, most memory left, most free slots, least recently given one; those
    //  that take jobs at some time, most memory in all.
    struct heap free, there;
    struct pool_member *reserved;    //  gets nothing until a job that needs much has room in it; or NULL
    struct heap lanes[WAYS][NEEDS_LEVELS];    //  of matches whose lanes have jobs
    uint64_t used[WAYS];                      //  a bit for each of them that is not empty
    size_t matched[NEEDS_LEVELS];             //  how many it may have to hold
    struct match *matches;
    struct profile *before, *after;
};

struct matching {
    zhashx_t *lanes;
    struct profile *profiles;
};

int matching_init (struct matching *self);    //  0, or -1 out of memory
void matching_clear (struct matching *self);

//  The lane of jobs that need that, for one job more. NULL when out of memory.
struct lane *matching_join (struct matching *self, const struct needs *needs);
//  Another job of the same lane; 0, or -1 out of memory.
int matching_join_again (struct lane *lane);
//  A job less, which does not wait.
void matching_leave (struct matching *self, struct lane *lane);

//  The profile of that worker, for one member more, with room for it. NULL when out of memory.
struct profile *matching_enlist (struct matching *self, const struct abilities *can);
//  A member less, which is in none of its heaps.
void matching_dismiss (struct matching *self, struct profile *profile);

//  A job begins or ceases to wait in its lane.
void matching_put (struct open_job *open_job, enum way way);
void matching_remove (struct open_job *open_job);

//  The first job that members of the profile could take with so much memory; NULL when there is none.
struct open_job *matching_first_of (const struct profile *profile, enum way way, uint64_t memory);
//  The first that somebody who is there could take at some time.
struct open_job *matching_first (const struct matching *self, enum way way);

//  Whether a profile with somebody there has the words of all of those needs.
bool matching_can (const struct matching *self, const struct needs *needs, size_t count);

//  Why nobody who is there can take jobs of that lane, ever, in `size` bytes; empty: somebody can.
void matching_why (const struct matching *self, const struct lane *lane, char *out, size_t size);

#endif
