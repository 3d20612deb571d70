//  batch_rows.c: see batch_rows.h.
#include "client/report/pages/batch_rows.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <stdlib.h>
#include <string.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading the reports");
}

static struct batch_finding *s_find (struct batch_rows *self, const char *name, const char *field,
                                     const char *severity)
{
    for (size_t i = 0; i < self->finding_count; i++) {
        struct batch_finding *finding = &self->findings[i];
        if (strcmp (finding->name, name) == 0 && strcmp (finding->field, field) == 0 &&
            strcmp (finding->severity, severity) == 0)
            return finding;
    }
    return NULL;
}

static int s_add (struct batch_rows *self, const struct json_value *from, const char *name,
                  const char *severity, bool values, struct error *error)
{
    const char *field = report_text (from, "field");
    uint64_t count = report_number (from, "count");
    struct batch_finding *finding = s_find (self, name, field, severity);
    if (!finding) {
        struct batch_finding *grown =
            realloc (self->findings, (self->finding_count + 1) * sizeof *self->findings);
        if (!grown)
            return s_no_memory (error);
        self->findings = grown;
        finding = &grown[self->finding_count];
        *finding =
            (struct batch_finding){strdup (name),     strdup (field), strdup (report_text (from, "message")),
                                   strdup (severity), {0, 0},         0};
        self->finding_count++;
        if (!finding->name || !finding->field || !finding->message || !finding->severity)
            return s_no_memory (error);
    }
    finding->results++;
    finding->count = told_sum (finding->count, told_of (count == UINT64_MAX ? 0 : count, values));
    return DMH_OK;
}

static int s_findings (struct batch_rows *self, struct batch_row *row, const struct json_value *report,
                       bool values, struct error *error)
{
    int rc = DMH_OK;
    for (const struct json_value *check = report_first (report, "checks"); check && rc == DMH_OK;
         check = check->next) {
        row->checks++;
        if (!json_value_is (json_value_member (check, "passed"), JSON_FALSE))
            continue;
        row->failed++;
        rc = s_add (self, check, report_text (check, "name"), "check", values, error);
    }
    for (const struct json_value *issue = report_first (report, "issues"); issue && rc == DMH_OK;
         issue = issue->next) {
        const char *severity = report_text (issue, "severity");
        row->issues += strcmp (severity, "info") != 0;
        rc = s_add (self, issue, report_text (issue, "rule"), severity, values, error);
    }
    return rc;
}

static int s_row (struct batch_rows *self, const char *folder, const char *name, bool values,
                  struct error *error)
{
    struct batch_row *row = &self->rows[self->count];
    struct error inner = {.code = DMH_OK};
    struct json_value *report = result_document_read (folder, "report.json", &inner);
    if (!report)
        return error_set (error, inner.code, "%s: %s", folder, inner.text);
    struct counts counts = report_counts (json_value_member (report, "counts"));
    *row = (struct batch_row){.name = name, .flow = flow_of (report, values)};
    row->input = strdup (report_text (json_value_member (report, "input"), "name"));
    row->kind = strdup (report_text (json_value_member (report, "job"), "kind"));
    row->read = counts.read == UINT64_MAX ? 0 : counts.read;
    row->wrong = row->read && counts.read >= counts.written ? counts.conflicts + counts.rejected : 0;
    self->count++;
    int rc = row->input && row->kind ? s_findings (self, row, report, values, error) : s_no_memory (error);
    if (self->count == 1)
        self->flow = row->flow;
    else
        flow_add (&self->flow, &row->flow);
    json_value_destroy (&report);
    return rc;
}

//  More failed checks first, then the greater share that was not written, then more issues; else by name.
static int s_worst_first (const void *a, const void *b)
{
    const struct batch_row *x = a, *y = b;
    if (x->failed != y->failed)
        return x->failed < y->failed ? 1 : -1;
    double m = x->read ? (double) x->wrong / (double) x->read : 0,
           n = y->read ? (double) y->wrong / (double) y->read : 0;
    if (m < n || m > n)
        return m < n ? 1 : -1;
    if (x->issues != y->issues)
        return x->issues < y->issues ? 1 : -1;
    return strcmp (x->name, y->name);
}

static int s_by_results (const void *a, const void *b)
{
    const struct batch_finding *x = a, *y = b;
    if (x->results != y->results)
        return x->results < y->results ? 1 : -1;
    int order = strcmp (x->name, y->name);
    return order ? order : strcmp (x->field, y->field);
}

int batch_rows_read (const struct result_list *list, bool values, struct batch_rows *out, struct error *error)
{
    *out = (struct batch_rows){.rows = calloc (list->count, sizeof *out->rows)};
    int rc = out->rows ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < list->count; i++)
        rc = s_row (out, list->folders[i], list->names[i], values, error);
    if (rc != DMH_OK) {
        batch_rows_clear (out);
        return rc;
    }
    qsort (out->rows, out->count, sizeof *out->rows, s_worst_first);
    if (out->finding_count)
        qsort (out->findings, out->finding_count, sizeof *out->findings, s_by_results);
    return DMH_OK;
}

void batch_rows_clear (struct batch_rows *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free (self->rows[i].input);
        free (self->rows[i].kind);
    }
    free (self->rows);
    for (size_t i = 0; i < self->finding_count; i++) {
        free (self->findings[i].name);
        free (self->findings[i].field);
        free (self->findings[i].message);
        free (self->findings[i].severity);
    }
    free (self->findings);
    *self = (struct batch_rows){.rows = NULL};
}
