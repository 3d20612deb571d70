//  range_answers.c: see range_answers.h. Each file is read from its beginning to its end, and hashed as it
//  is. Whose next answer is of the first record lies on top of a heap.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/pipeline/keys/range_answers.h"

#include "worker/memory/scratch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { READING_BYTES = 64 * 1024 };

struct range {
    int fd;
    struct range_judgement told;
    struct key_answer next;
    struct key_answers answers;
    XXH3_state_t *hash;    //  of what was read of them
};

struct range_answers {
    struct range *ranges;    //  [count]
    size_t count;
    struct range **heap;    //  [heap_count] those that have a next answer
    size_t heap_count;
    struct range_judgement seen;    //  of all of them
    struct error failure;           //  of the pass: an answer could not be read
};

range_answers_t *range_answers_new (size_t ranges)
{
    range_answers_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->ranges = calloc (ranges + 1, sizeof *self->ranges);
    self->heap = calloc (ranges + 1, sizeof *self->heap);
    bool good = self->ranges && self->heap;
    for (; self->ranges && self->count < ranges; self->count++) {
        self->ranges[self->count].fd = -1;
        self->ranges[self->count].hash = XXH3_createState ();
        good = good && self->ranges[self->count].hash;
    }
    if (!good)
        range_answers_destroy (&self);
    return self;
}

void range_answers_destroy (range_answers_t **self_p)
{
    range_answers_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        if (self->ranges[i].fd >= 0)
            close (self->ranges[i].fd);
        XXH3_freeState (self->ranges[i].hash);
        key_answers_clear (&self->ranges[i].answers);
    }
    free (self->ranges);
    free (self->heap);
    free (self);
    *self_p = NULL;
}

static int s_read (void *context, uint64_t at, void *bytes, size_t n, struct error *error)
{
    struct range *range = context;
    long got = scratch_file_read (range->fd, bytes, n, at);
    if (got < 0)
        return error_set (error, DMH_IO, "what was found out about its keys cannot be read: %s",
                          strerror (errno));
    if ((size_t) got != n)
        return error_set (error, DMH_MALFORMED, "what was found out about its keys became shorter");
    XXH3_64bits_update (range->hash, bytes, n);
    return DMH_OK;
}

int range_answers_open (range_answers_t *self, size_t range, const char *path,
                        const struct range_judgement *judgement, struct error *error)
{
    struct range *it = &self->ranges[range];
    struct stat about;
    it->told = *judgement;
    it->fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (it->fd < 0 || fstat (it->fd, &about) != 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    if (!S_ISREG (about.st_mode) || judgement->count > INT64_MAX / sizeof (struct key_answer) ||
        (uint64_t) about.st_size != judgement->count * sizeof (struct key_answer))
        return error_set (error, DMH_MALFORMED, "%s is damaged: it is not as long as was told", path);
    posix_fadvise (it->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return DMH_OK;
}

//  Moves the range at that place down to where it belongs.
static void s_sink (range_answers_t *self, size_t at)
{
    struct range *range = self->heap[at];
    for (size_t child; (child = 2 * at + 1) < self->heap_count; at = child) {
        if (child + 1 < self->heap_count &&
            self->heap[child + 1]->next.record < self->heap[child]->next.record)
            child++;
        if (range->next.record <= self->heap[child]->next.record)
            break;
        self->heap[at] = self->heap[child];
    }
    self->heap[at] = range;
}

int range_answers_begin (range_answers_t *self, struct error *error)
{
    int rc = 1;
    self->heap_count = 0;
    self->seen = (struct range_judgement){.judged = 0};
    self->failure.code = DMH_OK;
    for (size_t i = 0; rc >= 0 && i < self->count; i++) {
        struct range *range = &self->ranges[i];
        key_answers_clear (&range->answers);
        range->answers = (struct key_answers){.end = range->told.count * sizeof (struct key_answer),
                                              .reading = READING_BYTES,
                                              .read = s_read,
                                              .context = range};
        XXH3_64bits_reset (range->hash);
        rc = key_answers_next (&range->answers, &range->next, error);
        if (rc == 1)
            self->heap[self->heap_count++] = range;
    }
    for (size_t i = self->heap_count / 2; i-- > 0;)
        s_sink (self, i);
    if (rc < 0)
        self->failure = *error;
    return rc < 0 ? rc : DMH_OK;
}

//  The first answer was given; the next one of its range takes its place.
static int s_go_on (range_answers_t *self, struct error *error)
{
    struct range *range = self->heap[0];
    key_answers_pass (&range->answers);
    int rc = key_answers_next (&range->answers, &range->next, error);
    if (rc == 0)
        self->heap[0] = self->heap[--self->heap_count];
    if (rc >= 0 && self->heap_count)
        s_sink (self, 0);
    return rc;
}

enum key_place range_answers_place (range_answers_t *self, uint64_t record, uint64_t *other,
                                    struct error *error)
{
    self->seen.judged++;
    self->seen.sum += range_answers_sum (record);
    if (self->heap_count == 0 || self->heap[0]->next.record != record)
        return KEY_STANDS;
    enum key_place place = key_answer_place (&self->heap[0]->next, other);
    self->seen.count++;
    if (s_go_on (self, error) >= 0)
        return place;
    self->failure = *error;
    return KEY_NO_ROOM;
}

int range_answers_check (const range_answers_t *self, bool whole, struct error *error)
{
    if (self->failure.code != DMH_OK)
        *error = self->failure;
    if (self->failure.code != DMH_OK || !whole)
        return self->failure.code;
    struct range_judgement told = {.judged = 0};
    bool same = true;
    for (size_t i = 0; i < self->count; i++) {
        const struct range *range = &self->ranges[i];
        told.judged += range->told.judged;
        told.sum += range->told.sum;
        told.count += range->told.count;
        same = same && range->told.hash == XXH3_64bits_digest (range->hash);
    }
    const struct range_judgement *seen = &self->seen;
    return same && told.judged == seen->judged && told.sum == seen->sum && told.count == seen->count
               ? DMH_OK
               : error_set (error, DMH_MALFORMED,
                            "what was found out about its keys is of other records than its parts hold");
}
