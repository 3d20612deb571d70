//  result_owner.c: see result_owner.h.
#define _GNU_SOURCE
#include "client/result/places/result_owner.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/result_folder.h"
#include "messages/base/digest.h"
#include "messages/text/utf8.h"
#include "messages/uri.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool result_owner_is_path (const char *written, const char *path)
{
    while (*path) {
        size_t n = utf8_bytes (path);
        const char *is = n ? path : "\xef\xbf\xbd";
        size_t m = n ? n : 3;
        if (strncmp (written, is, m) != 0)
            return false;
        written += m;
        path += n ? n : 1;
    }
    return *written == 0;
}

//  Where the input is for who gave it. false: it has no path.
static bool s_path (const struct input *input, char path[PATH_MAX])
{
    const char *uri = *input->origin ? input->origin : input->uri;
    return uri_to_place (uri, path, PATH_MAX);
}

static int s_same_bytes (const struct input *input, const char *sha256, bool *same, struct error *error)
{
    char path[PATH_MAX], own[DIGEST_HEX_BYTES] = "";
    int rc = DMH_OK;
    if (*input->sha256)
        memcpy (own, input->sha256, sizeof own);
    else if (uri_to_path (input->uri, path, sizeof path, NULL) == DMH_OK)
        rc = digest_of_file (path, own, NULL, error);
    *same = *own && strcmp (own, sha256) == 0;
    return rc;
}

static int s_check_report (const struct input *input, const char *to, const struct json_value *report,
                           struct error *error)
{
    char path[PATH_MAX];
    const struct json_value *told = json_value_member (report, "input");
    const char *written = report_text (told, "path");
    bool same = false, has_path = s_path (input, path);
    int rc = DMH_OK;
    if (*written && has_path)
        same = result_owner_is_path (written, path);
    else
        rc = s_same_bytes (input, report_text (told, "sha256"), &same, error);
    if (rc != DMH_OK || same)
        return rc;
    return error_set (
        error, DMH_CONFLICT,
        "%.120s: %.140s holds the result of another input, %.140s; give another folder with -o, or "
        "--replace",
        input->name, to, *written ? written : "whose path is not known");
}

static int s_check (const struct input *input, const char *to, bool replace, struct error *error)
{
    struct stat about;
    if (lstat (to, &about) != 0 && errno == ENOENT)
        return DMH_OK;
    int rc = result_folder_check (to, error);
    if (rc != DMH_OK || replace)
        return rc;
    struct error why = {.code = DMH_OK};
    struct json_value *report = result_document_read (to, "report.json", &why);
    if (!report)
        return error_set (
            error, DMH_CONFLICT,
            "%.120s: it cannot be told whose result %.140s is (%.120s); give another folder with "
            "-o, or --replace",
            input->name, to, why.text);
    rc = s_check_report (input, to, report, error);
    json_value_destroy (&report);
    return rc;
}

int result_owner_check (const struct input *input, const char *to, bool replace, struct error *error)
{
    char *failed = NULL;
    int rc = s_check (input, to, replace, error);
    if (rc == DMH_OK && asprintf (&failed, "%s.failed", to) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = s_check (input, failed, replace, error);
    free (failed);
    return rc;
}

bool result_owner_is_job (const char *folder, const char *job)
{
    struct error ignored;
    struct json_value *report = result_document_read (folder, "report.json", &ignored);
    bool is = report && strcmp (report_text (json_value_member (report, "job"), "id"), job) == 0;
    json_value_destroy (&report);
    return is;
}
