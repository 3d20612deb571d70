//  split_progress.c: see split_progress.h.
#include "broker/jobs/split_progress.h"

#include <czmq.h>

enum { TOLD_MS = 100, PASSES = 4 };

struct piece {
    char job[ID_BYTES];
    struct whole *whole;
    struct piece *after;
    bool makes_records;    //  what it counts is the file's
    enum job_state state;
    uint64_t attempt;
    char worker[ID_BYTES];
    uint64_t bytes;
    struct counts counts;
    double rate;
};

struct whole {
    char job[ID_BYTES];
    uint64_t bytes_total, bytes;
    struct counts counts;
    double rate;
    struct piece *pieces;
    int64_t told_at;
};

struct split_progress {
    zhashx_t *wholes, *pieces;    //  by job
};

split_progress_t *split_progress_new (void)
{
    split_progress_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->wholes = zhashx_new ();
    self->pieces = zhashx_new ();
    if (!self->wholes || !self->pieces)
        split_progress_destroy (&self);
    return self;
}

static void s_free (struct whole *whole)
{
    for (struct piece *piece = whole->pieces, *next; piece; piece = next) {
        next = piece->after;
        free (piece);
    }
    free (whole);
}

void split_progress_destroy (split_progress_t **self_p)
{
    split_progress_t *self = *self_p;
    if (!self)
        return;
    for (struct whole *whole = self->wholes ? zhashx_first (self->wholes) : NULL; whole;
         whole = zhashx_next (self->wholes))
        s_free (whole);
    zhashx_destroy (&self->wholes);
    zhashx_destroy (&self->pieces);
    free (self);
    *self_p = NULL;
}

static struct whole *s_whole (split_progress_t *self, const struct job_record *part)
{
    struct whole *whole = zhashx_lookup (self->wholes, part->part_of);
    if (whole || !(whole = calloc (1, sizeof *whole)))
        return whole;
    memcpy (whole->job, part->part_of, sizeof whole->job);
    whole->bytes_total = part->bytes_total;
    whole->told_at = INT64_MIN / 2;
    if (zhashx_insert (self->wholes, whole->job, whole) == 0)
        return whole;
    free (whole);
    return NULL;
}

static struct piece *s_piece (split_progress_t *self, const struct job_record *part)
{
    struct piece *piece = zhashx_lookup (self->pieces, part->job);
    struct whole *whole = piece ? NULL : s_whole (self, part);
    if (!whole || !(piece = calloc (1, sizeof *piece)))
        return piece;
    memcpy (piece->job, part->job, sizeof piece->job);
    if (zhashx_insert (self->pieces, piece->job, piece) != 0) {
        free (piece);
        return NULL;
    }
    piece->whole = whole;
    piece->after = whole->pieces;
    whole->pieces = piece;
    return piece;
}

//  What the piece has done is in its whole's sums; unsigned numbers come back to where they were.
static void s_set (struct piece *piece, uint64_t bytes, const struct counts *counts, double rate)
{
    struct whole *whole = piece->whole;
    const struct counts *was = &piece->counts, now = piece->makes_records ? *counts : (struct counts){0};
    whole->bytes += bytes - piece->bytes;
    whole->counts.read += now.read - was->read;
    whole->counts.written += now.written - was->written;
    whole->counts.duplicates += now.duplicates - was->duplicates;
    whole->counts.conflicts += now.conflicts - was->conflicts;
    whole->counts.rejected += now.rejected - was->rejected;
    whole->rate += rate - piece->rate;
    piece->bytes = bytes;
    piece->counts = now;
    piece->rate = rate;
}

static void s_change (struct piece *piece, const struct job_record *record)
{
    static const struct counts NONE = {.read = 0};
    enum job_state state = JOB_QUEUED;
    job_state_of (record->state, &state);
    bool is_done = state == JOB_DONE;
    piece->state = state;
    piece->attempt = record->attempt;
    memcpy (piece->worker, record->worker, sizeof piece->worker);
    s_set (piece, is_done ? record->bytes_done : 0, is_done ? &record->counts : &NONE, 0);
}

void split_progress_add (split_progress_t *self, const struct job_record *record, const char *task)
{
    struct piece *piece = s_piece (self, record);
    if (!piece)
        return;
    piece->makes_records = streq (task, TASK_SURVEY);    //  a part mostly passes on what that has made
    s_change (piece, record);
}

void split_progress_change (split_progress_t *self, const struct job_record *record)
{
    struct piece *piece = zhashx_lookup (self->pieces, record->job);
    if (piece)
        s_change (piece, record);
}

const char *split_progress_hear (split_progress_t *self, const struct event *event)
{
    struct piece *piece = zhashx_lookup (self->pieces, event->job);
    if (!piece || piece->state != JOB_RUNNING || piece->attempt != event->attempt ||
        !streq (piece->worker, event->worker) || !job_state_is (event->state, JOB_RUNNING))
        return NULL;
    double rate = event->records_per_second;
    s_set (piece, event->bytes_done, &event->counts, piece->makes_records && rate >= 0 ? rate : 0);
    return piece->whole->job;
}

bool split_progress_is_due (split_progress_t *self, const char *job, int64_t now)
{
    struct whole *whole = zhashx_lookup (self->wholes, job);
    if (!whole || now - whole->told_at < TOLD_MS)
        return false;
    whole->told_at = now;
    return true;
}

bool split_progress_sum (const split_progress_t *self, const char *job, bool runs, uint64_t *bytes_done,
                         struct counts *counts, double *records_per_second)
{
    const struct whole *whole = zhashx_lookup (self->wholes, job);
    if (!whole)
        return false;
    uint64_t most = whole->bytes_total / PASSES * (PASSES - 1), so_far = whole->bytes / PASSES;
    so_far = so_far < most ? so_far : most;    //  whatever workers say
    *bytes_done = runs ? most + *bytes_done / PASSES : so_far;
    if (!runs) {
        *counts = whole->counts;
        *records_per_second = whole->rate > 0 ? whole->rate : 0;
    }
    return true;
}

uint64_t split_progress_bytes (const split_progress_t *self, const char *job)
{
    const struct whole *whole = zhashx_lookup (self->wholes, job);
    return whole ? whole->bytes_total : 0;
}

const char *split_progress_waiting (const split_progress_t *self, const char *job)
{
    const struct whole *whole = zhashx_lookup (self->wholes, job);
    const struct piece *first = NULL;
    for (const struct piece *piece = whole ? whole->pieces : NULL; piece; piece = piece->after)
        if (piece->state == JOB_QUEUED)
            first = piece;    //  the last in the list was added first
    return first ? first->job : NULL;
}

void split_progress_forget (split_progress_t *self, const char *job)
{
    struct whole *whole = zhashx_lookup (self->wholes, job);
    if (!whole)
        return;
    for (const struct piece *piece = whole->pieces; piece; piece = piece->after)
        zhashx_delete (self->pieces, piece->job);
    zhashx_delete (self->wholes, whole->job);
    s_free (whole);
}

size_t split_progress_count (const split_progress_t *self)
{
    return zhashx_size (self->pieces);
}
