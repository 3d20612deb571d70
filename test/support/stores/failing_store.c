//  failing_store.c: see failing_store.h.
#include "test/support/stores/failing_store.h"

static bool s_fails (store_t *store, struct error *error)
{
    struct failing_store *self = (struct failing_store *) store;
    if (self->calls == 0 || --self->calls > 0)
        return false;
    self->failed = true;
    error_set (error, DMH_UNAVAILABLE, "the disk is on strike");
    return true;
}

static store_t *s_inner (store_t *store)
{
    return ((struct failing_store *) store)->inner;
}

static int s_begin (store_t *store, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_begin (s_inner (store), error);
}

static int s_commit (store_t *store, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_commit (s_inner (store), error);
}

static void s_abandon (store_t *store)
{
    store_abandon (s_inner (store));
}

static int s_add (store_t *store, struct store_job *job, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_add (s_inner (store), job, error);
}

static int s_change (store_t *store, const struct job_record *record, unsigned tries, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_change (s_inner (store), record, tries, error);
}

//  Inside what was added or changed.
static int s_put_in_batch (store_t *store, const struct job_record *record, const struct store_tally *tally,
                           struct error *error)
{
    (void) store;
    (void) record;
    (void) tally;
    (void) error;
    return DMH_OK;    //  store_add of the inner one has done it
}

//  The inner one has done it, too, but for what is brought.
static int s_note_files (store_t *store, const char *job, int64_t key, const int64_t *files, size_t count,
                         struct error *error)
{
    struct store *inner = s_inner (store);
    if (((struct failing_store *) store)->notes_fail)
        return error_set (error, DMH_UNAVAILABLE, "the disk is on strike");
    return inner->driver->note_files (inner, job, key, files, count, error);
}

static int s_file_uses (store_t *store, int64_t file, bool of_key, const struct store_file_use *after,
                        size_t limit, struct store_file_use *out, size_t *count, struct error *error)
{
    if (s_fails (store, error))
        return DMH_UNAVAILABLE;
    struct store *inner = s_inner (store);
    return inner->driver->file_uses (inner, file, of_key, after, limit, out, count, error);
}

static int s_find (store_t *store, const char *job, struct store_job *out, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_find (s_inner (store), job, out, error);
}

static int s_ended (store_t *store, const struct store_search *search, size_t limit, struct store_ended *out,
                    size_t *count, struct error *error)
{
    if (s_fails (store, error))
        return DMH_UNAVAILABLE;
    struct store *inner = s_inner (store);
    return inner->driver->ended (inner, search, limit, out, count, error);
}

static int s_result_bytes (store_t *store, uint64_t *out, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_result_bytes (s_inner (store), out, error);
}

static int s_remove (store_t *store, const char *job, struct error *error)
{
    return s_fails (store, error) ? DMH_UNAVAILABLE : store_remove (s_inner (store), job, error);
}

static int s_walk (store_t *store, const struct store_walk *walk, store_each_job *each, void *context,
                   struct error *error)
{
    if (s_fails (store, error))
        return DMH_UNAVAILABLE;
    struct store *inner = s_inner (store);
    return inner->driver->walk (inner, walk, each, context, error);
}

static int s_counts (store_t *store, const char *owner, int64_t since, uint64_t counts[JOB_STATE_COUNT],
                     struct error *error)
{
    if (s_fails (store, error))
        return DMH_UNAVAILABLE;
    struct store *inner = s_inner (store);
    return inner->driver->counts (inner, owner, since, counts, error);
}

//  These are read, and never fail.
static int s_followed (store_t *store, const char *follower, uint64_t from, size_t limit,
                       store_each_followed *each, void *context, struct error *error)
{
    return store_followed (s_inner (store), follower, from, limit, each, context, error);
}

static int s_followers (store_t *store, const char *followed, const char *after, size_t limit,
                        struct store_job_id *out, size_t *count, struct error *error)
{
    return store_followers (s_inner (store), followed, after, limit, out, count, error);
}

const struct driver failing_store_driver = {.begin = s_begin,
                                            .commit = s_commit,
                                            .abandon = s_abandon,
                                            .add = s_add,
                                            .change = s_change,
                                            .find = s_find,
                                            .note_files = s_note_files,
                                            .file_uses = s_file_uses,
                                            .walk = s_walk,
                                            .ended = s_ended,
                                            .result_bytes = s_result_bytes,
                                            .remove = s_remove,
                                            .counts = s_counts,
                                            .put_in_batch = s_put_in_batch,
                                            .followed = s_followed,
                                            .followers = s_followers};
