//  results.c: the report of a job, the names of its files, and a file as it is. The broker is asked for the
//  job each time, so that nothing is had of one that is another's or has left.
#include "client/gateway/calls/calls.h"
#include "client/gateway/http/byte_range.h"
#include "client/gateway/jobs/result.h"

#include <czmq.h>

#include <unistd.h>

enum { TAG_BYTES = HEX_BYTES + 2 };

//  An output's type, by its name.
static const char *s_type (const char *name)
{
    static const char *const TYPES[][2] = {
        {".csv", "text/csv; charset=utf-8"},    {".ndjson", "application/x-ndjson"},
        {".json", "application/json"},          {".db", "application/vnd.sqlite3"},
        {".sqlite", "application/vnd.sqlite3"}, {".gz", "application/gzip"},
        {".fai", "text/tab-separated-values"},
    };
    size_t n = strlen (name);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        size_t ending = strlen (TYPES[i][0]);
        if (n > ending && streq (name + n - ending, TYPES[i][0]))
            return TYPES[i][1];
    }
    return "application/octet-stream";
}

static void s_list (struct call *call, const struct job_record *record)
{
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_array (json, "files");
        for (size_t i = 0; i < record->outputs_count; i++) {
            const struct output *output = &record->outputs[i];
            json_writer_object (json, NULL);
            json_writer_string (json, "name", output->name);
            json_writer_number (json, "bytes", output->bytes);
            json_writer_string (json, "sha256", output->sha256);
            json_writer_number (json, "records", output->records);
            json_writer_string (json, "type", s_type (output->name));
            json_writer_close (json);
        }
        json_writer_close (json);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
}

void call_list_files (struct call *call)
{
    result_ask (call, NULL, s_list);
}

//  The file's own name, where it lies in the folder of a kind.
static const char *s_base (const char *name)
{
    const char *slash = strrchr (name, '/');
    return slash ? slash + 1 : name;
}

//  Bytes that HEAD speaks of and nobody reads.
static ssize_t s_no_bytes (void *context, uint64_t at, char *to, size_t n)
{
    (void) context, (void) at, (void) to, (void) n;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static void s_headers (struct call *call, const struct output *output, const char *tag, bool attachment)
{
    char text[3 * NAME_BYTES + 64];
    call_header (call, MHD_HTTP_HEADER_ETAG, tag);
    call_header (call, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "private, no-cache");
    if (call->status == MHD_HTTP_NOT_MODIFIED)
        return;
    call_header (call, MHD_HTTP_HEADER_CONTENT_TYPE, s_type (output->name));
    if (attachment) {
        snprintf (text, sizeof text, "attachment; filename=\"%s\"", s_base (output->name));
        call_header (call, MHD_HTTP_HEADER_CONTENT_DISPOSITION, text);
    }
}

//  The whole of it or a part; `fd` is -1 for HEAD.
static void s_reply (struct call *call, const struct output *output, int fd)
{
    char tag[TAG_BYTES], text[64];
    uint64_t first = 0, count = output->bytes;
    snprintf (tag, sizeof tag, "\"%s\"", output->sha256);
    const char *if_range = call_request_header (call, MHD_HTTP_HEADER_IF_RANGE);
    bool ranged = !if_range || byte_range_has_tag (if_range, tag);
    enum byte_range_kind kind = byte_range_read (
        ranged ? call_request_header (call, MHD_HTTP_HEADER_RANGE) : NULL, output->bytes, &first, &count);
    if (kind == RANGE_NONE) {
        call_problem (call, MHD_HTTP_RANGE_NOT_SATISFIABLE, error_word (DMH_MALFORMED),
                      "the range begins beyond the end of the file");
        snprintf (text, sizeof text, "bytes */%llu", (unsigned long long) output->bytes);
        call_header (call, MHD_HTTP_HEADER_CONTENT_RANGE, text);
        if (fd >= 0)
            close (fd);
        return;
    }
    struct MHD_Response *response =
        fd >= 0 ? MHD_create_response_from_fd_at_offset64 (count, fd, first)
                : MHD_create_response_from_callback (count, 1, s_no_bytes, NULL, NULL);
    if (!response && fd >= 0)
        close (fd);
    call_reply_with (call, kind == RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, response);
    if (kind == RANGE_PART) {
        snprintf (text, sizeof text, "bytes %llu-%llu/%llu", (unsigned long long) first,
                  (unsigned long long) (first + count - 1), (unsigned long long) output->bytes);
        call_header (call, MHD_HTTP_HEADER_CONTENT_RANGE, text);
    }
    s_headers (call, output, tag,
               !streq (s_base (output->name), "report.json") || call->route->handler != call_show_report);
}

static void s_opened (struct call *call, const struct output *output, int fd)
{
    s_reply (call, output, fd);
}

//  What is known without the file.
static bool s_answer_now (struct call *call, const struct output *output)
{
    char tag[TAG_BYTES];
    const char *known = call_request_header (call, MHD_HTTP_HEADER_IF_NONE_MATCH);
    snprintf (tag, sizeof tag, "\"%s\"", output->sha256);
    if (known && (byte_range_has_tag (known, tag) || streq (known, "*"))) {
        call_reply (call, MHD_HTTP_NOT_MODIFIED, NULL, "", 0);
        s_headers (call, output, tag, false);
        return true;
    }
    if (call->is_head)
        s_reply (call, output, -1);
    return call->is_head;
}

static const struct result_reader FILE_READER = {s_answer_now, s_opened};

void call_show_file (struct call *call)
{
    result_open (call, NULL, call->parts[1], &FILE_READER);
}

void call_show_file_of_kind (struct call *call)
{
    result_open (call, call->parts[1], call->parts[2], &FILE_READER);
}

void call_show_report (struct call *call)
{
    result_open (call, call_query (call, "kind"), "report.json", &FILE_READER);
}
