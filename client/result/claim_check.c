//  claim_check.c: see claim_check.h.
#include "client/result/claim_check.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char REPORT[] = "report.json", SIGNATURE[] = "report.json.sig";

static int s_differ (const struct job_record *record, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED,
                      "the result of job %s is not what its worker told the broker: %s; it is not taken, "
                      "look after worker %.40s and submit the input again",
                      record->job, what, record->worker);
}

static int s_check_job (const struct job_record *record, const struct json_value *report, struct error *error)
{
    const struct json_value *job = json_value_member (report, "job");
    if (strcmp (report_text (job, "id"), record->job) != 0 ||
        report_number (job, "attempt") != record->attempt)
        return s_differ (record, "report.json is of another job or attempt", error);
    if (strcmp (report_text (job, "kind"), record->kind) != 0)
        return s_differ (record, "report.json names another kind", error);
    return DMH_OK;
}

static int s_check_counts (const struct job_record *record, const struct json_value *report,
                           struct error *error)
{
    const struct counts *told = &record->counts,
                        counts = report_counts (json_value_member (report, "counts"));
    const struct {
        const char *word;
        uint64_t told, reported;
    } COUNTS[] = {{"read", told->read, counts.read},
                  {"written", told->written, counts.written},
                  {"duplicates", told->duplicates, counts.duplicates},
                  {"conflicts", told->conflicts, counts.conflicts},
                  {"rejected", told->rejected, counts.rejected}};
    char what[128];
    if (told->read == UINT64_MAX)    //  of one of several tables
        return DMH_OK;
    for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
        if (COUNTS[i].told == COUNTS[i].reported)
            continue;
        snprintf (what, sizeof what, "report.json counts %" PRIu64 " records as %s and the worker %" PRIu64,
                  COUNTS[i].reported, COUNTS[i].word, COUNTS[i].told);
        return s_differ (record, what, error);
    }
    return DMH_OK;
}

static bool s_is_same (const struct output *told, const struct json_value *listed)
{
    return told && report_number (listed, "bytes") == told->bytes &&
           report_number (listed, "records") == told->records &&
           strcmp (report_text (listed, "sha256"), told->sha256) == 0;
}

//  The report lists all files but itself and its signature, and no others.
static int s_check_outputs (const struct job_record *record, const struct json_value *report,
                            struct error *error)
{
    for (const struct json_value *at = report_first (report, "output"); at; at = at->next)
        if (!s_is_same (job_output (record, report_text (at, "name")), at))
            return s_differ (record,
                             "report.json lists a file with another name, size, number of records or "
                             "SHA-256",
                             error);
    for (size_t i = 0; i < record->outputs_count; i++) {
        const char *name = record->outputs[i].name;
        bool own = strcmp (name, REPORT) == 0 || strcmp (name, SIGNATURE) == 0;
        if (!own && !report_output (report, name, false))
            return s_differ (record, "it has a file that report.json does not list", error);
    }
    return DMH_OK;
}

int claim_check (const char *folder, const struct job_record *record, struct error *error)
{
    if (!job_output (record, REPORT))
        return s_differ (record, "it has no report.json", error);
    struct json_value *report = result_document_read (folder, REPORT, error);
    int rc = report ? s_check_job (record, report, error) : error->code;
    if (rc == DMH_OK)
        rc = s_check_counts (record, report, error);
    if (rc == DMH_OK)
        rc = s_check_outputs (record, report, error);
    json_value_destroy (&report);
    return rc;
}
