//  statistics_part.c: see statistics_part.h.
#include "client/report/task/statistics_part.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <string.h>

static void s_intervals_are (document_t *document, const struct json_value *statistics)
{
    if (json_value_is (json_value_member (statistics, "reference_individuals"), JSON_TRUE))
        document_say (document, DOCUMENT_WARN,
                      "Who asked for this said that the persons are reference individuals: the intervals are "
                      "called reference intervals by that word alone.");
    else
        document_say (document, DOCUMENT_QUIET,
                      "The central 95 %% of a file describe the persons in it, who may be ill: they are no "
                      "reference intervals.");
}

static int s_write (document_t *document, const char *folder, const struct json_value *statistics,
                    bool values, struct error *error)
{
    document_heading (document, 2, "Statistics");
    if (strncmp (report_text (statistics, "format"), "dmh-statistics/1", sizeof "dmh-statistics/1") != 0) {
        document_say (document, DOCUMENT_QUIET, "What the task left is in no form that this version reads.");
        return DMH_OK;
    }
    if (!values && !json_value_is (json_value_member (statistics, "values"), JSON_FALSE)) {
        document_say (document, DOCUMENT_QUIET,
                      "The statistics were made with values of patients: they are shown with --with-values.");
        return DMH_OK;
    }
    s_intervals_are (document, statistics);
    int rc = statistics_pictures (document, folder, statistics, error);
    if (rc == DMH_OK)
        statistics_tables (document, statistics, values);
    return rc;
}

int statistics_part (document_t *document, const char *folder, bool values, struct error *error)
{
    struct error why = {.code = DMH_OK};
    struct json_value *statistics = result_document_read (folder, "statistics.json", &why);
    int rc = DMH_OK;
    if (statistics)
        rc = s_write (document, folder, statistics, values, error);
    else if (why.code != DMH_NOT_FOUND)    //  a task of somebody's own need not leave one
        rc = error_set (error, why.code, "%s", why.text);
    json_value_destroy (&statistics);
    return rc;
}
