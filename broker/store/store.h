//  store.h: the jobs, so that they outlive the broker. One interface; behind it a driver for each database
//  (driver.h). One thread, and every call may wait for the disk. Nothing is durable before store_commit has
//  answered DMH_OK; a commit that fails leaves nothing of its group. What a group has changed is seen by the
//  reading calls at once.
#ifndef DMH_STORE_H
#define DMH_STORE_H

#include "messages/batch.h"

typedef struct store store_t;

struct store_job_id {
    char job[ID_BYTES];
    uint64_t place;    //  of its input in its submission; where that is asked for
};

//  What is kept of a job beside its record.
struct store_job {
    struct job_record record;    //  outputs are owned; store_job_clear
    struct input input;
    struct options options;    //  its strings are owned
    char submit_key[ID_BYTES];
    uint64_t place;                  //  of the input in its submission, from 0
    uint64_t sequence;               //  order of submission, given by the store
    unsigned tries;                  //  attempts that count against the limit
    struct store_job_id *follows;    //  what a new job follows, in order; owned. As it is found: NULL
    size_t follows_count;
};
void store_job_clear (struct store_job *self);

//  "sqlite:PATH" or "sqlite::memory:" makes the file (0600) and its folder (0700) when missing;
//  "postgresql://…" is as libpq has it, the tables lie in its schema dmh. Brings the tables up to date. NULL
//  with `error` set: DMH_USAGE for a URL that is none, DMH_CONFLICT when another broker has the database and
//  this one can wait for it, DMH_UNAVAILABLE when it cannot be opened, is of a newer version, no job store at
//  all, or a file in use by another broker.
store_t *store_open (const char *url, struct error *error);
void store_close (store_t **self_p);

//  Whether the store is there: what an idle broker asks now and then. DMH_OK; DMH_UNAVAILABLE; DMH_CONFLICT:
//  another broker has it now, and nothing of this one is kept any more.
int store_check (store_t *self, struct error *error);

//  A group of changes. store_begin again inside one does nothing. Everything below answers DMH_UNAVAILABLE
//  with the database's reason when it is away, and DMH_INTERNAL when a row does not decode.
int store_begin (store_t *self, struct error *error);
int store_commit (store_t *self, struct error *error);
void store_abandon (store_t *self);

//  Adds a job inside a group, with what it follows; job->sequence is set.
int store_add (store_t *self, struct store_job *job, struct error *error);
//  Writes record (its outputs too) and tries of a job that is there, inside a group. DMH_NOT_FOUND.
int store_change (store_t *self, const struct job_record *record, unsigned tries, struct error *error);

//  DMH_NOT_FOUND with the sentence of a job that is not there.
int store_no_job (const char *job, struct error *error);
//  DMH_OK: *out has to be cleared. DMH_NOT_FOUND.
int store_find (store_t *self, const char *job, struct store_job *out, struct error *error);
//  The jobs of a submission of that owner in the order of its inputs; DMH_NOT_FOUND when the key is new. ids:
//  malloc'd, yours; NULL unless DMH_OK.
int store_find_key (store_t *self, const char *owner, const char *submit_key, struct store_job_id **ids,
                    size_t *count, struct error *error);
//  The same from that place of the submission on, at most `room` into ids, each with its place; none is no
//  error.
int store_find_places (store_t *self, const char *owner, const char *submit_key, uint64_t from,
                       struct store_job_id *ids, size_t room, size_t *count, struct error *error);
//  Which jobs are listed, from the newest.
struct store_selection {
    const char *owner;    //  NULL: everybody's
    const char *state;    //  empty: all
    const char *after;    //  those submitted before that job; empty: from the newest
};
//  DMH_NOT_FOUND: `after` is not there, or not that owner's. At most `limit`. *out malloc'd, yours, without
//  outputs; NULL unless DMH_OK.
int store_list (store_t *self, const struct store_selection *selection, size_t limit, struct job_record **out,
                size_t *count, struct error *error);

//  Every job behind that sequence, in order of submission, at most `limit`; `each` answers 0 to go on, and
//  what else it answers is answered here.
typedef int (store_each_job) (void *context, const struct store_job *job);
int store_each (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                struct error *error);
//  The same for those that split jobs are made of.
int store_each_part (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                     struct error *error);
//  The same for those that have not ended.
int store_open_jobs (store_t *self, uint64_t after, size_t limit, store_each_job *each, void *context,
                     struct error *error);
//  The same for those of that owner (NULL: everybody's) that are queued, but for what split jobs are made of.
int store_queued (store_t *self, const char *owner, uint64_t after, size_t limit, store_each_job *each,
                  void *context, struct error *error);

//  Each file that the files service may have of a job: its input where the job names it by its SHA-256 (the
//  input of those that a split job is made of is that job's), the tables of its joins, its outputs, wherever
//  they were made, as they may have been brought since. `each` answers as above.
typedef int (store_each_file) (void *context, const char *sha256);
int store_files_of (const struct store_job *job, store_each_file *each, void *context);
//  Notes, inside a group, that outputs which lie with a worker are being brought to the files service.
int store_note_brought (store_t *self, const struct job_record *record, struct error *error);
//  Whether some other job names that file, an output only where its result was left with the files service or
//  brought there: of those whose owner begins with `key` (NULL: whoever's they are),
//  beside those that `passed` takes. Outside of a group.
typedef bool (store_is_passed) (void *context, const char *job);
int store_names_file (store_t *self, const char *sha256, const char *key, store_is_passed *passed,
                      void *context, bool *out, struct error *error);

