//  clearing.c: see clearing.h.
#include "broker/files/clearing.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/log.h"
#include "messages/base/narrow.h"

enum { PART_SECONDS = 24 * 60 * 60 };

struct sweep {
    blob_store_t *store;
    zhashx_t *needed;
    int64_t before, parts_before;    //  wall ms
    size_t removed;
};

static int s_sweep_one (void *context, const struct listing_file *file)
{
    struct sweep *self = context;
    struct error error = {.code = DMH_OK};
    //  Half a file is nobody's need; its sender has given up.
    if (file->used_at >= (file->whole ? self->before : self->parts_before) ||
        zhashx_lookup (self->needed, file->sha256))
        return DMH_OK;
    if (blob_store_drop (self->store, file, &error) == DMH_OK)
        self->removed++;
    else
        log_event (LOG_LEVEL_ERROR, "files.not_removed", NULL, NULL, "error", error.text, NULL);
    return DMH_OK;
}

void clearing_sweep (blob_store_t *store, zhashx_t *needed, time_t before)
{
    struct sweep sweep = {store, needed, (int64_t) before * 1000,
                          clock_wall_ms () - (int64_t) PART_SECONDS * 1000, 0};
    struct error error = {.code = DMH_OK};
    if (blob_store_list (store, s_sweep_one, &sweep, &error) != DMH_OK)
        log_event (LOG_LEVEL_ERROR, "files.not_swept", NULL, NULL, "error", error.text, NULL);
    if (sweep.removed)
        log_event (LOG_LEVEL_INFO, "files.swept", NULL, NULL, LOG_NUMBER ("removed", sweep.removed),
                   LOG_NUMBER ("bytes_left", blob_store_used (store)), NULL);
}

//  Files of a store without keys, by their SHA-256 alone.
struct removal {
    blob_store_t *store;
    zhashx_t *until;    //  SHA-256 → int64_t, wall ms, borrowed
    bool failed;
};

static void s_not_removed (bool *failed, const struct error *error)
{
    *failed = true;
    log_event (LOG_LEVEL_ERROR, "files.not_removed", NULL, NULL, "error", error->text, NULL);
}

static int s_remove_one (void *context, const struct listing_file *file)
{
    struct removal *self = context;
    struct error error = {.code = DMH_OK};
    const int64_t *until = zhashx_lookup (self->until, file->sha256);
    if (until && file->used_at <= *until && blob_store_drop (self->store, file, &error) != DMH_OK)
        s_not_removed (&self->failed, &error);
    return DMH_OK;
}

static bool s_remove_listed (blob_store_t *store, zhashx_t *files)
{
    struct removal removal = {store, files, false};
    struct error error = {.code = DMH_OK};
    if (blob_store_list (store, s_remove_one, &removal, &error) != DMH_OK)
        s_not_removed (&removal.failed, &error);
    return !removal.failed;
}

static bool s_disown (blob_store_t *store, zhashx_t *files)
{
    bool failed = false;
    for (const int64_t *until = zhashx_first (files); until; until = zhashx_next (files)) {
        char sha256[DIGEST_HEX_BYTES];
        struct error error = {.code = DMH_OK};
        const char *key = zhashx_cursor (files), *owner = strchr (key, ' ');
        snprintf (sha256, sizeof sha256, "%.*s", NARROW (int, strcspn (key, " ")), key);
        if (blob_store_disown (store, sha256, owner ? owner + 1 : "", *until, &error) != DMH_OK)
            s_not_removed (&failed, &error);
    }
    return !failed;
}

bool clearing_remove (blob_store_t *store, bool by_owner, zhashx_t *files)
{
    struct error error = {.code = DMH_OK};
    bool failed = !(by_owner ? s_disown (store, files) : s_remove_listed (store, files));
    if (blob_store_sync (store, &error) != DMH_OK)
        s_not_removed (&failed, &error);
    return !failed;
}
