//  write_job.c: see split_jobs.h. The writer of any job takes the blocks of the parts in their order. Where
//  they show another thing than they were made by, or cannot be had, the input is read from its beginning.
#include "worker/parts/split_jobs.h"

#include "messages/base/log.h"
#include "messages/s3/name.h"
#include "worker/parts/blocks_ahead.h"
#include "worker/parts/part_task.h"
#include "worker/pipeline/passes.h"
#include "worker/pipeline/runner_news.h"

#include <stdio.h>
#include <stdlib.h>

#define OTHERWISE "its parts show together what they were not made by"

//  Which blocks there are, and by which settings they were made.
struct write_work {
    struct part_task task;
    size_t field_count;       //  of its records
    const char *blocks_of;    //  the task that has left them
    struct attempt attempt;
    blocks_ahead_t *ahead;
    range_answers_t *answers;         //  which records stand, where the parts have found out; else NULL
    char sha256[DIGEST_HEX_BYTES];    //  of the input
    bool cut_short;    //  the pass was cut short: the writer knows by then that it is in vain, or has failed
    bool alone;        //  one worker is to do all of it
    bool away;         //  the store that has the input gives no answer
};

static bool s_goes_on (struct write_work *self, const struct counts *so_far)
{
    const struct followed_task *driver = self->task.driver;
    return driver->goes_on (driver->context, so_far);
}

//  *alone: the parts' blocks are of no use. Else the cut's settings are those by which they were made.
static int s_decide (struct write_work *self, struct error *error)
{
    struct part_task *task = &self->task;
    struct pass_settings *settings = &task->cut.settings;
    struct part_sink sink = {.blocks = NULL};
    const struct attempt_terms terms = {.settings = settings, .sink = &sink};
    static const char *const TASKS[] = {TASK_SURVEY, TASK_PART};
    bool otherwise = true;
    int rc = DMH_OK;
    self->alone = !task->cut.cut;
    for (size_t t = 0; rc == DMH_OK && t < 2 && otherwise && !self->alone; t++) {
        struct attempt attempt;
        self->blocks_of = TASKS[t];
        rc = part_task_prepare (task, &attempt, &terms, error);
        self->field_count = attempt.plan.step_count;
        if (rc == DMH_OK)
            rc = part_task_decide (task, TASKS[t], &attempt.plan, settings, &self->alone, &otherwise, error);
        attempt_clear (&attempt);
    }
    self->alone = self->alone || otherwise;
    part_sink_clear (&sink);
    return rc;
}

//  The input's SHA-256, as who cut it tells, or the first part. Without one all that they left is of no use.
static int s_read_sha256 (struct write_work *self, struct error *error)
{
    struct part_finding finding = {.state = PART_HAS_BLOCKS};
    int rc = DMH_OK;
    snprintf (self->sha256, sizeof self->sha256, "%s", self->task.cut.sha256);
    if (!*self->sha256)
        rc = part_task_read_finding (&self->task, TASK_PART, 0, self->field_count, &finding, error);
    if (rc == DMH_OK && !*self->sha256)
        snprintf (self->sha256, sizeof self->sha256, "%s", finding.sha256);
    part_finding_clear (&finding);
    return rc == DMH_OK && !*self->sha256 ? error_set (error, DMH_INTERNAL, "nobody tells the SHA-256 of %s",
                                                       self->task.assignment->input.name)
                                          : rc;
}

//  What the parts have found out about their keys, which the blocks of surveys are without. What was made
//  once more has its own.
static int s_open_answers (struct write_work *self, struct error *error)
{
    struct part_task *task = &self->task;
    bool judged = streq (self->blocks_of, TASK_SURVEY);
    int rc = DMH_OK;
    if (judged && !(self->answers = range_answers_new (task->cut.count)))
        return error_set (error, DMH_INTERNAL, "out of memory for the keys of %s",
                          task->assignment->input.name);
    for (size_t at = 0; rc == DMH_OK && judged && at < task->cut.count; at++) {
        struct part_finding finding = {.state = PART_HAS_BLOCKS};
        rc = part_task_read_finding (task, TASK_PART, at, self->field_count, &finding, error);
        judged = finding.judges;
        char *path = rc == DMH_OK && judged ? part_task_answers (task, at, error) : NULL;
        if (rc == DMH_OK && judged)
            rc = path ? range_answers_open (self->answers, at, path, &finding.judgement, error) : error->code;
        free (path);
        part_finding_clear (&finding);
    }
    self->alone = rc == DMH_OK && streq (self->blocks_of, TASK_SURVEY) && !judged;
    return rc;
}

