//  findings.c: see findings.h.
#include "client/result/findings.h"

#include "client/result/result_folder.h"
#include "messages/json/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_BYTES_MOST = 16 * 1024 * 1024, SHOWN_MOST = 8 };
static const char ASSUMED[] = "_assumed";

static struct json_value *s_read (const char *path)
{
    FILE *file = fopen (path, "rb");
    char *text = file ? malloc (REPORT_BYTES_MOST) : NULL;
    size_t n = text ? fread (text, 1, REPORT_BYTES_MOST, file) : 0;
    struct error error = {.code = DMH_OK};
    struct json_value *root = n ? json_value_new (text, n, JSON_VALUE_DEPTH_MAX, path, &error) : NULL;
    if (file)
        fclose (file);
    free (text);
    return root;
}

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
        if (name && json_value_is (json_value_member (check, "passed"), JSON_FALSE))
            s_list (out->failed_list, out->failed++, name,
                    json_value_string (json_value_member (check, "field")));
    }
}

static void s_issues (const struct json_value *issues, struct findings *out)
{
    size_t assumed = 0;
    for (const struct json_value *issue = issues ? issues->first : NULL; issue; issue = issue->next) {
        const char *rule = json_value_string (json_value_member (issue, "rule"));
        const char *severity = json_value_string (json_value_member (issue, "severity"));
        const struct json_value *count = json_value_member (issue, "count");
        if (rule && severity && strcmp (severity, "warning") == 0 && json_value_is (count, JSON_NUMBER))
            out->warnings += strtoull (count->text, NULL, 10);
        if (rule && strlen (rule) > sizeof ASSUMED &&
            strcmp (rule + strlen (rule) - (sizeof ASSUMED - 1), ASSUMED) == 0)
            s_list (out->assumed_list, assumed++, rule,
                    json_value_string (json_value_member (issue, "field")));
    }
}

bool findings_read (const char *folder, struct findings *out)
{
    char *path = result_folder_join (folder, "report.json");
    struct json_value *root = path ? s_read (path) : NULL;
    *out = (struct findings){.checks = 0};
    s_checks (json_value_member (root, "checks"), out);
    s_issues (json_value_member (root, "issues"), out);
    bool good = root != NULL;
    json_value_destroy (&root);
    free (path);
    return good;
}
