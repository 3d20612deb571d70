//  findings.c: see findings.h.
#define _GNU_SOURCE
#include "client/result/findings.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MOST = 8, NAMES_MOST = 256 };    //  there are fewer rules; a file may name others
static const char ASSUMED[] = "_assumed";

//  "name of field, …", of which the first ones are shown.
static void s_list (char out[FINDINGS_LIST_BYTES], size_t at, const char *name, const char *field)
{
    size_t n = strlen (out);
    if (at < SHOWN_MOST && n < FINDINGS_LIST_BYTES - 1)
        snprintf (out + n, FINDINGS_LIST_BYTES - n, "%s%s%s%s", at ? ", " : "", name, field ? " of " : "",
                  field ? field : "");
    else if (at == SHOWN_MOST && n < FINDINGS_LIST_BYTES - 1)
        snprintf (out + n, FINDINGS_LIST_BYTES - n, ", …");
}

static void s_checks (const struct json_value *checks, struct findings *out)
{
    for (const struct json_value *check = checks ? checks->first : NULL; check; check = check->next) {
        const char *name = json_value_string (json_value_member (check, "name"));
        out->checks++;
        if (name && json_value_is (json_value_member (check, "passed"), JSON_FALSE)) {
            s_list (out->failed_list, out->failed++, name,
                    json_value_string (json_value_member (check, "field")));
            finding_add (&out->broken, &out->broken_count, name, 1);
        }
    }
}

static void s_issues (const struct json_value *issues, struct findings *out)
{
    size_t assumed = 0;
    for (const struct json_value *issue = issues ? issues->first : NULL; issue; issue = issue->next) {
        const char *rule = json_value_string (json_value_member (issue, "rule"));
        const char *severity = json_value_string (json_value_member (issue, "severity"));
        const struct json_value *count = json_value_member (issue, "count");
        if (rule && severity && strcmp (severity, "warning") == 0 && json_value_is (count, JSON_NUMBER)) {
            uint64_t values = strtoull (count->text, NULL, 10);
            out->warnings += values;
            finding_add (&out->warned, &out->warned_count, rule, values);
        }
        if (rule && strlen (rule) > sizeof ASSUMED &&
            strcmp (rule + strlen (rule) - (sizeof ASSUMED - 1), ASSUMED) == 0)
            s_list (out->assumed_list, assumed++, rule,
                    json_value_string (json_value_member (issue, "field")));
    }
}

bool finding_add (struct finding **list, size_t *list_count, const char *name, uint64_t count)
{
    for (size_t i = 0; i < *list_count; i++)
        if (strcmp ((*list)[i].name, name) == 0) {
            (*list)[i].count += count;
            return true;
        }
    if (*list_count == NAMES_MOST)
        return true;
    struct finding *grown = reallocarray (*list, *list_count + 1, sizeof *grown);
    if (!grown)
        return false;
    *list = grown;
    grown += (*list_count)++;
    *grown = (struct finding){.count = count};
    snprintf (grown->name, sizeof grown->name, "%s", name);
    return true;
}

bool findings_read (const char *folder, struct findings *out)
{
    struct error ignored;
    struct json_value *root = result_document_read (folder, "report.json", &ignored);
    *out = (struct findings){.checks = 0};
    snprintf (out->input_sha256, sizeof out->input_sha256, "%s",
              report_text (json_value_member (root, "input"), "sha256"));
    s_checks (json_value_member (root, "checks"), out);
    s_issues (json_value_member (root, "issues"), out);
    bool good = root != NULL;
    json_value_destroy (&root);
    return good;
}

void findings_clear (struct findings *self)
{
    free (self->warned);
    free (self->broken);
    *self = (struct findings){.checks = 0};
}
