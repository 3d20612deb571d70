//  batch.c: see batch.h.
#include "broker/jobs/batch.h"

#include "messages/base/random.h"

enum { AT_ONCE = 256 };

char *batch_new_id (char out[ID_BYTES])
{
    char digits[BATCH_ID_DIGITS + 1];
    snprintf (out, ID_BYTES, "%s%s", BATCH_ID_BEGINS, random_hex (digits, BATCH_ID_DIGITS));
    return out;
}

int batch_find_key (const turn_t *turn, store_t *store, const struct submission *submission,
                    struct store_batch *out, struct error *error)
{
    const struct store_batch *batch = turn_batch (turn, submission->owner, submission->submit_key);
    if (!batch)
        return store_find_batch_key (store, submission->owner, submission->submit_key, out, error);
    *out = *batch;
    return DMH_OK;
}

//  Those that the store has, by portions of places.
static int s_find_stored (store_t *store, const struct submission *submission, uint64_t from,
                          struct store_job_id *ids, size_t count, struct error *error)
{
    struct store_job_id some[AT_ONCE];
    uint64_t next = from;
    for (size_t found = AT_ONCE; found == AT_ONCE && next - from < count;) {
        int rc = store_find_places (store, submission->owner, submission->submit_key, next, some, AT_ONCE,
                                    &found, error);
        if (rc != DMH_OK)
            return rc;
        for (size_t i = 0; i < found; i++) {
            if (some[i].place - from < count)
                ids[some[i].place - from] = some[i];
            next = some[i].place + 1;
        }
    }
    return DMH_OK;
}

int batch_find_places (const turn_t *turn, store_t *store, const struct submission *submission, uint64_t from,
                       struct store_job_id *ids, size_t count, struct error *error)
{
    memset (ids, 0, count * sizeof *ids);
    int rc = s_find_stored (store, submission, from, ids, count, error);
    if (rc == DMH_OK)
        turn_find_places (turn, submission->owner, submission->submit_key, from, ids, count);
    return rc;
}
