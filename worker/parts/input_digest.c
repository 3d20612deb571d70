//  input_digest.c: see input_digest.h. What is hashed are the bytes of which the parts were made, as their
//  XXH3 tell.
#define XXH_INLINE_ALL
#include "worker/parts/input_digest.h"

#include <xxhash.h>

struct walk {
    const struct part_task *task;
    uint64_t at;           //  in the input
    size_t part;           //  in which that is, or before which
    XXH3_state_t *hash;    //  of what was read of it
};

//  What of the piece lies in the part that comes next is hashed. How much of it that part takes.
static size_t s_take (struct walk *self, const char *bytes, size_t n, bool *changed)
{
    const struct input_cut *cut = &self->task->cut;
    if (self->part == cut->count)
        return n;
    const struct text_part *part = &cut->parts[self->part];
    if (self->at < part->at)
        return part->at - self->at < n ? (size_t) (part->at - self->at) : n;
    uint64_t left = part->at + part->bytes - self->at;
    size_t taken = left < n ? (size_t) left : n;
    XXH3_64bits_update (self->hash, bytes, taken);
    if (taken < left)
        return taken;
    *changed = *changed || XXH3_64bits_digest (self->hash) != part->hash;
    XXH3_64bits_reset (self->hash);
    self->part++;
    return taken;
}

static int s_piece (void *context, const char *bytes, size_t n, bool last, struct error *error)
{
    struct walk *self = context;
    const struct followed_task *driver = self->task->driver;
    bool changed = false;
    for (size_t at = 0; at < n && !changed;) {
        size_t taken = s_take (self, bytes + at, n - at, &changed);
        self->at += taken;
        at += taken;
    }
    if (changed || (last && self->part < self->task->cut.count && self->task->cut.parts[self->part].bytes))
        return error_set (error, DMH_BAD_INPUT,
                          "%s changed while it was read; submit it again when it is complete",
                          self->task->assignment->input.name);
    return driver->goes_on (driver->context, NULL)
               ? DMH_OK
               : error_set (error, DMH_CANCELLED, "%s was cancelled", self->task->assignment->input.name);
}

int input_digest (struct part_task *task, reader_t *reader, char sha256[DIGEST_HEX_BYTES],
                  struct error *error)
{
    struct walk walk = {.task = task, .hash = XXH3_createState ()};
    int rc = walk.hash ? DMH_OK
                       : error_set (error, DMH_INTERNAL, "out of memory while reading %s",
                                    task->assignment->input.name);
    if (rc == DMH_OK) {
        XXH3_64bits_reset (walk.hash);
        rc = reader_walk (reader, true, s_piece, &walk, error);
    }
    if (rc == DMH_OK)
        rc = reader_finish (reader, sha256, error);
    XXH3_freeState (walk.hash);
    return rc;
}