//  The records as they stood are in the input still.
static void s_load (void *context, struct block *block)
{
    struct write_work *self = context;
    size_t n = block->in.used;
    block->load = NULL;
    block->in.used = 0;
    if (buffer_reserve (&block->in, n + 1) != 0)
        error_set (&block->error, DMH_INTERNAL, "out of memory for records as they stood");
    else if (part_task_peek (&self->task, self->attempt.preparation.reader, block->in_at, block->in.at, n,
                             &block->error) == DMH_OK)
        block->in.used = n;
    self->away = self->away || block->error.code == DMH_UNAVAILABLE;
}

//  One block goes to the writer. 1; DMH_OK: it needs no more; else what is wrong.
static int s_take (struct write_work *self, struct block *block, struct error *error)
{
    struct attempt *attempt = &self->attempt;
    const struct followed_task *driver = self->task.driver;
    uint64_t end = block->in_at + block->in.used;    //  in UTF-8, as all that is cut, so in the file
    block->pass = &attempt->pass;
    block->load = s_load;
    block->load_context = self;
    writer_take (attempt->writer, block);
    if (block->error.code != DMH_OK)
        return error_set (error, block->error.code, "%s", block->error.text);
    driver->reached (driver->context, end, self->task.cut.bytes);
    if (!s_goes_on (self, &block->so_far))
        return error_set (error, DMH_CANCELLED, "%s was cancelled", self->task.assignment->input.name);
    self->cut_short = block->doomed;
    return block->doomed ? DMH_OK : 1;
}

//  The blocks of one part go to the writer; the first has what all of them show.
static int s_take_blocks_of (struct write_work *self, const struct part_finding *finding, block_file_t *file,
                             struct error *error)
{
    uint64_t count = 0;
    int rc = blocks_ahead_begin (self->ahead, file, error);
    for (rc = rc == DMH_OK ? 1 : rc; rc == 1; count++) {
        struct block *block;
        rc = blocks_ahead_next (self->ahead, &block, error);
        if (rc != 1)
            break;
        if (count == 0)
            tally_add (&block->tally, &finding->tally, finding->first_line - block->first_line);
        rc = s_take (self, block, error);
    }
    blocks_ahead_end (self->ahead);
    return rc == DMH_OK && !self->cut_short && count != finding->block_count
               ? error_set (error, DMH_MALFORMED, "a part holds %llu blocks, and not %llu",
                            (unsigned long long) count, (unsigned long long) finding->block_count)
               : rc;
}

static int s_take_part (struct write_work *self, size_t at, struct error *error)
{
    const struct attempt *attempt = &self->attempt;
    size_t fields = attempt->plan.step_count;
    size_t cells = attempt->encoder->database ? attempt->pass.layout.value_count : 0;
    struct part_finding finding = {.state = PART_HAS_BLOCKS};
    int rc = part_task_read_finding (&self->task, self->blocks_of, at, fields, &finding, error);
    char *path = rc == DMH_OK ? part_task_blocks (&self->task, self->blocks_of, at, error) : NULL;
    block_file_t *file = path ? block_file_open (path, fields, cells, error) : NULL;
    rc = file ? s_take_blocks_of (self, &finding, file, error) : error->code;
    block_file_close (&file);
    free (path);
    part_finding_clear (&finding);
    return rc;
}

//  One pass over the blocks of all parts. Other than DMH_OK: what they have left is of no use.
static int s_pass (struct write_work *self, struct error *error)
{
    int rc = DMH_OK;
    self->cut_short = false;
    for (size_t at = 0; rc == DMH_OK && !self->cut_short && at < self->task.cut.count; at++)
        rc = s_take_part (self, at, error);
    if (rc == DMH_OK)    //  records as they stood were read of it
        rc = reader_check (self->attempt.preparation.reader, error);
    if (rc == DMH_OK && self->answers)
        rc = range_answers_check (self->answers, !self->cut_short, error);
    return rc;
}

//  Passes until the writer agrees with the one before on which records stand, and on its columns. *damaged:
//  the blocks could not be read. self->alone: they show something else.
static int s_take_blocks (struct write_work *self, bool *damaged, struct error *error)
{
    struct attempt *attempt = &self->attempt;
    int rc = DMH_OK;
    *damaged = false;
    for (bool again = true; rc == DMH_OK && again;) {
        rc = s_pass (self, error);
        *damaged = rc != DMH_OK && rc != DMH_CANCELLED && !self->away;
        if (rc == DMH_OK)
            rc = writer_check (attempt->writer, error);
        if (rc != DMH_OK)
            return rc;
        //  Memory does not hold its keys: what it has seen decides nothing else.
        if (self->cut_short && writer_unsettled (attempt->writer, false)) {
            rc = writer_restart (attempt->writer, &attempt->pass, error);
            continue;
        }
        self->alone = self->cut_short || writer_misreads (attempt->writer) ||
                      writer_contradicting (attempt->writer, 0) >= 0 ||
                      writer_count (attempt->writer, RULE_RECORD_ENCODING);
        if (self->alone)
            return DMH_OK;
        rc = attempt_reconsider (attempt, true, &again, error);
        if (rc == DMH_OK && again)
            rc = attempt_again (attempt, error);
    }
    return rc;
}

