//  batch_page.c: see batch_page.h.
#include "client/report/pages/batch_page.h"

#include "client/report/pages/batch_rows.h"
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "worker/inspect/check_words.h"

#include <stdio.h>
#include <string.h>

//  Inputs of batch.json that have no result: the first array of objects that have a state.
static const struct json_value *s_inputs (const struct json_value *batch)
{
    for (const struct json_value *member = json_value_is (batch, JSON_OBJECT) ? batch->first : NULL; member;
         member = member->next)
        if (json_value_is (member, JSON_ARRAY) && member->first && *report_text (member->first, "state"))
            return member->first;
    return NULL;
}

static bool s_has_failed (const struct json_value *input)
{
    const char *state = report_text (input, "state");
    return strcmp (state, "failed") == 0 || strcmp (state, "cancelled") == 0;
}

static const char *s_sentence (const struct json_value *input)
{
    const struct json_value *error = json_value_member (input, "error");
    const char *text = json_value_string (error);
    return text ? text : report_text (error, "message");
}

//  What failed comes before all.
static void s_failures (const struct page *page, const char *folder)
{
    static const struct document_column COLUMNS[] = {{"Input", false}, {"State", false}, {"Why", false}};
    struct error error = {.code = DMH_OK};
    struct json_value *batch = result_document_read (folder, "batch.json", &error);
    const struct json_value *inputs = s_inputs (batch), *input;
    size_t failed = 0;
    for (input = inputs; input; input = input->next)
        failed += s_has_failed (input);
    if (failed) {
        document_heading (page->document, 2, "Inputs that failed");
        document_say (page->document, DOCUMENT_BAD, "%zu %s.", failed,
                      failed == 1 ? "input failed" : "inputs failed");
        document_table (page->document, "Inputs that failed, and why", COLUMNS, 3);
        for (input = inputs; input; input = input->next) {
            if (!s_has_failed (input))
                continue;
            const char *path = report_text (input, "path");
            document_name (page->document, *path ? path : report_text (input, "name"));
            document_cell (page->document, DOCUMENT_BAD, "%s", report_text (input, "state"));
            document_cell (page->document, DOCUMENT_PLAIN, "%s", s_sentence (input));
        }
        document_table_end (page->document);
    }
    json_value_destroy (&batch);
}

static void s_row (const struct page *page, const struct batch_row *row)
{
    const struct told *written = &row->flow.written;
    double read = told_weight (row->flow.read);
    const struct drawing_part parts[] = {{.weight = told_weight (*written), .tone = DRAWING_GOOD},
                                         {.weight = told_weight (row->flow.duplicates), .tone = DRAWING_SOFT},
                                         {.weight = told_weight (row->flow.conflicts), .tone = DRAWING_WARN},
                                         {.weight = told_weight (row->flow.rejected), .tone = DRAWING_BAD}};
    document_name (page->document, row->name);
    document_cell (page->document, DOCUMENT_PLAIN, "%s", row->kind);
    if (row->failed)
        document_cell (page->document, DOCUMENT_BAD, "%zu of %zu", row->failed, row->checks);
    else
        document_cell (page->document, DOCUMENT_GOOD, "none");
    section_told (page, row->flow.read);
    section_told (page, *written);
    section_told (page, row->flow.duplicates);
    section_told (page, row->flow.conflicts);
    section_told (page, row->flow.rejected);
    document_cell (page->document, row->issues ? DOCUMENT_WARN : DOCUMENT_QUIET, "%zu", row->issues);
    document_share (page->document, parts, 4, read);
}

