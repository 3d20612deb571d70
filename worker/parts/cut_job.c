//  cut_job.c: see split_jobs.h. Reads the input once; looks at its beginning as a first pass does, so that
//  the parts begin with what one worker would soon assume, too.
#include "worker/parts/split_jobs.h"

#include "messages/base/clock.h"
#include "messages/base/random.h"
#include "worker/parts/part_task.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/pipeline/runner_news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_BYTES = 1024 * 1024, LOOKS = 3 };

//  Harmonizes what the input begins with.
static int s_look (struct attempt *attempt, struct error *error)
{
    struct block *block = attempt_block (attempt);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    int rc = block && harmonizer ? 1 : error_set (error, DMH_INTERNAL, "out of memory for a block");
    for (uint64_t seen = 0; rc == 1 && seen < LOOK_BYTES; seen += block->in.used) {
        rc = attempt_fill (attempt, block, attempt->block_bytes, error);
        if (rc != 1)
            break;
        bool more = harmonizer_harmonize (harmonizer, block);
        for (part_sink_take (attempt->pass.sink, block); more; part_sink_take (attempt->pass.sink, block))
            more = harmonizer_go_on (harmonizer, block);
        if (block->doomed)
            rc = attempt_check (attempt, error);
    }
    harmonizer_destroy (&harmonizer);
    block_destroy (&block);
    return rc > 0 ? DMH_OK : rc;
}

//  What stands in the beginning decides until all of it has been seen.
static int s_settle (struct part_task *self, struct part_sink *sink, struct error *error)
{
    bool otherwise = true;
    int rc = DMH_OK;
    for (int look = 0; rc == DMH_OK && otherwise && look < LOOKS; look++) {
        struct attempt attempt;
        const struct attempt_terms terms = {.settings = &self->cut.settings, .sink = sink};
        rc = part_task_prepare (self, &attempt, &terms, error);
        if (rc == DMH_OK)
            rc = s_look (&attempt, error);
        if (rc == DMH_OK && pass_settings_learn (&self->cut.settings, &attempt.plan, &sink->tally,
                                                 sink->unknown, false, &otherwise) != 0)
            rc = error_set (error, DMH_INTERNAL, "out of memory while looking at %s",
                            self->assignment->input.name);
        attempt_clear (&attempt);
    }
    return rc;
}

struct feed {
    struct part_task *task;
    text_parts_t *parts;
};

static int s_feed (void *context, const char *bytes, size_t n, bool last, struct error *error)
{
    struct feed *self = context;
    const struct followed_task *driver = self->task->driver;
    if (!driver->goes_on (driver->context, NULL))
        return error_set (error, DMH_CANCELLED, "%s was cancelled", self->task->assignment->input.name);
    return text_parts_feed (self->parts, bytes, n, last, error);
}

static int s_keep_parts (struct part_task *self, const text_parts_t *parts, struct error *error)
{
    struct input_cut *cut = &self->cut;
    const struct text_part *all = text_parts_all (parts, &cut->count);
    cut->parts = calloc (cut->count + 1, sizeof *cut->parts);
    if (!cut->parts)
        return error_set (error, DMH_INTERNAL, "out of memory for the parts of %s",
                          self->assignment->input.name);
    if (cut->count)
        memcpy (cut->parts, all, cut->count * sizeof *all);
    return DMH_OK;
}

//  Parts of one size: a last one that is small would leave its worker idle.
static uint64_t s_part_bytes (const struct part_task *self, uint64_t bytes)
{
    uint64_t parts = self->assignment->parts ? self->assignment->parts : 1;
    return bytes / parts + 1 + TEXT_PARTS_STEP_BYTES;
}

