//  schedule.c: see schedule.h.
#include "test/support/schedule/schedule.h"

#include "test/support/schedule/schedule_world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 500, PEACE_ROUNDS = 400, PEACE_MS = 250 };

unsigned world_dice (struct schedule *self, unsigned below)
{
    self->dice = self->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (self->dice >> 33) % below;
}

bool world_chance (struct schedule *self, unsigned of_thousand)
{
    return of_thousand && world_dice (self, 1000) < of_thousand;
}

void world_tell (struct schedule *self, const char *format, ...)
{
    if (!self->story)
        return;
    va_list arguments;
    va_start (arguments, format);
    fprintf (self->story, "%8lld ms  ", (long long) self->now);
    vfprintf (self->story, format, arguments);
    fputc ('\n', self->story);
    va_end (arguments);
}

void world_hold (struct schedule *self, bool held, const char *format, ...)
{
    if (held || self->broken)
        return;
    va_list arguments;
    va_start (arguments, format);
    self->broken = true;
    vsnprintf (self->why, sizeof self->why, format, arguments);
    va_end (arguments);
}

bool world_is_open (const struct job *job)
{
    return job->submitted && (job->state == JOB_QUEUED || job->state == JOB_RUNNING);
}

//  "j" and the number: what snprintf would give, at a tenth of its price.
void world_name (int job, char out[ID_BYTES])
{
    char digits[12];
    size_t n = 0;
    do
        digits[n++] = (char) ('0' + job % 10);
    while (job /= 10);
    *out++ = 'j';
    while (n)
        *out++ = digits[--n];
    *out = 0;
}

struct worker *world_worker (struct schedule *self, const char *id)
{
    struct worker *worker = &self->worker[atoi (id + 1)];
    return worker->alive && strcmp (worker->id, id) == 0 ? worker : NULL;
}

static void s_put (struct schedule *self, struct link *link, const struct post *post, int64_t due)
{
    if (link->count == LINK_MAX)
        return;    //  lost, as on a full queue
    struct post *to = &link->posts[link->count++];
    *to = *post;
    to->due = due;
    (void) self;
}

void world_post (struct schedule *self, struct link *link, const struct post *post)
{
    if (self->peace) {
        s_put (self, link, post, self->now);
        return;
    }
    if (world_chance (self, self->lossy)) {
        world_tell (self, "  a message of sort %d is lost", post->sort);
        return;
    }
    int64_t due = self->now + world_dice (self, 100);
    if (world_chance (self, self->late))
        due += world_dice (self, 9000);
    s_put (self, link, post, due);
    if (world_chance (self, self->doubled))
        s_put (self, link, post, due + world_dice (self, 3000));
}

bool world_receive (struct schedule *self, struct link *link, struct post *out)
{
    for (size_t i = 0; i < link->count; i++)
        if (self->peace || link->posts[i].due <= self->now) {
            *out = link->posts[i];
            memmove (link->posts + i, link->posts + i + 1, (--link->count - i) * sizeof *link->posts);
            return true;
        }
    return false;
}

schedule_t *schedule_new (void)
{
    return calloc (1, sizeof (schedule_t));
}

void schedule_destroy (schedule_t **self_p)
{
    schedule_t *self = *self_p;
    if (!self)
        return;
    dispatcher_destroy (&self->dispatcher);
    follow_destroy (&self->follow);
    free (self);
    *self_p = NULL;
}

uint64_t schedule_steps (const schedule_t *self)
{
    return self->steps;
}

//  Most worlds are small, so that everything meets; one in a thousand has thousands of workers.
static void s_make (struct schedule *self, uint64_t seed)
{
    self->dice = seed * 0x9e3779b97f4a7c15u + 1;
    bool large = seed % 1000 == 999;
    self->jobs = large ? JOBS_MAX : 1 + (int) world_dice (self, 32);
    self->workers = large ? WORKERS_MAX : 1 + (int) world_dice (self, 5);
    bool rough = world_dice (self, 3) > 0;
    self->mixed = world_dice (self, 2);
    self->lossy = rough ? world_dice (self, 100) : 0;
    self->late = rough ? world_dice (self, 150) : 0;
    self->doubled = rough ? world_dice (self, 100) : 0;
    self->now = 0;
    self->broken = self->peace = false;
    self->sequence = self->born = 0;
    self->changed_count = self->outbox_count = 0;
    for (int j = 0; j < self->jobs; j++) {
        self->job[j] = self->stored[j] = (struct job){.submitted = false};
        self->sent[j] = 0;
        self->is_changed[j] = false;
    }
    for (int w = 0; w < self->workers; w++)
        self->worker[w].alive = false;
}

static void s_step (struct schedule *self)
{
    self->steps++;
    self->now += self->workers > 10 ? world_dice (self, 3) : world_dice (self, 400);
    if (world_dice (self, 100) == 0) {
        self->now += world_dice (self, 60000);
        world_tell (self, "the clock jumps");
    }
    for (int i = self->workers > 10 ? 200 : 1 + (int) world_dice (self, 3); i > 0; i--)
        world_worker_step (self, &self->worker[world_dice (self, (unsigned) self->workers)]);
    world_turn (self, self->workers > 10 ? 400 : world_dice (self, 6));
}

static size_t s_open_jobs (const struct schedule *self)
{
    size_t open = 0;
    for (int j = 0; j < self->jobs; j++)
        open += world_is_open (&self->stored[j]);
    return open;
}

//  Attempts that still run.
static size_t s_ghosts (const struct schedule *self)
{
    size_t ghosts = 0;
    for (int w = 0; w < self->workers; w++)
        for (size_t i = 0; self->worker[w].alive && i < self->worker[w].held_count; i++)
            ghosts += self->worker[w].held[i].how == HELD_RUNS;
    return ghosts;
}

//  Nothing is lost any more, workers take whatever they get, and new ones take the place of those that drain.
static void s_peace (struct schedule *self)
{
    self->peace = true;
    world_tell (self, "peace");
    for (int w = 0; w < self->workers; w++)
        if (self->worker[w].draining)
            self->worker[w].alive = false;
        else if (self->worker[w].alive)
            world_reconnect (self, &self->worker[w]);
    for (int round = 0; round < PEACE_ROUNDS && !self->broken &&
                        (round < 2 || s_open_jobs (self) > 0 || s_ghosts (self) > 0);
         round++) {
        self->steps++;
        self->now += PEACE_MS;
        for (int w = 0; w < self->workers; w++)
            world_worker_step (self, &self->worker[w]);
        world_turn (self, (unsigned) (LINK_MAX * self->workers));
    }
    size_t open = s_open_jobs (self);
    world_hold (self, open == 0, "%zu jobs never end", open);
    world_hold (self, s_ghosts (self) == 0, "%zu attempts are never stopped", s_ghosts (self));
}

bool schedule_run (schedule_t *self, uint64_t seed, FILE *story, char why[SENTENCE_BYTES])
{
    self->story = story;
    s_make (self, seed);
    world_tell (self, "seed %llu: %d jobs, %d %sworkers; of 1,000 messages %u lost, %u late, %u doubled",
                (unsigned long long) seed, self->jobs, self->workers, self->mixed ? "mixed " : "",
                self->lossy, self->late, self->doubled);
    world_start_broker (self);
    for (int step = 0; step < STEPS && !self->broken; step++)
        s_step (self);
    if (!self->broken)
        s_peace (self);
    if (self->broken) {
        world_tell (self, "%s", self->why);
        snprintf (why, SENTENCE_BYTES, "%s", self->why);
    }
    return !self->broken;
}
