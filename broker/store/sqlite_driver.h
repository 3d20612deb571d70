//  sqlite_driver.h: what the files of SQLite's driver share: the open database, its statements, and how one
//  is used.
#ifndef DMH_SQLITE_DRIVER_H
#define DMH_SQLITE_DRIVER_H

#include "broker/store/driver.h"
#include "broker/store/sqlite_files.h"
#include "broker/store/sqlite_statements.h"
#include "broker/store/sqlite_values.h"

struct sqlite {
    struct store base;
    sqlite3 *db;
    struct sqlite_files files;
    sqlite3_stmt *statements[SQL_COUNT];
};

//  DMH_UNAVAILABLE: "the job store cannot <what>: …".
int sqlite_away (struct sqlite *self, const char *what, struct error *error);
//  A statement from its beginning, without the parameters of its last use.
struct use sqlite_use (struct sqlite *self, enum statement which);
//  Runs one that answers no rows.
int sqlite_run (struct sqlite *self, struct use *use, const char *what, struct error *error);
//  After the last row (SQLITE_DONE), or as many as were wanted (SQLITE_ROW): DMH_OK.
int sqlite_read (struct sqlite *self, struct use *use, int stepped, struct error *error);

//  As driver.h has them.
int sqlite_add_batch (store_t *store, const struct store_batch *batch, struct error *error);
int sqlite_find_batch (store_t *store, const char *batch, struct store_batch *out, struct error *error);
int sqlite_find_batch_key (store_t *store, const char *owner, const char *submit_key, struct store_batch *out,
                           struct error *error);
int sqlite_put_in_batch (store_t *store, const struct job_record *record, const struct store_tally *tally,
                         struct error *error);
int sqlite_batch_jobs (store_t *store, const struct store_part *part, size_t limit, struct job_record *out,
                       size_t *count, struct error *error);
int sqlite_search (store_t *store, const char *owner, const char *word, size_t limit, struct found_thing *out,
                   size_t *count, struct error *error);
int sqlite_add_follows (store_t *store, const char *follower, const struct store_job_id *followed,
                        size_t count, struct error *error);
int sqlite_followed (store_t *store, const char *follower, uint64_t from, size_t limit,
                     store_each_followed *each, void *context, struct error *error);
store_backup_t *sqlite_backup (store_t *store, struct error *error);
int sqlite_backup_step (store_backup_t *backup, bool *whole, struct error *error);
int sqlite_backup_read (store_backup_t *backup, uint64_t offset, void *to, size_t room, size_t *got,
                        uint64_t *bytes, struct error *error);
void sqlite_backup_end (store_backup_t *backup);
int sqlite_note_files (store_t *store, const char *job, int64_t key, const int64_t *files, size_t count,
                       struct error *error);
int sqlite_file_uses (store_t *store, int64_t file, bool of_key, const struct store_file_use *after,
                      size_t limit, struct store_file_use *out, size_t *count, struct error *error);
int sqlite_files_noted (store_t *store, bool *out, struct error *error);
int sqlite_set_files_noted (store_t *store, struct error *error);
int sqlite_followers (store_t *store, const char *followed, const char *after, size_t limit,
                      struct store_job_id *out, size_t *count, struct error *error);

#endif
