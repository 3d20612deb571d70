//  schedule_world.h: the parts of a schedule that its files share: jobs as they are and as they are stored,
//  workers, links, and the dice.
#ifndef DMH_TEST_SUPPORT_SCHEDULE_WORLD_H
#define DMH_TEST_SUPPORT_SCHEDULE_WORLD_H

#include "broker/jobs/follow.h"
#include "broker/jobs/split.h"
#include "test/support/schedule/schedule.h"

enum {
    JOBS_MAX = 4096,
    WORKERS_MAX = 2048,
    HELD_MAX = 12,
    LINK_MAX = 24,
    OUTBOX_MAX = 16384,
    TRIES = 3,
    STALL_MS = 6000,
    TIME_LIMIT_MS = 15000,
    RAN_MAX = 64,
    KINDS = 3,
    FOLLOWS_ONE_MAX = 3,
    SPLIT_MOST = 3,    //  parts of a file
    TASKS = 4
};

struct job {
    bool submitted, retried;            //  retried: since the last commit
    bool opens;                         //  the dispatcher gets it with the commit
    bool excused;                       //  the worker itself said that the attempt came to nothing
    bool removed;                       //  kept for long enough after its end, and forgotten
    bool held_up;                       //  it failed because of one that it follows
    int follows[1 + 2 * SPLIT_MOST];    //  jobs that were submitted before it
    size_t follows_count;
    //  Of a split job: of how many parts; those that it is made of stand before it, and are of it.
    size_t parts;
    bool is_part;
    int whole;
    unsigned task;    //  one more than its place in WORLD_TASKS; 0: none
    bool leaves;      //  nobody needs its result any more
    enum job_state state;
    uint64_t attempt, sequence;
    unsigned tries;
    uint64_t deaths;       //  of workers while they ran it
    int64_t not_before;    //  the end of its back-off; forgotten with the broker
    char worker[ID_BYTES];
    char ran[RAN_MAX][ID_BYTES];    //  the workers that had it, the first ones
    size_t ran_count;
    bool ran_back;    //  one of them registered since
};

//  An attempt at a worker: it runs, or has ended and waits for the broker to say that it heard.
struct held {
    int job;
    uint64_t attempt;
    enum { HELD_RUNS, HELD_RESULT, HELD_RETURNED, HELD_RETRYABLE, HELD_BAD } how;
};

struct post {
    enum {
        POST_JOB,
        POST_STOP,
        POST_ACK,
        POST_UNKNOWN,
        POST_READY,
        POST_BEAT,
        POST_END,
        POST_DRAIN,
        POST_BYE
    } sort;
    int64_t due;
    struct held one;               //  all but READY and BEAT
    struct held held[HELD_MAX];    //  READY, BEAT
    size_t held_count;
};

struct link {
    struct post posts[LINK_MAX];
    size_t count;
};

struct worker {
    bool alive, draining;
    unsigned slots;
    unsigned kinds;     //  a bit each that it says; 0: it does not say
    uint64_t memory;    //  bytes; 0: it does not say
    unsigned tasks;     //  a bit each that it says; 0: it does not say
    char id[ID_BYTES];
    struct held held[HELD_MAX];
    size_t held_count;
    struct link in, out;
};

//  What leaves when the turn is committed.
struct letter {
    char worker[ID_BYTES];
    struct post post;
};

struct schedule {
    dispatcher_t *dispatcher;
    follow_t *follow;
    uint64_t dice, steps;
    int64_t now;
    FILE *story;
    bool broken, peace;
    char why[SENTENCE_BYTES];
    //  The schedule's character.
    int jobs, workers;
    unsigned lossy, late, doubled;    //  of 1,000 messages; late ones are overtaken
    unsigned born;
    bool mixed;    //  workers are of several sorts
    uint64_t sequence;
    struct job job[JOBS_MAX], stored[JOBS_MAX];
    uint64_t sent[JOBS_MAX];    //  the last attempt that left for a worker
    int changed[JOBS_MAX];
    bool is_changed[JOBS_MAX];
    size_t changed_count;
    struct letter outbox[OUTBOX_MAX];
    size_t outbox_count;
    struct worker worker[WORKERS_MAX];
};

//  A die: [0, below).
unsigned world_dice (struct schedule *self, unsigned below);
bool world_chance (struct schedule *self, unsigned of_thousand);

//  A line of the story.
__attribute__ ((format (printf, 2, 3))) void world_tell (struct schedule *self, const char *format, ...);
//  What has to hold; the first that does not ends the schedule.
__attribute__ ((format (printf, 3, 4))) void world_hold (struct schedule *self, bool held, const char *format,
                                                         ...);

bool world_is_open (const struct job *job);
void world_name (int job, char out[ID_BYTES]);
//  The living worker of this id, or NULL.
struct worker *world_worker (struct schedule *self, const char *id);

//  Onto a link, with all that can happen there; in peace nothing does.
void world_post (struct schedule *self, struct link *link, const struct post *post);
//  The next message that has arrived.
bool world_receive (struct schedule *self, struct link *link, struct post *out);

extern const char *const WORLD_TASKS[TASKS];

//  schedule_fleet.c: what a job needs; whether a worker can take it; what a new worker is drawn to say of
//  itself and what of that its READY says, with room for its words in `words`; what has to hold when a job is
//  given, and of one that waits.
void world_needs (const struct schedule *self, int j, struct needs *out);
void world_draw_abilities (struct schedule *self, struct worker *worker);
void world_say_abilities (const struct worker *worker, struct word words[KINDS + TASKS], struct ready *out);
//  Whether the broker says rightly that somebody knows all tasks of a split file like j.
bool world_knows_tasks (struct schedule *self, int j);
void world_hold_given (struct schedule *self, int j, const char *worker);
void world_hold_why (struct schedule *self, int j);

//  schedule_worker.c: one step of a worker's life.
void world_worker_step (struct schedule *self, struct worker *worker);
//  Its link is cut, what was on it is lost, and it comes back on another.
void world_reconnect (struct schedule *self, struct worker *worker);

//  schedule_follow.c: opens a job by way of those that it follows; does what is to be
//  done about followers; the job that keeps this one from beginning, -1: none; lets a new job follow some
//  that are there; tries it again, and with it those that it held up.
void world_open (struct schedule *self, int j);
void world_follow (struct schedule *self);
int world_kept_by (const struct schedule *self, int j);
void world_follow_some (struct schedule *self, struct job *job, int j);
void world_retry (struct schedule *self, int j);

//  schedule_split.c: a client submits a file that several workers share, from that place on where there is
//  room: false, where there is none; what else is to be done when one has ended; it is tried again; what has
//  to hold of them; a job of theirs that nobody needs is forgotten.
bool world_split (struct schedule *self, int j);
void world_split_act (struct schedule *self);
void world_split_retry (struct schedule *self, int j);
void world_split_hold (struct schedule *self);
void world_split_leave (struct schedule *self);

//  schedule_broker.c
//  The job, which this turn changes.
struct job *world_change (struct schedule *self, int j);
//  Gives it to the dispatcher.
void world_give (struct schedule *self, int j);
void world_start_broker (struct schedule *self);
//  One turn of the broker's loop: hears some of the workers' messages, does what clients ask, commits, sends;
//  and may crash before, between and after. `hear`: messages at most.
void world_turn (struct schedule *self, unsigned hear);

#endif
