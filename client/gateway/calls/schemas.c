//  schemas.c: the kinds of record that dmh knows, and what a file looks like.
#include "client/gateway/calls/calls.h"
#include "client/gateway/jobs/job_options.h"
#include "messages/base/clock.h"
#include "messages/job_json.h"
#include "worker/inspect/inspection_json.h"
#include "worker/inspect/kind_page.h"

#include <czmq.h>

//  An inspection looks at 64 MiB of a file; one that takes longer than this was made for it.
enum { VALUES_LEAST = 5, INSPECTION_MS = 120000 };
static const uint64_t UNPACKED_BYTES_MAX = (uint64_t) 4 << 30;

void call_list_schemas (struct call *call)
{
    struct kind_page *kinds = NULL;
    size_t count = 0;
    struct error error = {.code = DMH_OK};
    if (kind_page_all (&kinds, &count, &error) != DMH_OK)
        call_fail (call, &error);
    else {
        json_writer_t *json = json_writer_new (false);
        if (json) {
            json_writer_object (json, NULL);
            json_writer_array (json, "schemas");
            for (size_t i = 0; i < count; i++) {
                json_writer_object (json, NULL);
                json_writer_string (json, "name", kinds[i].name);
                json_writer_string (json, "version", kinds[i].version);
                json_writer_string (json, "title", kinds[i].title);
                json_writer_string (json, "description", kinds[i].description);
                json_writer_number (json, "fields", kinds[i].field_count);
                json_writer_string (json, "sha256", kinds[i].sha256);
                json_writer_close (json);
            }
            json_writer_close (json);
        }
        call_reply_json (call, MHD_HTTP_OK, &json);
    }
    kind_page_free (&kinds, count);
    call_finish (call);
}

//  The schema file as it stands.
void call_show_schema (struct call *call)
{
    struct kind_page *kinds = NULL;
    size_t count = 0, i = 0;
    struct error error = {.code = DMH_OK};
    if (kind_page_all (&kinds, &count, &error) != DMH_OK)
        call_fail (call, &error);
    else {
        while (i < count && !streq (kinds[i].name, call->parts[0]))
            i++;
        if (i < count)
            call_reply (call, MHD_HTTP_OK, "application/json", kinds[i].json, strlen (kinds[i].json));
        else
            call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND),
                          "there is no such kind; /api/v1/schemas lists them");
    }
    kind_page_free (&kinds, count);
    call_finish (call);
}

//  Of a call.
struct inspecting {
    struct arguments arguments;
    int64_t until;    //  mono ms
};

static void s_destroy (void *argument)
{
    struct inspecting *work = argument;
    arguments_clear (&work->arguments);
    free (work);
}

static void s_answer (struct call *call, const struct inspection *inspection, const char *name)
{
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "input", name);
        inspection_json (json, inspection);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
}

//  The gateway ends, or there was time enough.
static bool s_stops (void *context)
{
    const struct call *call = context;
    const struct inspecting *work = call->work;
    return tasks_are_ending (call->gateway->looking) || clock_mono_ms () >= work->until;
}

static void s_say_why (const struct call *call, struct error *error)
{
    if (!tasks_are_ending (call->gateway->looking))
        error_set (error, DMH_TOO_LARGE, "to look into this file takes longer than %d s; send it without",
                   INSPECTION_MS / 1000);
}

//  In a task, as it reads the file.
static void s_inspect (void *context, bool stopping)
{
    struct call *call = context;
    struct inspecting *work = call->work;
    const struct interruption interruption = {s_stops, call};
    const struct upload_file *file = upload_file (call->upload, 0);
    struct error error = {.code = DMH_OK};
    struct inspection inspection;
    char path[64];
    snprintf (path, sizeof path, "/proc/self/fd/%d", file->fd);
    work->until = clock_mono_ms () + INSPECTION_MS;
    int rc = stopping ? error_set (&error, DMH_UNAVAILABLE, "the gateway ends; try again later")
                      : inspection_of_file (path, file->name, &work->arguments.options, VALUES_LEAST,
                                            &interruption, &inspection, &error);
    if (rc == DMH_CANCELLED)
        s_say_why (call, &error);
    if (rc == DMH_OK) {
        s_answer (call, &inspection, file->name);
        inspection_clear (&inspection);
    } else
        call_fail (call, &error);
    call_finish (call);
}

void call_inspect (struct call *call)
{
    struct error error = {.code = DMH_OK};
    char batch[NAME_BYTES];
    struct inspecting *work = calloc (1, sizeof *work);
    int rc = work ? DMH_OK : error_set (&error, DMH_INTERNAL, "out of memory");
    if (work) {
        call->work = work;
        call->work_destroy = s_destroy;
        rc = job_options_read (&work->arguments, call->upload, &call->target, batch, &error);
    }
    if (rc == DMH_OK && (upload_file_count (call->upload) != 1 || work->arguments.kind_count > 1))
        rc = error_set (&error, DMH_MALFORMED, "inspect looks at one file, as one kind");
    if (rc == DMH_OK) {
        uint64_t *most = &work->arguments.options.unpacked_bytes;
        *most = *most && *most < UNPACKED_BYTES_MAX ? *most : UNPACKED_BYTES_MAX;
    }
    if (rc == DMH_OK)
        rc = tasks_add (call->gateway->looking, s_inspect, call, call->caller, &error);
    if (rc == DMH_OK)
        return;
    call_fail (call, &error);
    call_finish (call);
}