static void s_rows (const struct page *page, const struct batch_rows *rows)
{
    static const struct document_column COLUMNS[] = {
        {"Result", false}, {"Kind", false},      {"Checks failed", true}, {"Read", true},
        {"Written", true}, {"Duplicates", true}, {"Conflicts", true},     {"Rejected", true},
        {"Issues", true},  {"Records", false}};
    document_heading (page->document, 2, "The results side by side");
    document_say (
        page->document, DOCUMENT_QUIET,
        "Those with most wrong first: failed checks, then records that were set aside, then rules that found "
        "something. dmh report of one of these folders says more of it.");
    document_table (page->document, "Results, the worst first", COLUMNS, 10);
    for (size_t i = 0; i < rows->count; i++)
        s_row (page, &rows->rows[i]);
    document_table_end (page->document);
}

//  Checks, or rules.
static void s_findings (const struct page *page, const struct batch_rows *rows, bool checks)
{
    static const struct document_column COLUMNS[] = {
        {"Field", false}, {"What", false}, {"Results", true}, {"Name", false}, {"Records", true}};
    //  A check sums up what several rules say: its counts stand beside those.
    bool counts = !checks || page->values;
    size_t count = 0;
    for (size_t i = 0; i < rows->finding_count; i++)
        count += (strcmp (rows->findings[i].severity, "check") == 0) == checks;
    document_heading (page->document, 2, checks ? "Checks that failed" : "Issues by rule");
    if (count == 0) {
        document_say (page->document, DOCUMENT_GOOD, checks ? "None." : "No rule found anything to say.");
        return;
    }
    document_table (page->document,
                    checks ? "Checks, those of most results first" : "Rules, those of most results first",
                    COLUMNS, counts ? 5 : 4);
    for (size_t i = 0; i < rows->finding_count; i++) {
        const struct batch_finding *finding = &rows->findings[i];
        if ((strcmp (finding->severity, "check") == 0) != checks)
            continue;
        if (*finding->field)
            document_name (page->document, finding->field);
        else
            document_cell (page->document, DOCUMENT_PLAIN, "whole records");
        document_cell (page->document, DOCUMENT_PLAIN, "%s",
                       checks ? check_words (finding->name) : finding->message);
        document_cell (page->document, DOCUMENT_PLAIN, "%zu", finding->results);
        document_name (page->document, finding->name);
        if (counts)
            section_told (page, finding->count);
    }
    document_table_end (page->document);
}

static int s_sections (const struct page *page, const char *folder, const struct batch_rows *rows,
                       struct error *error)
{
    section_leave (page);
    s_failures (page, folder);
    s_rows (page, rows);
    section_flow (page);
    s_findings (page, rows, true);
    s_findings (page, rows, false);
    section_numbers (page);
    section_far_numbers (page);
    int rc = section_dates (page, error);
    return rc == DMH_OK ? section_statistics (page, error) : rc;
}

int batch_page_write (const char *folder, const struct result_list *list, enum document_format format,
                      bool values, FILE *file, struct error *error)
{
    struct batch_rows rows = {.rows = NULL};
    struct value_counts counts = {.numbers = NULL};
    document_t *document = NULL;
    char line[96], number[TOLD_BYTES];
    int rc = batch_rows_read (list, values, &rows, error);
    if (rc == DMH_OK)
        rc = value_counts_take (list->folders, list->count, values, &counts, error);
    snprintf (line, sizeof line, "Report of dmh: %s results", told_thousands (list->count, number));
    if (rc == DMH_OK && !(document = document_new (file, format, folder, line)))
        rc = error_set (error, DMH_INTERNAL, "out of memory while writing the page");
    if (rc == DMH_OK) {
        struct page page = {.document = document,
                            .values = values,
                            .flow = rows.flow,
                            .counts = &counts,
                            .folders = list->folders,
                            .folder_count = list->count,
                            .described = list->described,
                            .described_count = list->described_count};
        rc = s_sections (&page, folder, &rows, error);
    }
    if (rc == DMH_OK)
        rc = document_end (&document, error);
    document_destroy (&document);
    if (counts.numbers)
        value_counts_clear (&counts);
    batch_rows_clear (&rows);
    return rc;
}
