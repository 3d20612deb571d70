//  join_job.c: see join_job.h.
#define _GNU_SOURCE
#include "worker/join/join_job.h"

#include "messages/files/folder_sync.h"
#include "worker/join/inputs/brought_results.h"
#include "worker/join/join.h"
#include "worker/pipeline/runner_news.h"
#include "worker/pipeline/signature.h"
#include "worker/results/attempt_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_OF_KIND = 6 };    //  with a signature

//  One attempt.
struct join_attempt {
    const struct assignment *assignment;
    const struct followed_task *task;
    struct attempt_folder folder;
    struct brought_results results;
    struct join_input *inputs;
    struct joined *joined;
    size_t count;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while joining results");
}

static const char *s_or (const char *text, const char *fallback)
{
    return text && *text ? text : fallback;
}

static bool s_goes_on (void *context, const struct counts *so_far)
{
    struct join_attempt *self = context;
    return self->task->goes_on (self->task->context, so_far);
}

static const char *s_input (void *context, size_t place, struct error *error)
{
    struct join_attempt *self = context;
    return brought_results_input (&self->results, place, error);
}

//  Tables are not joined with tables.
static int s_check (const struct assignment *assignment, struct error *error)
{
    for (size_t i = 0; i < assignment->followed_count; i++)
        for (size_t k = 0; k < assignment->followed[i].outputs_count; k++)
            if (strchr (assignment->followed[i].outputs[k].name, '/'))
                return error_set (error, DMH_UNSUPPORTED, "%s is no result that can be joined",
                                  assignment->followed[i].name);
    return DMH_OK;
}

static int s_join (struct join_attempt *self, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    size_t count = assignment->followed_count;
    self->inputs = calloc (count + 1, sizeof *self->inputs);
    self->joined = calloc (JOINED_KINDS_MAX, sizeof *self->joined);
    if (!self->inputs || !self->joined)
        return s_no_memory (error);
    for (size_t i = 0; i < count; i++) {
        const struct followed_result *result = &assignment->followed[i];
        self->inputs[i] = (struct join_input){.folder = self->results.folders[i],
                                              .source_file = s_or (result->source_file, result->name),
                                              .result = s_or (result->stands_at, result->name),
                                              .uri = result->input};
    }
    const struct join_request request = {.inputs = self->inputs,
                                         .count = count,
                                         .options = assignment->options,
                                         .folder = self->folder.path,
                                         .correlation = assignment->correlation,
                                         .job = assignment->job,
                                         .attempt = assignment->attempt,
                                         .interrupt = -1,
                                         .goes_on = s_goes_on,
                                         .fetch = s_input,
                                         .context = self,
                                         .roots = assignment->roots,
                                         .tables = self->results.tables,
                                         .tables_count = self->results.tables_count,
                                         .ceilings = assignment->ceilings};
    return join_results (&request, self->joined, &self->count, error);
}

//  The files of one kind's table are outputs of the job, by its folder's name and theirs.
static int s_add_kind (struct join_attempt *self, struct joined *joined, struct runner_news *news,
                       struct error *error)
{
    const struct assignment *assignment = self->assignment;
    if (news->outputs_count + FILES_OF_KIND > OUTPUTS_MAX)
        return error_set (error, DMH_TOO_LARGE,
                          "%s: the inputs are of more kinds than one job can join; join "
                          "some of them with --kind",
                          assignment->input.name);
    if (assignment->sign_key) {
        int rc =
            signature_write (assignment->sign_key, joined->folder, &joined->outputs[joined->output_count - 1],
                             false, &joined->outputs[joined->output_count], error);
        if (rc != DMH_OK)
            return rc;
        joined->output_count++;
    }
    for (size_t i = 0; i < joined->output_count; i++) {
        struct output *output = &news->outputs[news->outputs_count++];
        *output = joined->outputs[i];
        snprintf (output->name, sizeof output->name, "%s/%.100s", joined->kind, joined->outputs[i].name);
    }
    counts_add (&news->counts, &joined->counts);
    if (news->refusal.code == DMH_OK)
        news->refusal = joined->refusal;
    return folder_sync (joined->folder, error);
}

//  The tables stand in the folder: it gets its name.
static int s_finish (struct join_attempt *self, struct runner_news *news, struct error *error)
{
    int rc = (news->outputs = calloc (OUTPUTS_MAX, sizeof *news->outputs)) ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        rc = s_add_kind (self, &self->joined[i], news, error);
    if (rc != DMH_OK)
        return rc;
    if (self->count == 1)
        snprintf (news->kind, sizeof news->kind, "%s", self->joined[0].kind);
    for (size_t i = 0; i < self->assignment->followed_count; i++)
        news->bytes_done += self->assignment->followed[i].input_bytes;
    news->bytes_total = news->bytes_done;
    return attempt_folder_finish (&self->folder, self->assignment->folder, self->assignment->group, error);
}

int join_job (const struct assignment *assignment, const struct followed_task *task, struct runner_news *news,
              struct error *error)
{
    struct join_attempt self = {.assignment = assignment, .task = task, .results = {.input = -1}};
    int rc = s_check (assignment, error);
    if (rc == DMH_OK)
        rc = attempt_folder_make (&self.folder, assignment->folder, error);
    if (rc == DMH_OK)
        rc = brought_results_bring (&self.results, assignment, task, self.folder.path, error);
    if (rc == DMH_OK)
        rc = s_join (&self, error);
    bool stored = self.results.stored;
    brought_results_clear (&self.results);
    if (rc == DMH_OK)
        rc = s_finish (&self, news, error);
    if (rc == DMH_OK && (stored || assignment->objects)) {
        rc = assignment_upload (assignment, task, news->outputs, news->outputs_count, error);
        news->stored = rc == DMH_OK;
    }
    attempt_folder_clear (&self.folder);
    free (self.inputs);
    free (self.joined);
    return rc;
}
