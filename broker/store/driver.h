//  driver.h: what a database has to do to be a store: one function for each of store.h, with its promises.
//  A driver's own struct begins with a struct store.
#ifndef DMH_DRIVER_H
#define DMH_DRIVER_H

#include "broker/store/store.h"

struct store_tally;

enum { STORE_MINUTE_MS = 60000 };    //  ends of jobs are counted by the minute

//  A walk over jobs in the order of submission.
enum store_which { STORE_ALL, STORE_PARTS, STORE_OPEN, STORE_QUEUED };
struct store_walk {
    enum store_which which;    //  STORE_PARTS: those that split jobs are made of; STORE_QUEUED: all others
    const char *owner;         //  of STORE_QUEUED; NULL: everybody's
    uint64_t after;            //  behind that sequence
    size_t limit;
};

//  Which jobs name a file: by a number of its SHA-256 and one of the key that the job's owner begins with, so
//  that a use takes some 20 bytes. Two files may have the same number: the job itself says.
struct store_file_use {
    int64_t key;    //  0: it has none
    uint64_t sequence;
    char job[ID_BYTES];
};

struct driver {
    const char *scheme;                                           //  of its URLs, with the colon
    const char *form;                                             //  of its URLs, for an error's sentence
    store_t *(*open) (const char *place, struct error *error);    //  `place`: the URL after the scheme
    void (*close) (store_t *self);
    int (*check) (store_t *self, struct error *error);    //  NULL: it is there as long as it is open
    int (*begin) (store_t *self, struct error *error);
    int (*commit) (store_t *self, struct error *error);
    void (*abandon) (store_t *self);
    int (*add) (store_t *self, struct store_job *job, struct error *error);
    int (*change) (store_t *self, const struct job_record *record, unsigned tries, struct error *error);
    int (*find) (store_t *self, const char *job, struct store_job *out, struct error *error);
    int (*find_key) (store_t *self, const char *owner, const char *submit_key, uint64_t from,
                     struct store_job_id *ids, size_t room, size_t *count, struct error *error);
    int (*list) (store_t *self, const struct store_selection *selection, size_t limit, struct job_record *out,
                 size_t *count, struct error *error);
    int (*walk) (store_t *self, const struct store_walk *walk, store_each_job *each, void *context,
                 struct error *error);
    int (*ended) (store_t *self, const struct store_search *search, size_t limit, struct store_ended *out,
                  size_t *count, struct error *error);
    int (*result_bytes) (store_t *self, uint64_t *out, struct error *error);
    int (*remove) (store_t *self, const char *job, struct error *error);
    //  `since` 0: all. Else those that ended in that minute or later, and in the place of those that are
    //  queued the sequence of the first.
    int (*counts) (store_t *self, const char *owner, int64_t since, uint64_t counts[JOB_STATE_COUNT],
                   struct error *error);
    int (*add_batch) (store_t *self, const struct store_batch *batch, struct error *error);
    int (*find_batch) (store_t *self, const char *batch, struct store_batch *out, struct error *error);
    int (*find_batch_key) (store_t *self, const char *owner, const char *submit_key, struct store_batch *out,
                           struct error *error);
    //  What its batch has to know of a job: added, or changed.
    int (*put_in_batch) (store_t *self, const struct job_record *record, const struct store_tally *tally,
                         struct error *error);
    int (*batch_jobs) (store_t *self, const struct store_part *part, size_t limit, struct job_record *out,
                       size_t *count, struct error *error);
    int (*search) (store_t *self, const char *owner, const char *word, size_t limit, struct found_thing *out,
                   size_t *count, struct error *error);
    //  At the places from 0 on, in that order.
    int (*add_follows) (store_t *self, const char *follower, const struct store_job_id *followed,
                        size_t count, struct error *error);
    int (*followed) (store_t *self, const char *follower, uint64_t from, size_t limit,
                     store_each_followed *each, void *context, struct error *error);
    //  That a job names those files; what is noted stays until the job is removed.
    int (*note_files) (store_t *self, const char *job, int64_t key, const int64_t *files, size_t count,
                       struct error *error);
    //  The uses of that file behind `after`, in the order of keys and sequences; of_key: of its key alone.
    int (*file_uses) (store_t *self, int64_t file, bool of_key, const struct store_file_use *after,
                      size_t limit, struct store_file_use *out, size_t *count, struct error *error);
    //  Whether the files of the jobs of an earlier version are noted, and that they are.
    int (*files_noted) (store_t *self, bool *out, struct error *error);
    int (*set_files_noted) (store_t *self, struct error *error);
    //  NULL: the database has a way of its own, and this is what to do.
    const char *backup_how;
    //  NULL with `error` set. The driver's own struct.
    store_backup_t *(*backup) (store_t *self, struct error *error);
    int (*backup_step) (store_backup_t *self, bool *whole, struct error *error);
    int (*backup_read) (store_backup_t *self, uint64_t offset, void *to, size_t room, size_t *got,
                        uint64_t *bytes, struct error *error);
    void (*backup_end) (store_backup_t *self);
    int (*followers) (store_t *self, const char *followed, const char *after, size_t limit,
                      struct store_job_id *out, size_t *count, struct error *error);
};

//  A driver's own struct of a copy begins with one, too.
struct store_backup {
    const struct driver *driver;
};

struct store {
    const struct driver *driver;
    bool begun;           //  a group is open
    bool unnoted;         //  the files of jobs of an earlier version have yet to be noted,
    uint64_t noted_to;    //  behind that sequence
};

//  What of a record has columns of its own: they are searched for. -1: not yet.
struct store_marks {
    int64_t ended_at, fetched_at;
    uint64_t bytes;        //  of its result at a worker
    int64_t removal_at;    //  0: it stays
};
struct store_marks store_marks_of (const struct job_record *record);

//  What of a job's numbers its batch sums up, bounded, so that the sums stay numbers.
struct store_tally {
    uint64_t bytes_done, bytes_total;
    struct counts counts;
};

//  The jobs of a batch that are in one state.
struct store_share {
    char state[WORD_BYTES];
    uint64_t jobs;
    struct store_tally tally;
};
void store_add_share (struct batch_record *record, const struct store_share *share);

//  Inside the group that adds (input and options) or changes (NULL) a job.
int job_files_note (store_t *self, const struct job_record *record, const struct input *input,
                    const struct options *options, struct error *error);
//  After a store was opened: those of an earlier version are noted, once. Where that fails, as a job cannot
//  be read, say, the store is used all the same, and store_names_file goes on with it before it answers.
int job_files_bring_up (store_t *self, struct error *error);

extern const struct driver sqlite_driver, postgres_driver;

#endif
