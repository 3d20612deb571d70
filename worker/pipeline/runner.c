//  runner.c: see runner.h. It is the reader's thread: fills blocks, gives them to the harmonizers, takes them
//  back from the writer, tells the session. Its sockets and its writer stay from job to job; no block does.
#include "worker/pipeline/runner.h"

#include "messages/base/clock.h"
#include "messages/sockets/socket_wait.h"
#include "worker/pipeline/passes.h"
#include "worker/pipeline/threads/block_lines.h"
#include "worker/pipeline/threads/block_socket.h"

#include <stdatomic.h>

enum { PROGRESS_MS = 100, PARTS_MS = 1000 };

struct runner {
    //  For as long as it lives.
    zsock_t *pipe;    //  to the session
    struct block_lines lines;
    size_t *in_flight;             //  [lines.count] blocks with each of them
    struct block *join, *leave;    //  [lines.count] of each pass
    struct block **all, **idle;    //  [as many as a job may have]
    struct stage_clock clock;      //  of the reader
    //  Of one job.
    size_t threads;    //  of the harmonizers; the first ones
    size_t block_count, idle_count, block_max;
    struct attempt own, *attempt;    //  of a job without a task; that a pass is of, or NULL
    struct fetched_files fetched_files;
    const struct assignment *task;    //  it is for a task; NULL: its input is harmonized
    bool over, cut;    //  of this pass: the input was read to its end; of some block records were left out
    bool doomed, cancelled, terminated;
    uint64_t serial, taken;    //  blocks given out in this pass, and those of them that the writer has taken
    size_t fill_bytes;         //  of the next block: fewer where blocks come in parts, see block_bytes_next
    uint64_t parts;            //  of such blocks, that the writer has taken
    struct counts counts;      //  as of the last block that came back
    uint64_t bytes_done, task_bytes;    //  the latter in all, where a task says so
    uint64_t moved;                     //  see struct runner_news
    int64_t began_at, told_at;
};

static void s_tell (struct runner *self, const char *word, struct runner_news *news)
{
    zsock_send (self->pipe, "sp", word, news);
}

static void s_progress (struct runner *self)
{
    int64_t now = clock_mono_ms ();
    if (now - self->told_at < PROGRESS_MS)
        return;
    struct runner_news *news = calloc (1, sizeof *news);
    if (!news)
        return;    //  progress may be lost, a result not
    self->told_at = now;
    int64_t elapsed = now - self->began_at;
    if (self->attempt) {
        snprintf (news->kind, sizeof news->kind, "%s", self->attempt->preparation.binding->schema->name);
        news->bytes_total = attempt_bytes (self->attempt);
    } else {
        news->bytes_total = self->task_bytes;
        if (self->task && self->task->followed_count)
            snprintf (news->kind, sizeof news->kind, "%s", self->task->followed[0].kind);
    }
    news->bytes_done = self->bytes_done;
    news->moved = self->moved;
    news->counts = self->counts;
    news->records_per_second = (double) self->counts.read * 1000 / (double) (elapsed > 0 ? elapsed : 1);
    s_tell (self, "PROGRESS", news);
}

//  A piece of a file came, or went.
static void s_moved (void *context, uint64_t done, uint64_t total)
{
    struct runner *self = context;
    (void) done, (void) total;
    self->moved++;
    s_progress (self);
}

//  Takes the session's words without waiting.
static void s_listen (struct runner *self)
{
    while (zsock_events (self->pipe) & ZMQ_POLLIN) {
        char *word = zstr_recv (self->pipe);
        if (!word || streq (word, "$TERM") || streq (word, "CANCEL"))
            self->cancelled = true;
        self->terminated = self->terminated || !word || streq (word, "$TERM");
        zstr_free (&word);
        if (self->terminated)
            return;
    }
}

static void s_take_back (struct runner *self)
{
    struct block *block;
    while ((block = block_receive (self->lines.back))) {
        self->in_flight[block->worker]--;
        self->taken++;
        self->moved++;
        self->counts = block->so_far;
        if (block->position > self->bytes_done)
            self->bytes_done = block->position;
        self->doomed = self->doomed || block->doomed;
        self->cut = self->cut || block->cut;
        self->fill_bytes = block_bytes_next (block, self->fill_bytes, self->attempt->block_bytes);
        self->idle[self->idle_count++] = block;
    }
    uint64_t before = self->parts;    //  of a block that goes on, though none comes back
    self->parts = atomic_load (&self->attempt->pass.parts);
    self->moved += self->parts != before;
    s_progress (self);
}

//  Waits until something comes from `other` or the session; not for ever, as parts are counted.
static void s_wait (struct runner *self, zsock_t *other)
{
    zmq_pollitem_t items[] = {{zsock_resolve (other), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve (self->pipe), 0, ZMQ_POLLIN, 0}};
    stage_clock_wait (&self->clock);
    socket_wait (items, 2, PARTS_MS);
}

