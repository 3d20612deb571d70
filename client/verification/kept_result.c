//  kept_result.c: see kept_result.h.
#include "client/verification/kept_result.h"

#include "client/result/reading/result_file.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"
#include "messages/keys/signing_key.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char SIGNATURE[] = "report.json.sig";

//  The signature is in no list of the report's.
static void s_check_signature (const char *folder, const struct output *kept, struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    char hex[DIGEST_HEX_BYTES];
    FILE *file = result_file_open (folder, SIGNATURE, &error);
    char bytes[SIGNATURE_BYTES + 1];    //  what is longer is none
    size_t n = file ? fread (bytes, 1, sizeof bytes, file) : 0;
    int rc = file ? DMH_OK : error.code;
    if (file)
        fclose (file);
    if (rc == DMH_NOT_FOUND && !kept)
        return;
    if (rc != DMH_OK)
        problems_add (problems, "%s", error.text);
    else if (!kept)
        problems_add (problems, "the job's result has no %s; somebody put one there", SIGNATURE);
    else if (strcmp (kept->sha256, digest_of (bytes, n, hex)) != 0)
        problems_add (problems, "%s is not the one of the job's result: its SHA-256 is %.16s…", SIGNATURE,
                      hex);
}

//  What the job keeps of that name; of one that joins, of the table whose report has that SHA-256.
static const struct output *s_kept (const struct job_record *record, const char *name, const char *digest)
{
    char full[NAME_BYTES];
    if (!job_has_tables (record))
        return job_output (record, name);
    for (size_t i = 0; i < record->outputs_count; i++) {
        const char *of = record->outputs[i].name, *slash = strchr (of, '/');
        if (!slash || strcmp (slash, "/report.json") != 0 || strcmp (record->outputs[i].sha256, digest) != 0)
            continue;
        snprintf (full, sizeof full, "%.*s/%.60s", NARROW (int, slash - of), of, name);
        return job_output (record, full);
    }
    return strcmp (name, "report.json") == 0 ? &record->outputs[0] : NULL;    //  which it is not
}

void kept_result_check (const char *folder, const char *digest, const struct job_record *record,
                        struct problems *problems)
{
    const struct output *report = s_kept (record, "report.json", digest);
    if (!job_has_result (record) || !report) {
        problems_add (problems, "the broker keeps no result of job %s, which is %s", record->job,
                      record->state);
        return;
    }
    if (strcmp (report->sha256, digest) != 0)
        problems_add (problems,
                      "it is not the result of job %s, attempt %" PRIu64
                      ": the SHA-256 of report.json is not the one that the broker keeps; fetch it anew",
                      record->job, record->attempt);
    s_check_signature (folder, s_kept (record, SIGNATURE, digest), problems);
}
