//  survey_job.c: see split_jobs.h. A part is harmonized by the settings that its input begins with; and once
//  more, by what all parts have shown, where that is another. Where it is not, a range of the keys of all of
//  them is judged. What cannot be done in parts is said to be for
//  one worker, and is no failure.
#include "worker/parts/split_jobs.h"

#include "worker/parts/input_digest.h"
#include "worker/parts/part_task.h"
#include "worker/parts/range_judge.h"
#include "worker/pipeline/keys/record_keys.h"
#include "worker/pipeline/runner_news.h"

#include <stdio.h>

//  What is made of a part, in work.
struct part_work {
    struct part_task task;
    const char *name;    //  of the task: what its files are called
    struct part_sink sink;
    output_file_t *blocks;
    output_file_t *keys;              //  of a survey
    key_ranges_t *ranges;             //  of that file
    char sha256[DIGEST_HEX_BYTES];    //  of a part: the input's, where it is this one's to tell
    bool judges;                      //  of a part: its range was judged
    struct range_judgement judgement;
    enum part_state state;
};

//  As for a job of its own of the size of the part, with what stands beside the rows.
static uint64_t s_most (const struct part_work *self, const struct text_part *part)
{
    const struct assignment *assignment = self->task.assignment;
    struct byte_limit limit = limits_output (assignment->options->output_bytes,
                                             assignment->ceilings.output_bytes, part->bytes, false);
    return limit.most / 2 < INT64_MAX / 2 ? 2 * limit.most + 4 * part->bytes : UINT64_MAX;
}

//  The keys of a survey's records, for whoever judges them; of what is made once more they are the writer's.
static int s_open_keys (struct part_work *self, struct error *error)
{
    char name[PART_NAME_BYTES];
    if (!streq (self->name, TASK_SURVEY))
        return DMH_OK;
    part_file_name (name, self->name, self->task.assignment->part, "keys");
    self->keys = output_new (self->task.folder.path, name, error);
    if (!self->keys)
        return error->code;
    output_leave_unsynced (self->keys, true);
    self->ranges = key_ranges_new (self->keys, self->task.cut.count);
    self->sink.keys = self->keys;
    self->sink.ranges = self->ranges;
    return self->ranges ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory for the keys of a part");
}

static int s_open_blocks (struct part_work *self, const struct text_part *part, struct error *error)
{
    char name[PART_NAME_BYTES];
    part_file_name (name, self->name, self->task.assignment->part, "blocks");
    self->blocks = output_new (self->task.folder.path, name, error);
    if (!self->blocks)
        return error->code;
    output_leave_unsynced (self->blocks, true);
    part_sink_clear (&self->sink);
    self->sink.blocks = self->blocks;
    self->sink.most = s_most (self, part);
    return s_open_keys (self, error);
}

static int s_harmonize (struct part_work *self, const struct pass_settings *settings,
                        struct runner_news *news, struct error *error)
{
    const struct followed_task *driver = self->task.driver;
    const struct text_part *part = &self->task.cut.parts[self->task.assignment->part];
    const struct attempt_terms terms = {.settings = settings, .part = part, .sink = &self->sink};
    struct attempt attempt = {.assignment = self->task.assignment};
    char nothing[DIGEST_HEX_BYTES];
    bool whole = false;
    int rc = part_task_fetch (&self->task, PART_NEEDS_PART, error);
    if (rc == DMH_OK)
        rc = s_open_blocks (self, part, error);
    if (rc == DMH_OK)
        rc = part_task_prepare (&self->task, &attempt, &terms, error);
    if (rc == DMH_OK)
        rc = driver->pass (driver->context, &attempt, &whole, error);
    if (rc == DMH_OK && whole)
        rc = reader_finish (attempt.preparation.reader, nothing, error);
    if (rc == DMH_OK) {
        snprintf (news->kind, sizeof news->kind, "%s", attempt.preparation.binding->schema->name);
        news->counts = self->sink.counts;
        news->bytes_done = news->bytes_total = part->bytes;
        self->state = whole && !self->sink.over ? PART_HAS_BLOCKS : PART_UNCUT;
    }
    attempt_clear (&attempt);
    return rc;
}

//  A file of the part that is of use, or is not.
static int s_finish (struct part_work *self, output_file_t *file, const char *ending, struct error *error)
{
    struct part_task *task = &self->task;
    char name[PART_NAME_BYTES];
    if (!file)
        return DMH_OK;
    if (self->state == PART_HAS_BLOCKS)
        return output_finish (file, 0, &task->outputs[task->output_count++], error);
    part_file_name (name, self->name, task->assignment->part, ending);
    attempt_folder_drop (&task->folder, name);
    return DMH_OK;
}

