//  audit_examples.c: see audit_examples.h.
#define _GNU_SOURCE
#include "client/report/audit_examples.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char NAME[] = "audit.ndjson";

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", NAME);
}

static int s_issues (const struct json_value *report, struct audit_examples *out, struct error *error)
{
    const struct json_value *issues = json_value_member (report, "issues");
    size_t count = json_value_is (issues, JSON_ARRAY) ? issues->count : 0;
    out->issue_count = 0;
    out->issues = calloc (count + 1, sizeof *out->issues);
    if (!out->issues)
        return s_no_memory (error);
    for (const struct json_value *issue = count ? issues->first : NULL; issue; issue = issue->next) {
        struct audit_issue *to = &out->issues[out->issue_count];
        to->rule = strdup (report_text (issue, "rule"));
        to->field = strdup (report_text (issue, "field"));
        if (!to->rule || !to->field) {
            free (to->rule);
            free (to->field);
            return s_no_memory (error);
        }
        out->issue_count++;
    }
    return DMH_OK;
}

static struct audit_issue *s_find (const struct audit_examples *self, const char *rule, const char *field)
{
    for (size_t i = 0; i < self->issue_count; i++)
        if (strcmp (self->issues[i].rule, rule) == 0 && strcmp (self->issues[i].field, field) == 0)
            return &self->issues[i];
    return NULL;
}

const struct audit_issue *audit_examples_find (const struct audit_examples *self, const char *rule,
                                               const char *field)
{
    return s_find (self, rule, field ? field : "");
}

//  The event of a conflict names no field, as its issue; that of a key that is broken may.
static struct audit_issue *s_issue_of (const struct audit_examples *self, const struct json_value *event)
{
    const char *rule = report_text (event, "rule");
    struct audit_issue *issue = s_find (self, rule, report_text (event, "field"));
    return issue ? issue : s_find (self, rule, "");
}

static int s_take_cues (struct audit_issue *issue, const struct json_value *event, struct error *error)
{
    const struct json_value *value = report_first (event, "first_values");
    for (; value && issue->cue_count < AUDIT_CUES_MAX; value = value->next) {
        if (!json_value_string (value))
            continue;
        issue->cues[issue->cue_count] = strdup (json_value_string (value));
        if (!issue->cues[issue->cue_count++])
            return s_no_memory (error);
    }
    return DMH_OK;
}

//  All changes of the first records that have one.
static int s_take_change (struct audit_examples *self, const struct json_value *event, struct error *error)
{
    uint64_t record = report_number (event, "record");
    const char *before = json_value_string (json_value_member (event, "raw"));
    const char *after = json_value_string (json_value_member (event, "value"));
    size_t records = 0;
    for (size_t i = 0; i < self->change_count; i++)
        records += i == 0 || self->changes[i].record != self->changes[i - 1].record;
    bool another = !self->change_count || self->changes[self->change_count - 1].record != record;
    if (!before || !after || record == UINT64_MAX || strcmp (before, after) == 0 ||
        self->change_count == AUDIT_CHANGES_MAX || (another && records == AUDIT_RECORDS_MAX))
        return DMH_OK;
    struct audit_change *change = &self->changes[self->change_count++];
    change->record = record;
    change->line = report_number (event, "line");
    change->field = strdup (report_text (event, "field"));
    change->before = strdup (before);
    change->after = strdup (after);
    change->rule = strdup (report_text (event, "rule"));
    return change->field && change->before && change->after && change->rule ? DMH_OK : s_no_memory (error);
}

static int s_take (struct audit_examples *self, const struct json_value *event, struct error *error)
{
    struct audit_issue *issue = s_issue_of (self, event);
    uint64_t line = report_number (event, "line");
    if (issue && line != UINT64_MAX && issue->line_count < AUDIT_LINES_MAX)
        issue->lines[issue->line_count++] = line;
    int rc = issue ? s_take_cues (issue, event, error) : DMH_OK;
    return rc == DMH_OK ? s_take_change (self, event, error) : rc;
}

static int s_lines (FILE *file, struct audit_examples *out, struct error *error)
{
    char *line = NULL;
    size_t room = 0;
    int rc = DMH_OK;
    for (ssize_t n; rc == DMH_OK && (n = getline (&line, &room, file)) >= 0;) {
        struct json_value *event = json_value_new (line, (size_t) n, JSON_VALUE_DEPTH_MAX, NAME, error);
        rc = event ? s_take (out, event, error) : error->code == DMH_INTERNAL ? DMH_INTERNAL : DMH_MALFORMED;
        json_value_destroy (&event);
    }
    if (rc == DMH_OK && ferror (file))
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", NAME, strerror (errno));
    else if (rc == DMH_OK && !feof (file))
        rc = s_no_memory (error);
    else if (rc == DMH_MALFORMED)
        error_set (error, DMH_MALFORMED, "%s has a line that is no JSON; dmh did not write it so", NAME);
    free (line);
    return rc;
}

int audit_examples_read (const char *folder, const struct json_value *report, struct audit_examples *out,
                         struct error *error)
{
    *out = (struct audit_examples){.issues = NULL};
    int rc = s_issues (report, out, error);
    FILE *file = rc == DMH_OK ? result_file_open (folder, NAME, error) : NULL;
    if (file) {
        rc = s_lines (file, out, error);
        fclose (file);
    } else if (rc == DMH_OK)
        rc = error->code;
    if (rc != DMH_OK)
        audit_examples_clear (out);
    return rc;
}

void audit_examples_clear (struct audit_examples *self)
{
    for (size_t i = 0; i < self->issue_count; i++) {
        free (self->issues[i].rule);
        free (self->issues[i].field);
        for (size_t c = 0; c < self->issues[i].cue_count; c++)
            free (self->issues[i].cues[c]);
    }
    free (self->issues);
    for (size_t i = 0; i < self->change_count; i++) {
        free (self->changes[i].field);
        free (self->changes[i].before);
        free (self->changes[i].after);
        free (self->changes[i].rule);
    }
    *self = (struct audit_examples){.issues = NULL};
}