//  Reads the input and cuts it. `digests`: the cut tells its SHA-256.
static int s_read (struct part_task *self, struct attempt *attempt, bool digests, struct error *error)
{
    struct input_cut *cut = &self->cut;
    reader_t *reader = attempt->preparation.reader;
    const char *name = self->assignment->input.name;
    struct feed feed = {self, text_parts_new (&attempt->preparation.dialect, name,
                                              s_part_bytes (self, reader_bytes (reader)),
                                              TEXT_PARTS_STEP_BYTES, (size_t) self->assignment->parts)};
    int rc = feed.parts ? reader_walk (reader, digests, s_feed, &feed, error)
                        : error_set (error, DMH_INTERNAL, "out of memory while cutting %s", name);
    if (rc == DMH_OK)
        rc = reader_finish (reader, cut->sha256, error);
    if (!digests)    //  of a file that the broker keeps it was checked as that came
        snprintf (cut->sha256, sizeof cut->sha256, "%s",
                  self->fetched_files.stored ? self->assignment->input.sha256 : "");
    if (rc == DMH_OK)
        rc = s_keep_parts (self, feed.parts, error);
    text_parts_destroy (&feed.parts);
    return rc;
}

static int s_cut (struct part_task *self, struct attempt *attempt, struct error *error)
{
    struct input_cut *cut = &self->cut;
    reader_t *reader = attempt->preparation.reader;
    const char *name = self->assignment->input.name;
    int rc = text_parts_allow (&attempt->preparation.dialect, name, error);
    if (rc != DMH_OK)
        return rc;
    if (self->assignment->parts < 2)
        return error_set (error, DMH_UNSUPPORTED, "%s is one part", name);
    rc = s_read (self, attempt, part_task_digests (self), error);
    if (rc == DMH_OK && cut->count == 0 && !*cut->sha256) {    //  it has no record: no part will read it
        free (cut->parts);
        cut->parts = NULL;
        rc = s_read (self, attempt, true, error);
    }
    cut->bytes = reader_bytes (reader);
    cut->head = reader_head (reader);
    cut->head_hash = part_task_head_hash (reader);
    cut->written_at = reader_written_at (reader);
    memcpy (cut->etag, self->fetched_files.etag, sizeof cut->etag);
    return rc;
}

static int s_make (struct part_task *self, struct runner_news *news, struct error *error)
{
    struct part_sink sink = {.blocks = NULL};
    struct attempt attempt;
    self->cut.settings.now = clock_wall_ms ();
    random_fill (&self->cut.settings.seed, sizeof self->cut.settings.seed);
    const struct attempt_terms terms = {.settings = &self->cut.settings, .sink = &sink};
    int rc = part_task_prepare (self, &attempt, &terms, error);
    if (rc == DMH_OK)
        rc = s_cut (self, &attempt, error);
    if (rc == DMH_OK)
        snprintf (news->kind, sizeof news->kind, "%s", attempt.preparation.binding->schema->name);
    news->bytes_done = news->bytes_total = self->cut.bytes;
    attempt_clear (&attempt);
    if (rc == DMH_OK)
        rc = s_settle (self, &sink, error);
    part_sink_clear (&sink);
    self->cut.cut = rc == DMH_OK;
    return rc;
}

int cut_job (const struct assignment *assignment, const struct followed_task *driver,
             struct runner_news *news, struct error *error)
{
    struct part_task self;
    struct error why = {.code = DMH_OK};
    int rc = part_task_begin (&self, assignment, driver, error);
    if (rc == DMH_OK)
        rc = part_task_fetch (&self, PART_NEEDS_ALL, error);
    if (rc == DMH_OK) {
        rc = s_make (&self, news, &why);
        if (part_task_is_for_one_worker (rc)) {
            input_cut_clear (&self.cut);
            snprintf (self.cut.why, sizeof self.cut.why, "%s", why.text);
            rc = DMH_OK;
        } else if (rc != DMH_OK)
            *error = why;
    }
    if (rc == DMH_OK)
        rc = input_cut_write (&self.cut, self.folder.path, &self.outputs[self.output_count++], error);
    if (rc == DMH_OK)
        rc = part_task_finish (&self, news, error);
    part_task_clear (&self);
    return rc;
}
