//  sqlite_job_files.c: which jobs name a file, in SQLite. See driver.h.
#include "broker/store/sqlite_driver.h"

static struct sqlite *s_self (store_t *store)
{
    return (struct sqlite *) store;
}

int sqlite_note_files (store_t *store, const char *job, int64_t key, const int64_t *files, size_t count,
                       struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        struct use use = sqlite_use (s_self (store), SQL_NOTE_FILE);
        use_text (&use, 1, job);
        use_number (&use, 2, files[i]);
        use_number (&use, 3, key);
        rc = sqlite_run (s_self (store), &use, "note the files of a job", error);
    }
    return rc;
}

int sqlite_file_uses (store_t *store, int64_t file, bool of_key, const struct store_file_use *after,
                      size_t limit, struct store_file_use *out, size_t *count, struct error *error)
{
    struct use use = sqlite_use (s_self (store), of_key ? SQL_FILE_USES_KEY : SQL_FILE_USES);
    use_number (&use, 1, file);
    use_number (&use, 2, after->key);
    use_number (&use, 3, (int64_t) after->sequence);
    use_number (&use, 4, (int64_t) limit);
    int stepped = SQLITE_DONE;
    while (*count < limit && (stepped = use_step (&use)) == SQLITE_ROW) {
        struct store_file_use *one = &out[(*count)++];
        one->key = sqlite3_column_int64 (use.statement, 0);
        one->sequence = (uint64_t) sqlite3_column_int64 (use.statement, 1);
        if (!use_take_text (&use, 2, one->job, sizeof one->job)) {
            stepped = SQLITE_NOMEM;
            break;
        }
    }
    return sqlite_read (s_self (store), &use, stepped, error);
}

int sqlite_files_noted (store_t *store, bool *out, struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_FILES_NOTED);
    int stepped = use_step (&use);
    *out = stepped == SQLITE_ROW && sqlite3_column_int (use.statement, 0) > 0;
    return sqlite_read (s_self (store), &use, stepped, error);
}

int sqlite_set_files_noted (store_t *store, struct error *error)
{
    struct use use = sqlite_use (s_self (store), SQL_SET_FILES_NOTED);
    return sqlite_run (s_self (store), &use, "note the files of its jobs", error);
}