//  Jobs that have ended, in the order of their end. `from` and `sequence`: behind this one; {0, 0}: from the
//  first. Where it is 0, the end is not noted yet, as an older version left it; store_change notes it.
struct store_search {
    int64_t from;
    uint64_t sequence;
    int64_t before;    //  ended before then
    bool fetched;      //  only those whose result lies with a worker and was fetched
    bool leaving;      //  only those that were asked to leave
};
struct store_ended {
    int64_t ended_at;    //  wall ms
    uint64_t sequence;
    uint64_t bytes;              //  of its result; 0 when the files service has it
    struct job_record record;    //  without outputs
};
//  At most `limit`. *out malloc'd, yours; NULL unless DMH_OK.
int store_ended (store_t *self, const struct store_search *search, size_t limit, struct store_ended **out,
                 size_t *count, struct error *error);
//  Bytes of the results of all jobs together that lie with workers, as far as their ends are noted.
int store_result_bytes (store_t *self, uint64_t *out, struct error *error);
//  Forgets a job that has ended, inside a group. DMH_NOT_FOUND: there is none that has.
int store_remove (store_t *self, const char *job, struct error *error);

//  How many jobs of that owner (NULL: everybody's) are in each state, however many there are.
int store_counts (store_t *self, const char *owner, uint64_t counts[JOB_STATE_COUNT], struct error *error);

//  What has happened to the jobs of that owner (NULL: everybody's) of late.
struct store_recent {
    uint64_t done, failed;    //  since then, by whole minutes
    int64_t oldest_at;        //  when the first of those was submitted that are queued now; 0: none is
};
//  `since`: wall ms; the minute that it is in counts whole. Costs the same however many jobs there are.
int store_recent (store_t *self, const char *owner, int64_t since, struct store_recent *out,
                  struct error *error);

//  A batch: its jobs are those whose records name it. It is forgotten with the last of them.
struct store_batch {
    struct batch_record record;
    char submit_key[ID_BYTES];
};
//  Inside a group, before the first of its jobs.
int store_add_batch (store_t *self, const struct store_batch *batch, struct error *error);
//  With the jobs counted and their numbers summed up, however many there are. DMH_NOT_FOUND.
int store_find_batch (store_t *self, const char *batch, struct store_batch *out, struct error *error);
//  That of a submission of that owner, without counts. DMH_NOT_FOUND.
int store_find_batch_key (store_t *self, const char *owner, const char *submit_key, struct store_batch *out,
                          struct error *error);
//  Jobs of a batch in their order.
struct store_part {
    const char *batch;
    const char *state;    //  empty: all
    uint64_t from;        //  from that position on
};
//  At most `limit`. *out malloc'd, yours, without outputs; NULL unless DMH_OK.
int store_batch_jobs (store_t *self, const struct store_part *part, size_t limit, struct job_record **out,
                      size_t *count, struct error *error);
//  What a word may mean for that owner (NULL: among everybody's): batches of that name, jobs and batches
//  whose id begins so; at most `limit` of each into out [3 * limit].
int store_search (store_t *self, const char *owner, const char *word, size_t limit, struct found_thing *out,
                  size_t *count, struct error *error);

//  The jobs that it follows from that place on, at most `limit`, in order. `record` is NULL when the job is
//  not there any more. `each` answers 0 to go on, and what else it answers is answered here.
typedef int (store_each_followed) (void *context, uint64_t place, const char *job,
                                   const struct job_record *record);
int store_followed (store_t *self, const char *follower, uint64_t from, size_t limit,
                    store_each_followed *each, void *context, struct error *error);
//  The jobs that follow that one, behind the id `after`, by id, at most `limit` into out.
int store_followers (store_t *self, const char *followed, const char *after, size_t limit,
                     struct store_job_id *out, size_t *count, struct error *error);

//  A copy of the whole store as it is at one moment, beside it and without a name of its own in the end; the
//  store goes on meanwhile. It ends before the store does.
typedef struct store_backup store_backup_t;
//  NULL with `error` set: DMH_UNSUPPORTED, this kind of store has a way of its own, which the sentence names;
//  DMH_UNAVAILABLE, DMH_INTERNAL.
store_backup_t *store_backup_new (store_t *self, struct error *error);
void store_backup_destroy (store_backup_t **self_p);
//  The next part, no longer than a short commit takes; nothing inside a group. *whole: it is done. DMH_OK;
//  DMH_UNAVAILABLE.
int store_backup_step (store_backup_t *self, bool *whole, struct error *error);
//  Bytes of a whole copy: *got of those at `offset` into to [room], *bytes is their number in all. DMH_OK;
//  DMH_UNAVAILABLE.
int store_backup_read (store_backup_t *self, uint64_t offset, void *to, size_t room, size_t *got,
                       uint64_t *bytes, struct error *error);

#endif