static int s_prepare (struct write_work *self, const struct pass_settings *settings, struct error *error)
{
    const struct attempt_terms terms = {
        .settings = settings, .answers = settings ? self->answers : NULL, .folder = &self->task.folder};
    return attempt_prepare_by (&self->attempt, self->task.assignment, &self->task.fetched_files,
                               self->task.driver->harmonizers, &terms, error);
}

//  From its beginning, as a job without parts; `why` for who wonders that it takes long.
static int s_do_alone (struct write_work *self, const char *why, struct error *error)
{
    struct part_task *task = &self->task;
    log_event (LOG_LEVEL_INFO, "job.not_split", task->assignment->job, task->assignment->correlation, "why",
               why, NULL);
    if (self->attempt.folder.path) {
        brought_results_clear (&task->results);    //  what was fetched lies in the folder that goes
        attempt_clear (&self->attempt);
        int rc = attempt_folder_make (&task->folder, task->assignment->folder, error);
        if (rc != DMH_OK)
            return rc;
    }
    int rc = part_task_fetch (task, PART_NEEDS_ALL, error);
    if (rc == DMH_OK)
        rc = s_prepare (self, NULL, error);
    return rc == DMH_OK ? passes_run (&self->attempt, task->driver, error) : rc;
}

//  Of an object what it begins with; the records that are asked for come later.
static int s_fetch (struct write_work *self, struct error *error)
{
    bool object = self->task.cut.cut && s3_name_is (self->task.assignment->input.uri);
    return part_task_fetch (&self->task, object ? PART_NEEDS_HEAD : PART_NEEDS_ALL, error);
}

static int s_write (struct write_work *self, struct error *error)
{
    bool damaged = false;
    struct error why = {.code = DMH_OK};
    int rc = s_fetch (self, &why);
    if (rc != DMH_OK && (self->task.fetched == PART_NEEDS_ALL || !part_task_is_for_one_worker (rc))) {
        *error = why;
        return rc;
    }
    if (rc == DMH_OK)
        rc = s_decide (self, &why);
    if (rc == DMH_OK && !self->alone)
        rc = s_open_answers (self, &why);
    if (rc == DMH_OK && !self->alone)
        rc = s_read_sha256 (self, &why);
    if (rc == DMH_OK && !self->alone) {
        rc = s_prepare (self, &self->task.cut.settings, &why);
        //  The writer begins with the first answers: where those cannot be read, nobody needs them.
        if (rc != DMH_OK && self->answers && range_answers_check (self->answers, false, &why) != DMH_OK)
            return s_do_alone (self, why.text, error);
        if (rc != DMH_OK) {
            *error = why;
            return rc;
        }
        self->ahead = blocks_ahead_new (self->attempt.plan.step_count, self->attempt.block_bytes, &why);
        rc = self->ahead ? s_take_blocks (self, &damaged, &why) : why.code;
        blocks_ahead_destroy (&self->ahead);
        self->attempt.input_sha256 = self->sha256;
    } else if (rc != DMH_OK && rc != DMH_CANCELLED)
        damaged = true;
    if (damaged)
        return s_do_alone (self, why.text, error);
    if (rc == DMH_OK && self->alone)
        return s_do_alone (self, *self->task.cut.why ? self->task.cut.why : OTHERWISE, error);
    if (rc != DMH_OK)
        *error = why;
    return rc;
}

int write_job (const struct assignment *assignment, const struct followed_task *driver,
               struct runner_news *news, struct error *error)
{
    struct write_work self = {.alone = false};
    int rc = part_task_begin (&self.task, assignment, driver, error);
    if (rc == DMH_OK)
        rc = s_write (&self, error);
    bool leaves = assignment_leaves (assignment, &self.task.fetched_files);
    brought_results_clear (&self.task.results);
    if (rc == DMH_OK)
        rc = attempt_finish (&self.attempt, leaves, news, error);
    if (rc == DMH_OK && leaves) {
        rc = assignment_upload (assignment, driver, news->outputs, news->outputs_count, error);
        news->stored = rc == DMH_OK;
    }
    attempt_clear (&self.attempt);
    range_answers_destroy (&self.answers);
    part_task_clear (&self.task);
    return rc;
}
