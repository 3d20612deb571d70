//  part_task.c: see part_task.h.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/parts/part_task.h"

#include "messages/s3/name.h"
#include "messages/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static int s_no_memory (const struct part_task *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for a part of %s", self->assignment->input.name);
}

//  The others are large, and not all of them are needed.
static bool s_wants (const char *output)
{
    const char *dot = strrchr (output, '.');
    return streq (output, CUT_FILE) || (dot && streq (dot, ".tally"));
}

static bool s_has_output (const struct followed_result *result, const char *name)
{
    for (size_t i = 0; i < result->outputs_count; i++)
        if (streq (result->outputs[i].name, name))
            return true;
    return false;
}

static int s_read_cut (struct part_task *self, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    for (size_t i = 0; i < assignment->followed_count; i++)
        if (s_has_output (&assignment->followed[i], CUT_FILE)) {
            char *path = brought_results_output (&self->results, i, CUT_FILE, error);
            int rc = path ? input_cut_read (&self->cut, path, error) : error->code;
            free (path);
            return rc;
        }
    return error_set (error, DMH_INTERNAL, "%s: nobody says where it was cut", assignment->input.name);
}

//  Which part of which task a followed result is, by the name of its finding.
static void s_place_result (struct part_task *self, size_t place)
{
    static const char *const TASKS[] = {TASK_SURVEY, TASK_PART};
    size_t *const places[] = {self->surveys, self->parts};
    const struct followed_result *result = &self->assignment->followed[place];
    for (size_t o = 0; o < result->outputs_count; o++)
        for (size_t t = 0; t < 2; t++) {
            char name[PART_NAME_BYTES];
            size_t n = strlen (TASKS[t]);
            const char *output = result->outputs[o].name;
            if (strncmp (output, TASKS[t], n) != 0 || output[n] != '-')
                continue;
            unsigned long long at = strtoull (output + n + 1, NULL, 10);
            part_file_name (name, TASKS[t], at, "tally");
            if (at < self->cut.count && streq (name, output))
                places[t][at] = place;
        }
}

static int s_place_results (struct part_task *self, struct error *error)
{
    size_t bytes = (self->cut.count + 1) * sizeof *self->surveys;
    self->surveys = malloc (bytes);
    self->parts = malloc (bytes);
    if (!self->surveys || !self->parts)
        return s_no_memory (self, error);
    memset (self->surveys, 0xff, bytes);
    memset (self->parts, 0xff, bytes);
    for (size_t i = 0; i < self->assignment->followed_count; i++)
        s_place_result (self, i);
    return DMH_OK;
}

//  What others have left. Where it cannot be had any more (its host is gone, or fell before it was on the
//  disk), or is of another version, one worker does all of it: that needs the input alone.
static int s_bring (struct part_task *self, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    int rc = brought_results_bring_some (&self->results, assignment, self->driver, self->folder.path, s_wants,
                                         error);
    if (rc == DMH_OK)
        rc = s_read_cut (self, error);
    if (rc == DMH_OK)
        rc = s_place_results (self, error);
    if (rc != DMH_OK && rc != DMH_CANCELLED) {
        input_cut_clear (&self->cut);
        snprintf (self->cut.why, sizeof self->cut.why, "%s", error->text);
        return DMH_OK;
    }
    return rc;
}

//  What lies between two needs.
static size_t s_pieces (const struct part_task *self, enum part_need need, struct file_piece pieces[2])
{
    const struct input_cut *cut = &self->cut;
    uint64_t part = self->assignment->part;
    size_t count = 0;
    if (self->fetched < PART_NEEDS_HEAD)
        pieces[count++] = (struct file_piece){0, cut->head};
    if (need < PART_NEEDS_PART || part >= cut->count)
        return count;
    uint64_t at = cut->parts[part].at, end = at + cut->parts[part].bytes;
    if (at < cut->head)
        at = cut->head;    //  the first one begins in the head
    if (at < end)
        pieces[count++] = (struct file_piece){at, end - at};
    return count;
}

