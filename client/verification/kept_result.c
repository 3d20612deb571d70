//  kept_result.c: see kept_result.h.
#include "client/verification/kept_result.h"

#include "client/result/reading/result_file.h"
#include "messages/base/digest.h"
#include "messages/keys/signing_key.h"

#include <inttypes.h>
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

void kept_result_check (const char *folder, const char *digest, const struct job_record *record,
                        struct problems *problems)
{
    const struct output *report = job_output (record, "report.json");
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
    s_check_signature (folder, job_output (record, SIGNATURE), problems);
}
