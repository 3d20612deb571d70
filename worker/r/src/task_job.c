//  task_job.c: see task_job.h.
#define _GNU_SOURCE
#include "worker/r/src/task_job.h"

#include "messages/base/folder.h"
#include "messages/uri.h"
#include "messages/version.h"
#include "worker/join/inputs/brought_results.h"
#include "worker/output/output_file.h"
#include "worker/pipeline/runner_news.h"
#include "worker/pipeline/signature.h"
#include "worker/results/attempt_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OWN_FILES = 2 };    //  report.json and its signature

struct task_attempt {
    const struct assignment *assignment;
    const struct followed_task *task;
    struct attempt_folder folder;
    struct brought_results results;
    char kind[WORD_BYTES];
    struct handed_answer answer;
    struct output *outputs;    //  [OUTPUTS_MAX]
    size_t count;
};

static struct handover *s_handover;

void task_job_serve (struct handover *handover)
{
    s_handover = handover;
}

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the results that the job follows");
}

//  What R is told; *out is the caller's.
static int s_describe (struct task_attempt *self, struct handed *out, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    size_t count = assignment->followed_count;
    *out = (struct handed){.reference_individuals = assignment->options->reference_individuals};
    memcpy (out->job, assignment->job, sizeof out->job);
    out->out = strdup (self->folder.path);
    out->tables = calloc (count + 1, sizeof *out->tables);
    if (!out->out || !out->tables)
        return s_no_memory (error);
    for (; out->count < count; out->count++) {
        const struct followed_result *result = &assignment->followed[out->count];
        struct handed_table *table = &out->tables[out->count];
        const char *source = result->source_file && *result->source_file ? result->source_file : result->name;
        table->folder = strdup (self->results.folders[out->count]);
        table->source = strdup (source);
        if (!table->folder || !table->source) {
            out->count++;
            return s_no_memory (error);
        }
    }
    return DMH_OK;
}

//  What it follows is all of one kind, or the job is of none.
static void s_find_kind (struct task_attempt *self)
{
    const struct assignment *assignment = self->assignment;
    for (size_t i = 0; i < assignment->followed_count; i++) {
        if (i > 0 && strcmp (self->kind, assignment->followed[i].kind) != 0) {
            *self->kind = 0;
            return;
        }
        memcpy (self->kind, assignment->followed[i].kind, sizeof self->kind);
    }
}

static int s_in_r (struct task_attempt *self, struct error *error)
{
    struct handed handed;
    int rc = s_describe (self, &handed, error);
    if (rc == DMH_OK)
        rc = handover_do (s_handover, &handed, self->task, &self->answer, error);
    handed_clear (&handed);
    if (rc == DMH_OK && self->answer.error.code != DMH_OK) {
        *error = self->answer.error;
        rc = error->code;
    }
    return rc;
}

static int s_by_name (const void *a, const void *b)
{
    return strcmp (((const struct output *) a)->name, ((const struct output *) b)->name);
}

