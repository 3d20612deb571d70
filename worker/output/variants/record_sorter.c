//  record_sorter.c: see record_sorter.h. Records mostly come in order, or nearly so: then nothing is sorted,
//  or by insertion. A run on the disk is a row of {number, length, bytes}.
#include "worker/output/variants/record_sorter.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "worker/memory/scratch_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { WRITE_BYTES = 1024 * 1024, READ_BYTES_LEAST = 64 * 1024, ENTRIES_FIRST = 1024, MOVES_A_RECORD = 16 };

struct entry {
    uint64_t number;
    size_t at, n;    //  of `bytes`
};

struct run_head {
    uint64_t number, n;
};

//  A run while it is merged: its record at hand is at the beginning of what is buffered.
struct run {
    uint64_t offset, end;    //  of the file: what is not in the buffer yet
    struct buffer buffer;
    size_t at;    //  of it: the head of the record at hand
    struct run_head head;
    bool over;
};

struct record_sorter {
    const char *folder;
    size_t memory;
    struct buffer bytes;
    struct entry *entries;
    size_t count, size, next;
    bool sorted;    //  the entries are
    int file;       //  -1: there is none
    uint64_t filed;
    struct run *runs;
    size_t run_count;
    size_t *heap;    //  of runs, the one whose record is next first; what is in memory is the last run
    size_t heap_count;
    bool merging, taken;    //  the record of heap[0] was given
};

record_sorter_t *record_sorter_new (const char *folder, size_t memory)
{
    record_sorter_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->folder = folder;
    self->memory = memory;
    self->file = -1;
    self->sorted = true;
    return self;
}

void record_sorter_restart (record_sorter_t *self)
{
    for (size_t i = 0; i < self->run_count; i++)
        free (self->runs[i].buffer.at);
    free (self->runs);
    free (self->heap);
    self->runs = NULL;
    self->heap = NULL;
    if (self->file >= 0)
        close (self->file);
    self->file = -1;
    self->filed = 0;
    self->run_count = self->heap_count = self->count = self->next = 0;
    self->bytes.used = 0;
    self->sorted = true;
    self->merging = self->taken = false;
}

void record_sorter_destroy (record_sorter_t **self_p)
{
    record_sorter_t *self = *self_p;
    if (!self)
        return;
    record_sorter_restart (self);
    free (self->bytes.at);
    free (self->entries);
    free (self);
    *self_p = NULL;
}

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for sorting records; give less --memory");
}

static int s_refuse (const record_sorter_t *self, struct error *error)
{
    return error_set (error, DMH_IO,
                      "records cannot be sorted in %s: %s; free space there, or give more "
                      "--memory",
                      self->folder, strerror (errno));
}

//  Those of one number stand as they came, which their places tell.
static int s_compare (const void *a, const void *b)
{
    const struct entry *one = a, *other = b;
    if (one->number != other->number)
        return one->number < other->number ? -1 : 1;
    return one->at < other->at ? -1 : one->at > other->at;
}

//  Whether few moves have done it.
static bool s_insert (struct entry *entries, size_t count)
{
    size_t moves = count * MOVES_A_RECORD;
    for (size_t i = 1; i < count; i++) {
        const struct entry entry = entries[i];
        size_t to = i;
        for (; to && entries[to - 1].number > entry.number; to--) {
            if (moves-- == 0) {
                entries[to] = entry;
                return false;
            }
            entries[to] = entries[to - 1];
        }
        entries[to] = entry;
    }
    return true;
}

static void s_sort (record_sorter_t *self)
{
    if (!self->sorted && !s_insert (self->entries, self->count))
        qsort (self->entries, self->count, sizeof *self->entries, s_compare);
    self->sorted = true;
}

static int s_flush (record_sorter_t *self, struct buffer *out, struct error *error)
{
    if (scratch_file_write (self->file, out->at, out->used, self->filed) != 0)
        return s_refuse (self, error);
    self->filed += out->used;
    out->used = 0;
    return DMH_OK;
}

static int s_write_run (record_sorter_t *self, struct buffer *out, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        const struct entry *entry = &self->entries[i];
        struct run_head head = {entry->number, entry->n};
        if (buffer_reserve (out, sizeof head + entry->n) != 0)
            return s_memory (error);
        memcpy (out->at + out->used, &head, sizeof head);
        memcpy (out->at + out->used + sizeof head, self->bytes.at + entry->at, entry->n);
        out->used += sizeof head + entry->n;
        if (out->used >= WRITE_BYTES)
            rc = s_flush (self, out, error);
    }
    return rc == DMH_OK ? s_flush (self, out, error) : rc;
}

//  Moves what is in memory to the disk, as a run.
static int s_spill (record_sorter_t *self, struct error *error)
{
    struct buffer out = {NULL, 0, 0};
    if (self->file < 0 && (self->file = scratch_file_open (self->folder)) < 0)
        return s_refuse (self, error);
    struct run *runs = realloc (self->runs, (self->run_count + 1) * sizeof *runs);
    if (!runs)
        return s_memory (error);
    self->runs = runs;
    runs[self->run_count] = (struct run){.offset = self->filed};
    s_sort (self);
    int rc = s_write_run (self, &out, error);
    free (out.at);
    if (rc != DMH_OK)
        return rc;
    runs[self->run_count++].end = self->filed;
    self->count = self->bytes.used = 0;
    return DMH_OK;
}

