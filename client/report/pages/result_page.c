//  result_page.c: see result_page.h.
#include "client/report/pages/result_page.h"

#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <string.h>

//  The title: the input's name; of a job that a check failed with a word of that.
static document_t *s_begin (const struct json_value *report, enum document_format format, FILE *file)
{
    const struct json_value *input = json_value_member (report, "input"),
                            *job = json_value_member (report, "job");
    const char *name = report_text (input, "name"), *kind = report_text (job, "kind");
    char line[512];
    snprintf (line, sizeof line, "Report of dmh: %.100s records, finished %.60s", *kind ? kind : "some",
              report_text (json_value_member (report, "timing"), "finished_at"));
    return document_new (file, format, *name ? name : "A result of dmh", line);
}

static int s_sections (const struct page *page, struct error *error)
{
    section_leave (page);
    section_checks (page);
    section_flow (page);
    section_issues (page);
    section_assumptions (page);
    section_fields (page);
    section_numbers (page);
    section_far_numbers (page);
    int rc = section_dates (page, error);
    section_changes (page);
    if (rc == DMH_OK)
        rc = section_statistics (page, error);
    section_columns (page);
    section_about (page);
    return rc;
}

int result_page_write (const struct result_list *list, enum document_format format, bool values, FILE *file,
                       struct error *error)
{
    struct audit_examples audit = {.issues = NULL};
    struct value_counts counts = {.numbers = NULL};
    document_t *document = NULL;
    const char *folder = list->folders[0];
    struct json_value *report = result_document_read (folder, "report.json", error);
    int rc = report ? audit_examples_read (folder, report, &audit, error) : error->code;
    if (rc == DMH_OK)
        rc = value_counts_take (list->folders, 1, values, &counts, error);
    if (rc == DMH_OK && !(document = s_begin (report, format, file)))
        rc = error_set (error, DMH_INTERNAL, "out of memory while writing the page");
    if (rc == DMH_OK) {
        struct page page = {.document = document,
                            .values = values,
                            .flow = flow_of (report, values),
                            .counts = &counts,
                            .folders = list->folders,
                            .folder_count = 1,
                            .described = list->described,
                            .described_count = list->described_count,
                            .report = report,
                            .audit = &audit};
        rc = s_sections (&page, error);
    }
    if (rc == DMH_OK)
        rc = document_end (&document, error);
    document_destroy (&document);
    if (counts.numbers)
        value_counts_clear (&counts);
    audit_examples_clear (&audit);
    json_value_destroy (&report);
    return rc;
}

int result_page_write_statistics (const struct result_list *list, enum document_format format, bool values,
                                  FILE *file, struct error *error)
{
    document_t *document = document_new (file, format, "Statistics of harmonized records", "Report of dmh");
    if (!document)
        return error_set (error, DMH_INTERNAL, "out of memory while writing the page");
    struct page page = {.document = document,
                        .values = values,
                        .described = list->described,
                        .described_count = list->described_count};
    section_leave (&page);
    int rc = section_statistics (&page, error);
    if (rc == DMH_OK)
        rc = document_end (&document, error);
    document_destroy (&document);
    return rc;
}
