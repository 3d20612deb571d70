//  done_result.c: see done_result.h.
#define _GNU_SOURCE
#include "client/result/places/done_result.h"

#include "client/result/folder_tree.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "messages/base/digest.h"
#include "messages/options_digest.h"
#include "messages/uri.h"
#include "messages/version.h"
#include "worker/inspect/inspection.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int done_work_read (struct done_work *self, const struct options *options, bool is_signed,
                    struct error *error)
{
    char **paths = NULL;
    size_t count = 0;
    *self = (struct done_work){.is_signed = is_signed};
    int rc =
        options_digest (options, self->options) ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = inspection_tables (options, &paths, &count, error);
    for (size_t i = 0; i < count; i++) {
        if (rc == DMH_OK && i < TABLES_MAX)
            rc = digest_of_file (paths[i], self->tables[i], NULL, error);
        free (paths[i]);
    }
    free (paths);
    self->table_count = count;
    return rc;
}

static bool s_is (const struct json_value *object, const char *key, const char *value)
{
    return strcmp (report_text (object, key), value) == 0;
}

static bool s_has_tables (const struct json_value *input, const struct done_work *work)
{
    size_t i = 0;
    for (const struct json_value *at = report_first (input, "tables"); at; at = at->next, i++)
        if (i >= work->table_count || i >= TABLES_MAX || !s_is (at, "sha256", work->tables[i]))
            return false;
    return i == work->table_count;
}

static bool s_is_file (const char *folder, const char *name, uint64_t bytes)
{
    struct stat about;
    char *path = folder_tree_join (folder, name);
    bool is = path && !strchr (name, '/') && lstat (path, &about) == 0 && S_ISREG (about.st_mode) &&
              (bytes == UINT64_MAX || (uint64_t) about.st_size == bytes);
    free (path);
    return is;
}

static bool s_has_files (const char *folder, const struct json_value *report, const struct done_work *work)
{
    for (const struct json_value *at = report_first (report, "output"); at; at = at->next)
        if (!s_is_file (folder, report_text (at, "name"), report_number (at, "bytes")))
            return false;
    return !work->is_signed || s_is_file (folder, "report.json.sig", UINT64_MAX);
}

//  The cheap questions first.
static bool s_fits (const char *folder, const struct json_value *report, const struct input *input,
                    const struct done_work *work)
{
    const struct json_value *job = json_value_member (report, "job"),
                            *of = json_value_member (report, "input");
    return s_is (job, "options_sha256", work->options) && !json_value_member (job, "failed") &&
           s_is (json_value_member (report, "software"), "version", DMH_VERSION) &&
           report_number (of, "bytes") == input->bytes && s_has_tables (of, work) &&
           s_has_files (folder, report, work);
}

bool done_result_is (const char *folder, const struct input *input, const struct done_work *work,
                     struct job_record *out, char sha256[HEX_BYTES])
{
    struct error ignored = {.code = DMH_OK};
    char path[PATH_MAX];
    if (!s_is_file (folder, "report.json", UINT64_MAX))
        return false;
    struct json_value *report = result_document_read (folder, "report.json", &ignored);
    const struct json_value *job = json_value_member (report, "job");
    bool is = report && s_fits (folder, report, input, work) &&
              uri_to_path (input->uri, path, sizeof path, NULL) == DMH_OK &&
              digest_of_file (path, sha256, NULL, &ignored) == DMH_OK &&
              s_is (json_value_member (report, "input"), "sha256", sha256);
    if (is) {
        out->counts = report_counts (json_value_member (report, "counts"));
        snprintf (out->kind, sizeof out->kind, "%s", report_text (job, "kind"));
        snprintf (out->job, sizeof out->job, "%s", report_text (job, "id"));
        job_state_set (out->state, JOB_DONE);
    }
    json_value_destroy (&report);
    return is;
}

bool done_result_is_fetched (const char *folder, const struct job_record *record)
{
    char sha256[DIGEST_HEX_BYTES], path[PATH_MAX];
    const struct output *report = job_output (record, "report.json");
    for (size_t i = 0; i < record->outputs_count; i++)
        if (!s_is_file (folder, record->outputs[i].name, record->outputs[i].bytes))
            return false;
    return report && snprintf (path, sizeof path, "%s/report.json", folder) < PATH_MAX &&
           digest_of_file (path, sha256, NULL, NULL) == DMH_OK && strcmp (sha256, report->sha256) == 0;
}

//  The report, and its signature, name the job; all else tells of the input.
static bool s_names_job (const char *name)
{
    return strcmp (name, "report.json") == 0 || strcmp (name, "report.json.sig") == 0;
}

static const struct json_value *s_output (const struct json_value *report, const char *name)
{
    const struct json_value *at = report_first (report, "output");
    while (at && !s_is (at, "name", name))
        at = at->next;
    return at;
}

bool done_result_is_alike (const char *folder, const struct job_record *record)
{
    struct error ignored;
    size_t alike = 0, told = 0;
    struct json_value *report = s_is_file (folder, "report.json", UINT64_MAX)
                                    ? result_document_read (folder, "report.json", &ignored)
                                    : NULL;
    for (const struct json_value *at = report_first (report, "output"); at; at = at->next)
        told++;
    for (size_t i = 0; report && i < record->outputs_count; i++) {
        const struct output *output = &record->outputs[i];
        const struct json_value *there = s_names_job (output->name) ? NULL : s_output (report, output->name);
        alike += there && s_is (there, "sha256", output->sha256) &&
                 s_is_file (folder, output->name, output->bytes);
        told += !there && !s_names_job (output->name);
    }
    json_value_destroy (&report);
    return alike > 0 && alike == told;
}