//  Waits until the writer has taken all that is wanted. false: it has stopped.
static bool s_await (struct runner *self)
{
    zsock_t *writer = actor_pipe (self->lines.writer);
    while (!(zsock_events (writer) & ZMQ_POLLIN)) {
        s_take_back (self);
        s_listen (self);
        if (self->cancelled)
            atomic_store (&self->attempt->pass.abandoned, true);
        s_wait (self, writer);
    }
    char *word = zstr_recv (writer);
    bool passed = word && streq (word, "PASS");
    zstr_free (&word);
    s_take_back (self);
    stage_clock_leave (&self->clock);
    return passed;
}

//  An empty block; NULL when all are out, or out of memory and none comes back.
static struct block *s_idle (struct runner *self)
{
    if (self->idle_count)
        return self->idle[--self->idle_count];
    if (self->block_count == self->block_max)
        return NULL;
    struct block *block = attempt_block (self->attempt);
    if (block)
        self->all[self->block_count++] = block;
    return block;
}

//  The harmonizer with the fewest of this job's blocks, or that has the record which goes on; NULL when each
//  has its share.
static zsock_t *s_choose (struct runner *self, size_t *chosen)
{
    bool bound = reader_goes_on (self->attempt->preparation.reader);
    for (size_t i = 0; !bound && i < self->threads; i++)
        if (i == 0 || self->in_flight[i] < self->in_flight[*chosen])
            *chosen = i;
    return self->in_flight[*chosen] < HARMONIZERS_QUEUE_BLOCKS ? self->lines.harmonizers[*chosen] : NULL;
}

//  Tells every harmonizer; `words` are theirs until the pass is over.
static void s_control (struct runner *self, struct block *words, enum block_sort sort)
{
    for (size_t i = 0; i < self->threads; i++) {
        words[i].sort = sort;
        words[i].pass = &self->attempt->pass;
        block_send (self->lines.harmonizers[i], &words[i]);
    }
}

//  Reads, gives out and takes back until the file is over or the pass cannot come true.
static int s_feed (struct runner *self, struct error *error)
{
    struct attempt *attempt = self->attempt;
    for (size_t chosen = 0; !self->over && !self->doomed;) {
        s_listen (self);
        s_take_back (self);
        if (self->cancelled)
            return DMH_OK;
        zsock_t *to = s_choose (self, &chosen);
        struct block *block = to ? s_idle (self) : NULL;
        if (to && !block && self->block_count == 0)
            return error_set (error, DMH_INTERNAL, "out of memory for a block of %zu bytes",
                              attempt->block_bytes);
        if (!block) {
            s_wait (self, self->lines.back);
            continue;
        }
        stage_clock_work (&self->clock);
        int rc = attempt_fill (attempt, block, self->fill_bytes, error);
        if (rc <= 0) {
            self->idle[self->idle_count++] = block;
            self->over = true;
            return rc;
        }
        block->serial = self->serial++;
        block->worker = chosen;
        self->in_flight[chosen]++;
        block_send (to, block);
    }
    return DMH_OK;
}

//  One pass: the harmonizers join, all blocks go through, the harmonizers leave; then writer and blocks are
//  this thread's again.
static int s_pass (struct runner *self, struct error *error)
{
    self->over = self->cut = self->doomed = false;
    self->serial = self->taken = 0;
    self->fill_bytes = self->attempt->block_bytes;
    stage_clock_join (&self->clock);
    s_control (self, self->join, BLOCK_JOIN);
    int rc = s_feed (self, error);
    atomic_store (&self->attempt->pass.abandoned, rc != DMH_OK);
    s_control (self, self->leave, BLOCK_LEAVE);
    if (!s_await (self))
        return error_set (error, DMH_INTERNAL, "the thread that writes the result stopped");
    if (rc == DMH_OK && self->cancelled)
        return error_set (error, DMH_CANCELLED, "%s was cancelled", self->attempt->assignment->input.name);
    if (rc == DMH_OK)
        rc = attempt_check (self->attempt, error);
    if (rc == DMH_OK && self->taken != self->serial)
        return error_set (error, DMH_INTERNAL, "%zu of %zu blocks of %s are lost; please report this",
                          (size_t) (self->serial - self->taken), (size_t) self->serial,
                          self->attempt->assignment->input.name);
    return rc;
}

//  What stays from one job to the next. 0, or -1 with errno: memory, descriptors or threads are missing.
static int s_open (struct runner *self, const struct runner_place *place)
{
    size_t threads = harmonizers_threads (place->harmonizers);
    self->in_flight = calloc (threads, sizeof *self->in_flight);
    self->join = calloc (threads, sizeof *self->join);
    self->leave = calloc (threads, sizeof *self->leave);
    self->all = calloc (harmonizers_blocks (place->harmonizers), sizeof *self->all);
    self->idle = calloc (harmonizers_blocks (place->harmonizers), sizeof *self->idle);
    if (!self->in_flight || !self->join || !self->leave || !self->all || !self->idle)
        return -1;
    return block_lines_open (&self->lines, place->harmonizers, place->slot);
}

static void s_close (struct runner *self)
{
    block_lines_close (&self->lines);
    free (self->in_flight);
    free (self->join);
    free (self->leave);
    free (self->all);
    free (self->idle);
}