int record_sorter_add (record_sorter_t *self, uint64_t number, struct text record, struct error *error)
{
    if (self->count && self->bytes.used + record.n + self->count * sizeof (struct entry) > self->memory) {
        int rc = s_spill (self, error);
        if (rc != DMH_OK)
            return rc;
    }
    if (self->count == self->size) {
        size_t size = self->size ? self->size * 2 : ENTRIES_FIRST;
        struct entry *entries = realloc (self->entries, size * sizeof *entries);
        if (!entries)
            return s_memory (error);
        self->entries = entries;
        self->size = size;
    }
    if (buffer_reserve (&self->bytes, record.n) != 0)
        return s_memory (error);
    self->sorted = self->sorted && (self->count == 0 || self->entries[self->count - 1].number <= number);
    self->entries[self->count++] = (struct entry){number, self->bytes.used, record.n};
    memcpy (self->bytes.at + self->bytes.used, record.at, record.n);
    self->bytes.used += record.n;
    return DMH_OK;
}

//  Has [n] bytes behind the record's head in the buffer.
static int s_fill (record_sorter_t *self, struct run *run, size_t n, size_t piece, struct error *error)
{
    size_t left = run->buffer.used - run->at;
    if (left >= n)
        return DMH_OK;
    memmove (run->buffer.at, run->buffer.at + run->at, left);
    run->buffer.used = left;
    run->at = 0;
    size_t want = n > piece ? n : piece;
    if (want > run->end - run->offset + left)
        want = (size_t) (run->end - run->offset) + left;
    if (buffer_reserve (&run->buffer, want - left) != 0)
        return s_memory (error);
    long got = scratch_file_read (self->file, run->buffer.at + left, want - left, run->offset);
    if (got < 0 || (size_t) got < want - left || want < n) {
        errno = got < 0 ? errno : EIO;
        return s_refuse (self, error);
    }
    run->buffer.used = want;
    run->offset += (uint64_t) got;
    return DMH_OK;
}

static size_t s_piece (const record_sorter_t *self)
{
    size_t piece = self->memory / (self->run_count + 1);
    return piece < READ_BYTES_LEAST ? READ_BYTES_LEAST : piece < WRITE_BYTES ? piece : WRITE_BYTES;
}

//  Has the run's next record at hand.
static int s_load (record_sorter_t *self, struct run *run, struct error *error)
{
    if (run->offset == run->end && run->at == run->buffer.used) {
        run->over = true;
        return DMH_OK;
    }
    int rc = s_fill (self, run, sizeof run->head, s_piece (self), error);
    if (rc != DMH_OK)
        return rc;
    memcpy (&run->head, run->buffer.at + run->at, sizeof run->head);
    return s_fill (self, run, sizeof run->head + (size_t) run->head.n, s_piece (self), error);
}

//  What is in memory stands behind all runs, as it came last.
static bool s_is_over (const record_sorter_t *self, size_t run)
{
    return run == self->run_count ? self->next == self->count : self->runs[run].over;
}

static uint64_t s_number (const record_sorter_t *self, size_t run)
{
    return run == self->run_count ? self->entries[self->next].number : self->runs[run].head.number;
}

static bool s_is_before (const record_sorter_t *self, size_t a, size_t b)
{
    uint64_t one = s_number (self, a), other = s_number (self, b);
    return one != other ? one < other : a < b;
}

static void s_sink (record_sorter_t *self, size_t i)
{
    for (;;) {
        size_t least = i, child = 2 * i + 1;
        for (size_t c = child; c < child + 2 && c < self->heap_count; c++)
            if (s_is_before (self, self->heap[c], self->heap[least]))
                least = c;
        if (least == i)
            return;
        size_t other = self->heap[i];
        self->heap[i] = self->heap[least];
        self->heap[least] = other;
        i = least;
    }
}

static int s_begin (record_sorter_t *self, struct error *error)
{
    s_sort (self);
    self->heap = calloc (self->run_count + 1, sizeof *self->heap);
    if (!self->heap)
        return s_memory (error);
    for (size_t i = 0; i < self->run_count; i++) {
        int rc = s_load (self, &self->runs[i], error);
        if (rc != DMH_OK)
            return rc;
    }
    for (size_t i = 0; i <= self->run_count; i++)
        if (!s_is_over (self, i))
            self->heap[self->heap_count++] = i;
    for (size_t i = self->heap_count; i-- > 0;)
        s_sink (self, i);
    self->merging = true;
    return DMH_OK;
}

//  Goes past the record that was given.
static int s_pass (record_sorter_t *self, struct error *error)
{
    size_t first = self->heap[0];
    int rc = DMH_OK;
    self->taken = false;
    if (first == self->run_count)
        self->next++;
    else {
        struct run *run = &self->runs[first];
        run->at += sizeof run->head + (size_t) run->head.n;
        rc = s_load (self, run, error);
    }
    if (rc == DMH_OK && s_is_over (self, first))
        self->heap[0] = self->heap[--self->heap_count];
    if (rc == DMH_OK && self->heap_count)
        s_sink (self, 0);
    return rc;
}

int record_sorter_next (record_sorter_t *self, uint64_t *number, struct text *record, struct error *error)
{
    int rc = self->merging ? DMH_OK : s_begin (self, error);
    if (rc == DMH_OK && self->taken)
        rc = s_pass (self, error);
    if (rc != DMH_OK)
        return rc;
    if (self->heap_count == 0)
        return 0;
    size_t first = self->heap[0];
    *number = s_number (self, first);
    if (first == self->run_count)
        *record = (struct text){self->bytes.at + self->entries[self->next].at, self->entries[self->next].n};
    else
        *record = (struct text){self->runs[first].buffer.at + self->runs[first].at + sizeof (struct run_head),
                                (size_t) self->runs[first].head.n};
    self->taken = true;
    return 1;
}

size_t record_sorter_runs (const record_sorter_t *self)
{
    return self->run_count;
}