int part_task_fetch (struct part_task *self, enum part_need need, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    struct fetched_files *files = &self->fetched_files;
    struct file_piece of[2];
    bool elsewhere = uri_is_stored (assignment->input.uri) || s3_name_is (assignment->input.uri);
    int rc = DMH_OK;
    if (need <= self->fetched)
        return rc;
    struct input_pieces pieces = {of, s_pieces (self, need, of), self->cut.etag};
    if (need == PART_NEEDS_ALL) {
        fetched_files_clear (files);
        rc = assignment_fetch (assignment, self->driver, NULL, files, error);
    } else if (self->fetched == PART_NEEDS_NOTHING)
        rc = assignment_fetch (assignment, self->driver, &pieces, files, error);
    else if (elsewhere)
        rc = assignment_fetch_more (assignment, self->driver, &pieces, files, error);
    self->fetched = need;
    return rc;
}

int part_task_peek (struct part_task *self, const reader_t *reader, uint64_t at, char *to, size_t n,
                    struct error *error)
{
    return self->fetched_files.pieces ? fetched_files_peek (&self->fetched_files, at, to, n, error)
                                      : reader_peek (reader, at, to, n, error);
}

int part_task_begin (struct part_task *self, const struct assignment *assignment,
                     const struct followed_task *driver, struct error *error)
{
    *self = (struct part_task){
        .assignment = assignment, .driver = driver, .results = {.assignment = assignment, .input = -1}};
    int rc = attempt_folder_make (&self->folder, assignment->folder, error);
    return rc == DMH_OK && assignment->followed_count ? s_bring (self, error) : rc;
}

void part_task_clear (struct part_task *self)
{
    brought_results_clear (&self->results);
    fetched_files_clear (&self->fetched_files);
    attempt_folder_clear (&self->folder);
    input_cut_clear (&self->cut);
    free (self->surveys);
    free (self->parts);
}

bool part_task_digests (const struct part_task *self)
{
    return fetched_files_input (&self->fetched_files) && !self->fetched_files.stored;
}

uint64_t part_task_head_hash (const reader_t *reader)
{
    size_t n;
    bool whole;
    const char *sample = reader_sample (reader, &n, &whole);
    return XXH3_64bits (sample, n);
}

//  A file that the broker keeps is known by its digest, an object by its ETag, and each is written anew
//  wherever it is fetched.
static bool s_is_same_input (const struct part_task *self, const reader_t *reader)
{
    const struct input_cut *cut = &self->cut;
    return reader_bytes (reader) == cut->bytes && part_task_head_hash (reader) == cut->head_hash &&
           (fetched_files_input (&self->fetched_files) || reader_written_at (reader) == cut->written_at);
}

int part_task_prepare (struct part_task *self, struct attempt *attempt, const struct attempt_terms *terms,
                       struct error *error)
{
    int rc = attempt_prepare_by (attempt, self->assignment, &self->fetched_files, self->driver->harmonizers,
                                 terms, error);
    if (rc == DMH_OK && self->cut.cut && !s_is_same_input (self, attempt->preparation.reader))
        rc = error_set (error, DMH_BAD_INPUT,
                        "%s changed while it was read; submit it again when it is complete",
                        self->assignment->input.name);
    return rc;
}

bool part_task_is_for_one_worker (int code)
{
    return code != DMH_OK && code != DMH_IO && code != DMH_INTERNAL && code != DMH_UNAVAILABLE &&
           code != DMH_CANCELLED;
}

//  The place of the result that has that output of part `at`, whose name it puts into `name`; SIZE_MAX with
//  `error` set.
static size_t s_find_output (const struct part_task *self, const char *task, size_t at, const char *ending,
                             char name[PART_NAME_BYTES], struct error *error)
{
    size_t place = streq (task, TASK_SURVEY) ? self->surveys[at] : self->parts[at];
    part_file_name (name, task, at, ending);
    if (place == SIZE_MAX)
        error_set (error, DMH_INTERNAL, "%s: %s is not among the results that are followed",
                   self->assignment->input.name, name);
    return place;
}

static char *s_output (struct part_task *self, const char *task, size_t at, const char *ending,
                       struct error *error)
{
    char name[PART_NAME_BYTES];
    size_t place = s_find_output (self, task, at, ending, name, error);
    return place == SIZE_MAX ? NULL : brought_results_output (&self->results, place, name, error);
}