//  As the job finds it.
static void s_begin (struct runner *self, const struct assignment *assignment)
{
    size_t wanted = (size_t) assignment->options->threads;
    self->threads = wanted && wanted < self->lines.count ? wanted : self->lines.count;
    self->block_max = self->threads * HARMONIZERS_QUEUE_BLOCKS + HARMONIZERS_SPARE_BLOCKS;
    self->over = self->doomed = self->cancelled = false;
    self->counts = (struct counts){.read = 0};
    self->bytes_done = self->task_bytes = self->moved = 0;
    self->told_at = 0;
    self->began_at = clock_mono_ms ();
    self->task = assignment->task ? assignment : NULL;
    self->attempt = NULL;
}

static void s_drop_blocks (struct runner *self)
{
    for (size_t i = 0; i < self->block_count; i++)
        block_destroy (&self->all[i]);
    self->block_count = self->idle_count = 0;
}

static void s_clear (struct runner *self)
{
    s_drop_blocks (self);
    self->attempt = NULL;
    attempt_clear (&self->own);
    fetched_files_clear (&self->fetched_files);
}

static bool s_goes_on (void *context, const struct counts *so_far)
{
    struct runner *self = context;
    s_listen (self);
    if (so_far)
        self->counts = *so_far;
    self->moved++;
    s_progress (self);
    return !self->cancelled;
}

static void s_reached (void *context, uint64_t done, uint64_t total)
{
    struct runner *self = context;
    self->task_bytes = total;
    if (done > self->bytes_done)
        self->bytes_done = done;
}

static void s_bring (void *context, uint64_t place)
{
    struct runner_news *news = calloc (1, sizeof *news);
    if (!news)
        return;    //  it is asked for again
    news->wanted = place;
    s_tell (context, "BRING", news);
}

//  A pass of any attempt; every block comes back by its end.
static int s_drive (void *context, struct attempt *attempt, bool *whole, struct error *error)
{
    struct runner *self = context;
    self->attempt = attempt;
    self->threads = attempt->pass.harmonizers;
    int rc = s_pass (self, error);
    *whole = self->over && !self->cut;
    if (attempt == &self->own)
        return rc;
    s_drop_blocks (self);    //  a task's next attempt may need others
    self->attempt = NULL;
    return rc;
}

static int s_harmonize (struct runner *self, const struct assignment *assignment,
                        const struct followed_task *task, struct runner_news *news, struct error *error)
{
    struct attempt *attempt = &self->own;
    int rc = assignment_fetch (assignment, task, NULL, &self->fetched_files, error);
    bool leaves = assignment_leaves (assignment, &self->fetched_files);
    if (rc == DMH_OK)
        rc = attempt_prepare (attempt, assignment, &self->fetched_files, self->threads, error);
    if (rc == DMH_OK)
        rc = passes_run (attempt, task, error);
    if (rc == DMH_OK)
        rc = attempt_finish (attempt, leaves, news, error);
    if (rc == DMH_OK && leaves) {
        rc = assignment_upload (assignment, task, news->outputs, news->outputs_count, error);
        news->stored = rc == DMH_OK;
    }
    return rc;
}

static void s_attempt (struct runner *self, const struct assignment *assignment)
{
    struct runner_news *news = calloc (1, sizeof *news);
    struct error error = {.code = DMH_INTERNAL, .text = "out of memory while starting a job"};
    int rc = DMH_INTERNAL;
    s_begin (self, assignment);
    const struct followed_task task = {.stop = {zsock_resolve (self->pipe), 0, ZMQ_POLLIN, 0},
                                       .moved = s_moved,
                                       .goes_on = s_goes_on,
                                       .reached = s_reached,
                                       .bring = s_bring,
                                       .pass = s_drive,
                                       .harmonizers = self->threads,
                                       .context = self};
    attempt_folder_forget (assignment->results, assignment->job, assignment->attempt);
    if (news)
        rc = self->task ? assignment->task (assignment, &task, news, &error)
                        : s_harmonize (self, assignment, &task, news, &error);
    s_clear (self);
    if (news && rc != DMH_OK)
        news->error = error;
    s_tell (self, rc == DMH_OK ? "DONE" : "FAILED", news);
}

void runner_actor (zsock_t *pipe, void *argument)
{
    struct runner self = {.pipe = pipe, .clock = {.stage = METRIC_STAGE_READ}};
    int why = s_open (&self, argument) == 0 ? 0 : errno;
    zsock_signal (pipe, 0);
    zsock_send (pipe, "i", why);
    while (!self.terminated) {
        char *word = NULL;
        const struct assignment *assignment = NULL;
        int heard = zsock_recv (pipe, "sp", &word, &assignment);
        self.terminated = heard != 0 || !word || streq (word, "$TERM");
        if (!self.terminated && streq (word, "RUN"))    //  a CANCEL that comes now came too late
            s_attempt (&self, assignment);
        zstr_free (&word);
    }
    s_close (&self);
}
