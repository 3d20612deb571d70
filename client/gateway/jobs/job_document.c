//  job_document.c: see job_document.h.
#include "client/gateway/jobs/job_document.h"

#include "messages/base/digest.h"

#include <stdio.h>
#include <stdlib.h>

static void s_progress (json_writer_t *json, const struct job_record *record)
{
    uint64_t total = record->bytes_total, done = record->bytes_done;
    json_writer_object (json, "progress");
    json_writer_number (json, "bytes_done", done);
    json_writer_number (json, "bytes_total", total);
    if (job_state_is (record->state, JOB_DONE))
        json_writer_real (json, "fraction", 1, 4);
    else
        json_writer_real (json, "fraction",
                          total ? (double) (done < total ? done : total) / (double) total : 0, 4);
    json_writer_close (json);
}

void job_document_open (json_writer_t *json, const char *key, const struct job_record *record)
{
    struct job_record told = *record;
    told.result[0] = 0;
    json_writer_object (json, key);
    json_writer_string (json, "id", record->job);
    s_progress (json, record);
    if (*record->code || *record->message) {
        json_writer_object (json, "error");
        job_json_text (json, "code", record->code);
        job_json_text (json, "message", record->message);
        json_writer_close (json);
    } else
        json_writer_string (json, "error", NULL);
    job_json_record (json, &told);
}

char *job_document_tag (const struct job_record *record, char out[JOB_TAG_BYTES])
{
    char hex[DIGEST_HEX_BYTES] = "";
    size_t n = 0;
    json_writer_t *json = json_writer_new (false);
    if (json) {
        job_document_open (json, NULL, record);
        json_writer_close (json);
    }
    const char *text = json ? json_writer_text (json, &n) : NULL;
    if (text)
        digest_of (text, n, hex);
    snprintf (out, JOB_TAG_BYTES, "\"%.32s\"", hex);
    json_writer_destroy (&json);
    return out;
}