char *part_task_keys (struct part_task *self, size_t at, const struct key_directory *directory, size_t range,
                      struct error *error)
{
    char name[PART_NAME_BYTES];
    size_t place = s_find_output (self, TASK_SURVEY, at, "keys", name, error);
    size_t count = key_directory_chunks (directory, range);
    struct file_piece *pieces = place == SIZE_MAX ? NULL : calloc (count + 1, sizeof *pieces);
    if (place == SIZE_MAX)
        return NULL;
    if (!pieces) {
        s_no_memory (self, error);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct key_chunk chunk = key_directory_chunk (directory, range, i);
        pieces[i] = (struct file_piece){chunk.at, key_directory_bytes (directory, &chunk)};
    }
    char *path = brought_results_pieces (&self->results, place, name, pieces, count, error);
    free (pieces);
    return path;
}

char *part_task_answers (struct part_task *self, size_t at, struct error *error)
{
    return s_output (self, TASK_PART, at, "answers", error);
}

char *part_task_blocks (struct part_task *self, const char *task, size_t at, struct error *error)
{
    return s_output (self, task, at, "blocks", error);
}

int part_task_read_finding (struct part_task *self, const char *task, size_t at, size_t field_count,
                            struct part_finding *finding, struct error *error)
{
    char *path = s_output (self, task, at, "tally", error);
    int rc = path ? part_finding_read (finding, field_count, path, error) : error->code;
    free (path);
    return rc;
}

//  All of them, added up.
struct sum {
    struct tally tally;
    unknown_names_t *unknown;
    bool uncut;
};

static int s_add (struct part_task *self, const char *task, size_t at, struct sum *sum, struct error *error)
{
    struct part_finding finding = {.state = PART_HAS_BLOCKS};
    int rc = part_task_read_finding (self, task, at, sum->tally.field_count, &finding, error);
    sum->uncut = sum->uncut || finding.state != PART_HAS_BLOCKS;
    if (rc == DMH_OK && finding.block_count) {
        tally_add (&sum->tally, &finding.tally, finding.first_line);
        if (unknown_names_learn (sum->unknown, &finding.names) != 0)
            rc = s_no_memory (self, error);
    }
    part_finding_clear (&finding);
    return rc;
}

int part_task_decide (struct part_task *self, const char *task, const struct plan *plan,
                      struct pass_settings *settings, bool *uncut, bool *otherwise, struct error *error)
{
    struct sum sum = {.unknown = unknown_names_new ()};
    int rc =
        sum.unknown && tally_init (&sum.tally, plan->step_count) == 0 ? DMH_OK : s_no_memory (self, error);
    for (size_t at = 0; rc == DMH_OK && at < self->cut.count && !sum.uncut; at++)
        rc = s_add (self, task, at, &sum, error);
    //  It is in another encoding than its beginning, perhaps: only the whole file tells.
    if (rc == DMH_OK && tally_of (&sum.tally, FIELD_NONE, RULE_RECORD_ENCODING)->count)
        sum.uncut = true;
    *uncut = sum.uncut;
    *otherwise = false;
    if (rc == DMH_OK && !sum.uncut &&
        pass_settings_learn (settings, plan, &sum.tally, sum.unknown, true, otherwise) != 0)
        rc = s_no_memory (self, error);
    tally_clear (&sum.tally);
    unknown_names_destroy (&sum.unknown);
    return rc;
}

int part_task_finish (struct part_task *self, struct runner_news *news, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    bool leaves = assignment->objects ||
                  uri_is_stored (assignment->input.uri);    //  who has sent it sees no disk of ours
    brought_results_clear (&self->results);
    news->outputs = calloc (OUTPUTS_MAX, sizeof *news->outputs);
    if (!news->outputs)
        return s_no_memory (self, error);
    memcpy (news->outputs, self->outputs, self->output_count * sizeof *news->outputs);
    news->outputs_count = self->output_count;
    //  What is not on the disk yet when the host falls is found out by who reads it.
    int rc = attempt_folder_finish (&self->folder, assignment->folder, NULL, error);
    if (rc == DMH_OK && leaves) {
        rc = assignment_upload (assignment, self->driver, news->outputs, news->outputs_count, error);
        news->stored = rc == DMH_OK;
    }
    return rc;
}
