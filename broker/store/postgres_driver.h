//  postgres_driver.h: what the files of PostgreSQL's driver share.
#ifndef DMH_POSTGRES_DRIVER_H
#define DMH_POSTGRES_DRIVER_H

#include "broker/store/driver.h"
#include "broker/store/postgres_link.h"
#include "broker/store/postgres_values.h"

struct postgres {
    struct store base;
    postgres_link_t *link;
    uint64_t began_on;    //  which connection the open group is on
};

//  Runs a prepared statement. *result is the caller's to clear; NULL unless DMH_OK.
int postgres_ask (struct postgres *self, const char *statement, const struct parameters *with,
                  const char *what, PGresult **result, struct error *error);

//  As driver.h has them.
int postgres_add_batch (store_t *store, const struct store_batch *batch, struct error *error);
int postgres_find_batch (store_t *store, const char *batch, struct store_batch *out, struct error *error);
int postgres_find_batch_key (store_t *store, const char *owner, const char *submit_key,
                             struct store_batch *out, struct error *error);
int postgres_put_in_batch (store_t *store, const struct job_record *record, const struct store_tally *tally,
                           struct error *error);
int postgres_batch_jobs (store_t *store, const struct store_part *part, size_t limit, struct job_record *out,
                         size_t *count, struct error *error);
int postgres_search (store_t *store, const char *owner, const char *word, size_t limit,
                     struct found_thing *out, size_t *count, struct error *error);
int postgres_add_follows (store_t *store, const char *follower, const struct store_job_id *followed,
                          size_t count, struct error *error);
int postgres_followed (store_t *store, const char *follower, uint64_t from, size_t limit,
                       store_each_followed *each, void *context, struct error *error);
int postgres_note_files (store_t *store, const char *job, int64_t key, const int64_t *files, size_t count,
                         struct error *error);
int postgres_file_uses (store_t *store, int64_t file, bool of_key, const struct store_file_use *after,
                        size_t limit, struct store_file_use *out, size_t *count, struct error *error);
int postgres_files_noted (store_t *store, bool *out, struct error *error);
int postgres_set_files_noted (store_t *store, struct error *error);
int postgres_followers (store_t *store, const char *followed, const char *after, size_t limit,
                        struct store_job_id *out, size_t *count, struct error *error);

#endif