//  The part's blocks, its keys, and what they show.
static int s_leave (struct part_work *self, struct error *error)
{
    struct part_task *task = &self->task;
    char name[PART_NAME_BYTES];
    const struct key_directory *keys = self->ranges ? key_ranges_end (self->ranges) : NULL;
    int rc = self->ranges && !keys ? error_set (error, DMH_INTERNAL, "out of memory for the keys of a part")
                                   : s_finish (self, self->blocks, "blocks", error);
    if (rc == DMH_OK)
        rc = s_finish (self, self->keys, "keys", error);
    const struct part_saying saying = {.state = self->state,
                                       .keys = self->state == PART_HAS_BLOCKS ? keys : NULL,
                                       .judgement = self->judges ? &self->judgement : NULL,
                                       .sha256 = self->sha256};
    part_file_name (name, self->name, task->assignment->part, "tally");
    if (rc == DMH_OK)
        rc = part_finding_write (&self->sink, &saying, task->folder.path, name,
                                 &task->outputs[task->output_count++], error);
    return rc;
}

//  What the survey of the part has made stands.
static int s_tell_of_survey (struct part_work *self, struct runner_news *news, struct error *error)
{
    struct part_task *task = &self->task;
    size_t at = (size_t) task->assignment->part;
    struct part_finding finding = {.state = PART_HAS_BLOCKS};
    int rc = part_task_read_finding (task, TASK_SURVEY, at, self->sink.tally.field_count, &finding, error);
    news->counts = (struct counts){
        .read = finding.read, .written = finding.read - finding.rejected, .rejected = finding.rejected};
    news->bytes_done = news->bytes_total = task->cut.parts[at].bytes;
    part_finding_clear (&finding);
    return rc;
}

//  Which records of all parts do not stand, of the range of keys that is this part's.
static int s_judge (struct part_work *self, enum key_choice choice, struct error *error)
{
    struct part_task *task = &self->task;
    int rc = range_judge (task, self->sink.tally.field_count, choice, &self->judgement,
                          &task->outputs[task->output_count], error);
    self->judges = rc == DMH_OK;
    task->output_count += self->judges;
    return rc;
}

//  What all parts have shown together; where that is what they were read by, nothing is to be done.
static int s_redo (struct part_work *self, struct runner_news *news, struct error *error)
{
    struct part_task *task = &self->task;
    struct pass_settings *settings = &task->cut.settings;
    struct attempt attempt;
    const struct attempt_terms terms = {.settings = settings, .sink = &self->sink};
    enum key_choice choice = KEY_FIRST;
    bool uncut = false, otherwise = false;
    int rc = part_task_fetch (task, PART_NEEDS_HEAD, error);
    if (rc != DMH_OK)
        return rc;
    rc = part_task_prepare (task, &attempt, &terms, error);
    if (rc == DMH_OK)
        choice = record_keys_choice (&attempt.pass.precedence);
    if (rc == DMH_OK)
        snprintf (news->kind, sizeof news->kind, "%s", attempt.preparation.binding->schema->name);
    if (rc == DMH_OK)
        rc = part_task_decide (task, TASK_SURVEY, &attempt.plan, settings, &uncut, &otherwise, error);
    if (rc == DMH_OK && !uncut && task->assignment->part == 0 && !*task->cut.sha256)
        rc = input_digest (task, attempt.preparation.reader, self->sha256, error);
    attempt_clear (&attempt);
    self->state = uncut ? PART_UNCUT : PART_AS_SURVEYED;
    if (rc != DMH_OK || uncut)
        return rc;
    if (otherwise)
        return s_harmonize (self, settings, news, error);
    rc = s_judge (self, choice, error);
    return rc == DMH_OK ? s_tell_of_survey (self, news, error) : rc;
}

static int s_survey (struct part_work *self, struct runner_news *news, struct error *error)
{
    return s_harmonize (self, &self->task.cut.settings, news, error);
}

static int s_run (struct part_work *self,
                  int (*make) (struct part_work *self, struct runner_news *news, struct error *error),
                  const struct assignment *assignment, const struct followed_task *driver,
                  struct runner_news *news, struct error *error)
{
    int rc = part_task_begin (&self->task, assignment, driver, error);
    const struct input_cut *cut = &self->task.cut;
    self->state = cut->cut ? PART_HAS_BLOCKS : PART_UNCUT;
    if (rc == DMH_OK && cut->cut && assignment->part < cut->count)
        rc = make (self, news, error);
    if (part_task_is_for_one_worker (rc)) {
        self->state = PART_UNCUT;
        rc = DMH_OK;
    }
    if (rc == DMH_OK)
        rc = s_leave (self, error);
    key_ranges_destroy (&self->ranges);
    output_destroy (&self->keys);
    output_destroy (&self->blocks);
    if (rc == DMH_OK)
        rc = part_task_finish (&self->task, news, error);
    part_sink_clear (&self->sink);
    part_task_clear (&self->task);
    return rc;
}

int survey_job (const struct assignment *assignment, const struct followed_task *driver,
                struct runner_news *news, struct error *error)
{
    struct part_work self = {.name = TASK_SURVEY};
    return s_run (&self, s_survey, assignment, driver, news, error);
}

int part_job (const struct assignment *assignment, const struct followed_task *driver,
              struct runner_news *news, struct error *error)
{
    struct part_work self = {.name = TASK_PART};
    return s_run (&self, s_redo, assignment, driver, news, error);
}