//  What R has left in the folder; a name that begins with a point is this worker's own.
static int s_gather (struct task_attempt *self, struct error *error)
{
    DIR *listing = opendir (self->folder.path);
    int why = listing ? 0 : errno, rc = DMH_OK;
    const struct dirent *entry;
    struct stat about;
    while (listing && rc == DMH_OK && (entry = folder_next (listing, &why)) != NULL) {
        struct output *output = &self->outputs[self->count];
        if (*entry->d_name == '.')
            continue;
        if (self->count >= OUTPUTS_MAX - OWN_FILES)
            rc = error_set (error, DMH_TOO_LARGE, "the task leaves more than %d files",
                            OUTPUTS_MAX - OWN_FILES);
        else if (strcmp (entry->d_name, "report.json") == 0)
            rc = error_set (error, DMH_BAD_INPUT, "the task leaves a report.json, which the worker writes");
        else if (fstatat (dirfd (listing), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0 ||
                 !S_ISREG (about.st_mode))
            rc = error_set (error, DMH_BAD_INPUT, "the task leaves %.100s, which is no file", entry->d_name);
        else
            rc = output_take (self->folder.path, entry->d_name, 0, output, error);
        self->count += rc == DMH_OK;
    }
    if (listing)
        closedir (listing);
    if (rc == DMH_OK && why)
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", self->folder.path, strerror (why));
    if (rc == DMH_OK && self->count == 0)
        rc = error_set (error, DMH_BAD_INPUT, "the task returned neither tables nor plots nor a document");
    if (rc == DMH_OK)
        qsort (self->outputs, self->count, sizeof *self->outputs, s_by_name);
    return rc;
}

static void s_tell_follows (json_writer_t *doc, const struct assignment *assignment)
{
    json_writer_array (doc, "follows");
    for (size_t i = 0; i < assignment->followed_count; i++) {
        const struct followed_result *result = &assignment->followed[i];
        const char *report = NULL;
        for (size_t k = 0; k < result->outputs_count; k++)
            if (strcmp (result->outputs[k].name, "report.json") == 0)
                report = result->outputs[k].sha256;
        json_writer_object (doc, NULL);
        json_writer_string (doc, "job", result->job);
        json_writer_string (doc, "name", result->name);
        json_writer_string (doc, "kind", *result->kind ? result->kind : NULL);
        json_writer_string (doc, "report_sha256", report);
        json_writer_close (doc);
    }
    json_writer_close (doc);
}

static void s_tell_counts (json_writer_t *doc, const struct counts *counts)
{
    json_writer_object (doc, "counts");
    json_writer_number (doc, "read", counts->read);
    json_writer_number (doc, "written", counts->written);
    json_writer_number (doc, "duplicates", counts->duplicates);
    json_writer_number (doc, "conflicts", counts->conflicts);
    json_writer_number (doc, "rejected", counts->rejected);
    json_writer_close (doc);
}

static void s_tell (json_writer_t *doc, const struct task_attempt *self)
{
    const struct assignment *assignment = self->assignment;
    json_writer_object (doc, NULL);
    json_writer_string (doc, "format", TASK_REPORT);
    json_writer_object (doc, "job");
    json_writer_string (doc, "id", assignment->job);
    json_writer_string (doc, "correlation_id", assignment->correlation);
    json_writer_number (doc, "attempt", assignment->attempt);
    json_writer_string (doc, "kind", *self->kind ? self->kind : NULL);
    json_writer_string (doc, "task", assignment->options->task);
    json_writer_boolean (doc, "reference_individuals", assignment->options->reference_individuals);
    json_writer_close (doc);
    s_tell_follows (doc, assignment);
    s_tell_counts (doc, &(struct counts){.read = self->answer.records, .written = self->answer.records});
    json_writer_array (doc, "output");
    for (size_t i = 0; i < self->count; i++) {
        json_writer_object (doc, NULL);
        json_writer_string (doc, "name", self->outputs[i].name);
        json_writer_number (doc, "bytes", self->outputs[i].bytes);
        json_writer_number (doc, "records", self->outputs[i].records);
        json_writer_string (doc, "sha256", self->outputs[i].sha256);
        json_writer_close (doc);
    }
    json_writer_close (doc);
    json_writer_object (doc, "software");
    json_writer_string (doc, "name", "dmhr");
    json_writer_string (doc, "version", DMH_VERSION);
    json_writer_close (doc);
    json_writer_close (doc);
}

static int s_report (struct task_attempt *self, struct error *error)
{
    const signing_key_t *key = self->assignment->sign_key;
    struct output *report = &self->outputs[self->count];
    json_writer_t *doc = json_writer_new (true);
    output_file_t *file = doc ? output_new (self->folder.path, "report.json", error) : NULL;
    int rc = !doc ? s_no_memory (error) : file ? DMH_OK : DMH_IO;
    if (rc == DMH_OK) {
        s_tell (doc, self);
        rc = output_document (file, doc, error);
    }
    if (rc == DMH_OK)
        rc = output_finish (file, 0, report, error);
    if (rc == DMH_OK)
        self->count++;
    if (rc == DMH_OK && key)
        rc = signature_write (key, self->folder.path, report, false, &self->outputs[self->count], error);
    self->count += rc == DMH_OK && key;
    output_destroy (&file);
    json_writer_destroy (&doc);
    return rc;
}

static int s_finish (struct task_attempt *self, struct runner_news *news, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    s_find_kind (self);
    int rc = s_gather (self, error);
    if (rc == DMH_OK)
        rc = s_report (self, error);
    if (rc == DMH_OK)
        rc = attempt_folder_finish (&self->folder, assignment->folder, assignment->group, error);
    if (rc != DMH_OK)
        return rc;
    memcpy (news->kind, self->kind, sizeof news->kind);
    for (size_t i = 0; i < assignment->followed_count; i++)
        news->bytes_done += assignment->followed[i].input_bytes;
    news->bytes_total = news->bytes_done;
    news->counts = (struct counts){.read = self->answer.records, .written = self->answer.records};
    news->outputs = self->outputs;
    news->outputs_count = self->count;
    self->outputs = NULL;
    return DMH_OK;
}

int task_job (const struct assignment *assignment, const struct followed_task *task, struct runner_news *news,
              struct error *error)
{
    struct task_attempt self = {.assignment = assignment, .task = task, .results = {.input = -1}};
    self.outputs = calloc (OUTPUTS_MAX, sizeof *self.outputs);
    int rc =
        self.outputs ? attempt_folder_make (&self.folder, assignment->folder, error) : s_no_memory (error);
    if (rc == DMH_OK)
        rc = brought_results_bring (&self.results, assignment, task, self.folder.path, error);
    if (rc == DMH_OK)
        rc = s_in_r (&self, error);
    bool stored = self.results.stored;
    brought_results_clear (&self.results);
    if (rc == DMH_OK)
        rc = s_finish (&self, news, error);
    if (rc == DMH_OK && (stored || assignment->objects)) {
        rc = assignment_upload (assignment, task, news->outputs, news->outputs_count, error);
        news->stored = rc == DMH_OK;
    }
    attempt_folder_clear (&self.folder);
    free (self.outputs);
    return rc;
}
