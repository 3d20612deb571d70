//  driver.h: what a database has to do to be a store: one function for each of store.h, with its promises.
//  A driver's own struct begins with a struct store.
#ifndef DMH_DRIVER_H
#define DMH_DRIVER_H

#include "broker/store/store.h"

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
    int (*find_key) (store_t *self, const char *owner, const char *submit_key, struct store_job_id *ids,
                     size_t room, size_t *count, struct error *error);
    int (*list) (store_t *self, const struct store_selection *selection, size_t limit, struct job_record *out,
                 size_t *count, struct error *error);
    int (*open_jobs) (store_t *self, int (*each) (void *context, const struct store_job *job), void *context,
                      struct error *error);
    int (*each) (store_t *self, uint64_t after, size_t limit,
                 int (*each) (void *context, const struct store_job *job), void *context,
                 struct error *error);
    int (*ended) (store_t *self, const struct store_search *search, size_t limit, struct store_ended *out,
                  size_t *count, struct error *error);
    int (*result_bytes) (store_t *self, uint64_t *out, struct error *error);
    int (*remove) (store_t *self, const char *job, struct error *error);
    //  `since` 0: all. Else those that ended since then, and in the place of those that are queued the
    //  sequence of the first.
    int (*counts) (store_t *self, const char *owner, int64_t since, uint64_t counts[JOB_STATE_COUNT],
                   struct error *error);
};

struct store {
    const struct driver *driver;
    bool begun;    //  a group is open
};

//  What of a record has columns of its own: they are searched for. -1: not yet.
struct store_marks {
    int64_t ended_at, fetched_at;
    uint64_t bytes;        //  of its result at a worker
    int64_t removal_at;    //  0: it stays
};
struct store_marks store_marks_of (const struct job_record *record);

extern const struct driver sqlite_driver, postgres_driver;

#endif
