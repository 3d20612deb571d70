//  records.c: the records of a result and what was set aside, a page at a time, in the form that the client
//  wants. A cursor is where the next page begins in the file, which never changes.
#include "client/gateway/calls/calls.h"
#include "client/gateway/http/accept.h"
#include "client/gateway/jobs/result.h"
#include "client/gateway/jobs/table_page.h"

#include <czmq.h>

#include <unistd.h>

//  A page of more than this waits for its reader on the disk, so that memory does not grow with slow ones.
enum { PAGE_BYTES_KEPT = 64 * 1024 };
enum { LIMIT_USUAL = 100, LIMIT_MOST = 10000, CURSOR_BYTES = 24 };
enum form { FORM_JSON, FORM_NDJSON, FORM_CSV, FORM_COUNT };

static const char *const TYPES[FORM_COUNT] = {"application/json", "application/x-ndjson", "text/csv"};

static bool s_ends (const char *name, const char *ending)
{
    size_t n = strlen (name), most = strlen (ending);
    return n >= most && streq (name + n - most, ending);
}

//  The form that is wanted of that file; -1: it is in none of those wanted.
static int s_form (const struct call *call, const struct output *output)
{
    int form = accept_choose (call_request_header (call, MHD_HTTP_HEADER_ACCEPT), TYPES, FORM_COUNT);
    bool csv = s_ends (output->name, ".csv");
    if (!csv && !s_ends (output->name, ".ndjson"))
        return -1;
    return form == FORM_CSV && !csv ? -1 : form;
}

static bool s_answer_now (struct call *call, const struct output *output)
{
    struct error error = {.code = DMH_OK};
    uint64_t number;
    if (s_form (call, output) < 0) {
        call_problem (
            call, MHD_HTTP_NOT_ACCEPTABLE, error_word (DMH_UNSUPPORTED),
            "these records can be had as application/json or application/x-ndjson, those of --format "
            "csv also as text/csv; others are files of the job");
        return true;
    }
    if (call_query_number (call, "limit", 1, LIMIT_MOST, LIMIT_USUAL, &number, &error) == DMH_OK)
        call_query_number (call, "after", 0, INT64_MAX, 0, &number, &error);
    if (error.code != DMH_OK)
        call_fail (call, &error);
    return error.code != DMH_OK;
}

//  {"records":[…],"next":…}; and rows one behind the other.
static int s_body (const struct table_page *page, enum form form, const char *cursor, struct buffer *out,
                   struct error *error)
{
    static const char BEGIN[] = "{\"records\":[";
    char end[CURSOR_BYTES + 16];
    int n = snprintf (end, sizeof end, *cursor ? "],\"next\":\"%s\"}" : "],\"next\":null}", cursor);
    int rc = DMH_OK;
    if (buffer_reserve (out, sizeof BEGIN) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (form == FORM_JSON) {
        memcpy (out->at, BEGIN, sizeof BEGIN - 1);
        out->used = sizeof BEGIN - 1;
    }
    rc = table_page_objects (page, form == FORM_JSON ? "," : "\n", out, error);
    if (rc == DMH_OK && buffer_reserve (out, (size_t) n + 1) != 0)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK && form == FORM_JSON) {
        memcpy (out->at + out->used, end, (size_t) n);
        out->used += (size_t) n;
    } else if (rc == DMH_OK && page->count)
        out->at[out->used++] = '\n';
    return rc;
}

//  As it stands in the file.
static int s_csv (const struct table_page *page, struct buffer *out, struct error *error)
{
    if (buffer_reserve (out, page->header.used + page->rows.used + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (page->header.used)
        memcpy (out->at, page->header.at, page->header.used);
    if (page->rows.used)
        memcpy (out->at + page->header.used, page->rows.at, page->rows.used);
    out->used = page->header.used + page->rows.used;
    return DMH_OK;
}

static void s_say_next (struct call *call, const char *cursor, uint64_t limit)
{
    char link[256];
    if (!*cursor)
        return;
    snprintf (link, sizeof link, "<?after=%s&limit=%llu>; rel=\"next\"", cursor, (unsigned long long) limit);
    call_header (call, "Link", link);
    call_header (call, "X-Next-Cursor", cursor);
}

//  A response with those bytes, which are copied. NULL with `error` set.
static struct MHD_Response *s_response (struct call *call, const struct buffer *body, struct error *error)
{
    struct MHD_Response *response = NULL;
    if (body->used <= PAGE_BYTES_KEPT) {
        response = MHD_create_response_from_buffer (body->used, body->at, MHD_RESPMEM_MUST_COPY);
        if (!response)
            error_set (error, DMH_INTERNAL, "out of memory");
        return response;
    }
    int fd = result_hold (call, body->used, error) == DMH_OK ? spool_open (call->gateway->spool, error) : -1;
    if (fd >= 0 && spool_write (fd, 0, body->at, body->used, error) == DMH_OK &&
        !(response = MHD_create_response_from_fd_at_offset64 (body->used, fd, 0)))
        error_set (error, DMH_INTERNAL, "out of memory");
    if (fd >= 0 && !response)
        close (fd);
    return response;
}

static void s_opened (struct call *call, const struct output *output, int fd)
{
    struct error error = {.code = DMH_OK};
    struct table_page page = {.next = 0};
    struct buffer body = {.at = NULL};
    uint64_t limit = 0, after = 0;
    char cursor[CURSOR_BYTES] = "";
    int form = s_form (call, output);
    call_query_number (call, "limit", 1, LIMIT_MOST, LIMIT_USUAL, &limit, &error);
    call_query_number (call, "after", 0, INT64_MAX, 0, &after, &error);
    int rc = form < 0 ? error_set (&error, DMH_UNSUPPORTED, "%s has no pages of records", output->name)
                      : table_page_read (fd, output->bytes, s_ends (output->name, ".csv"), after,
                                         (size_t) limit, &page, &error);
    close (fd);
    if (rc == DMH_OK && page.next)
        snprintf (cursor, sizeof cursor, "%llu", (unsigned long long) page.next);
    if (rc == DMH_OK)
        rc = form == FORM_CSV ? s_csv (&page, &body, &error)
                              : s_body (&page, (enum form) form, cursor, &body, &error);
    struct MHD_Response *response = rc == DMH_OK ? s_response (call, &body, &error) : NULL;
    if (response) {
        call_reply_with (call, MHD_HTTP_OK, response);
        call_header (call, MHD_HTTP_HEADER_CONTENT_TYPE,
                     form == FORM_CSV ? "text/csv; charset=utf-8" : TYPES[form]);
        call_header (call, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT);
        s_say_next (call, cursor, limit);
    } else
        call_fail (call, &error);
    free (body.at);
    table_page_clear (&page);
}

static const struct result_reader PAGE_READER = {s_answer_now, s_opened};

void call_list_records (struct call *call)
{
    result_open (call, call_query (call, "kind"), NULL, &PAGE_READER);
}

void call_list_rejects (struct call *call)
{
    result_open (call, call_query (call, "kind"), "rejects.csv", &PAGE_READER);
}
