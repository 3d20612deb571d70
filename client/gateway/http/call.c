//  call.c: see call.h.
#include "client/gateway/http/call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void call_reply_with (struct call *self, unsigned status, struct MHD_Response *response)
{
    if (self->response)
        MHD_destroy_response (self->response);
    self->response = response;
    self->status = response ? status : MHD_HTTP_INTERNAL_SERVER_ERROR;
    if (!response)
        self->response = MHD_create_response_from_buffer (0, NULL, MHD_RESPMEM_PERSISTENT);
}

void call_header (struct call *self, const char *name, const char *value)
{
    if (self->response)
        MHD_add_response_header (self->response, name, value);
}

void call_reply (struct call *self, unsigned status, const char *type, const char *text, size_t n)
{
    call_reply_with (self, status,
                     MHD_create_response_from_buffer (n, (void *) (uintptr_t) text, MHD_RESPMEM_MUST_COPY));
    if (type)
        call_header (self, MHD_HTTP_HEADER_CONTENT_TYPE, type);
}

static void s_reply_json (struct call *self, unsigned status, const char *type, json_writer_t **json)
{
    size_t n = 0;
    if (*json)
        json_writer_close (*json);
    const char *text = *json ? json_writer_text (*json, &n) : NULL;
    if (text)
        call_reply (self, status, type, text, n);
    else
        call_reply_with (self, 0, NULL);
    json_writer_destroy (json);
}

void call_reply_json (struct call *self, unsigned status, json_writer_t **json)
{
    s_reply_json (self, status, "application/json", json);
}

//  What a status means, for the title of a problem.
static const char *s_title (unsigned status)
{
    const char *phrase = MHD_get_reason_phrase_for (status);
    return phrase ? phrase : "Error";
}

void call_problem (struct call *self, unsigned status, const char *code, const char *sentence)
{
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "type", "about:blank");
        json_writer_string (json, "title", s_title (status));
        json_writer_number (json, "status", status);
        json_writer_string (json, "detail", sentence);
        json_writer_string (json, "code", code);
        json_writer_string (json, "correlation_id", *self->correlation ? self->correlation : NULL);
    }
    s_reply_json (self, status, "application/problem+json", &json);
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
        call_header (self, MHD_HTTP_HEADER_RETRY_AFTER, "2");
    if (status == MHD_HTTP_UNAUTHORIZED)
        call_header (self, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
}

void call_fail (struct call *self, const struct error *error)
{
    static const struct {
        int code;
        unsigned status;
        int told;    //  the code of the protocol
    } STATUSES[] = {
        {DMH_MALFORMED, 400, DMH_MALFORMED},       {DMH_BAD_INPUT, 400, DMH_MALFORMED},
        {DMH_USAGE, 400, DMH_MALFORMED},           {DMH_UNSUPPORTED, 501, DMH_UNSUPPORTED},
        {DMH_NOT_FOUND, 404, DMH_NOT_FOUND},       {DMH_CONFLICT, 409, DMH_CONFLICT},
        {DMH_TOO_LARGE, 413, DMH_TOO_LARGE},       {DMH_UNAVAILABLE, 503, DMH_UNAVAILABLE},
        {DMH_CANCELLED, 503, DMH_UNAVAILABLE},     {DMH_IO, 503, DMH_UNAVAILABLE},
        {DMH_UNAUTHORIZED, 403, DMH_UNAUTHORIZED},
    };
    //  Nothing else ends what a call waits for.
    const char *sentence = error->code == DMH_CANCELLED ? "the gateway ends; try again later" : error->text;
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
        if (STATUSES[i].code == error->code) {
            call_problem (self, STATUSES[i].status, error_word (STATUSES[i].told), sentence);
            return;
        }
    call_problem (self, MHD_HTTP_INTERNAL_SERVER_ERROR, error_word (DMH_INTERNAL), error->text);
}

void call_finish (struct call *self)
{
    if (!self->response)
        call_problem (self, MHD_HTTP_INTERNAL_SERVER_ERROR, error_word (DMH_INTERNAL), "no answer was made");
    MHD_resume_connection (self->connection);
}

const char *call_request_header (const struct call *self, const char *name)
{
    return MHD_lookup_connection_value (self->connection, MHD_HEADER_KIND, name);
}

const char *call_query (const struct call *self, const char *name)
{
    return target_value (&self->target, name);
}

int call_query_number (const struct call *self, const char *name, uint64_t least, uint64_t most,
                       uint64_t otherwise, uint64_t *out, struct error *error)
{
    const char *text = call_query (self, name);
    *out = otherwise;
    if (!text)
        return DMH_OK;
    size_t digits = strspn (text, "0123456789");
    errno = 0;
    unsigned long long number = strtoull (text, NULL, 10);
    if (!digits || text[digits] || errno || number < least || number > most)
        return error_set (error, DMH_MALFORMED, "%s takes a whole number from %llu to %llu", name,
                          (unsigned long long) least, (unsigned long long) most);
    *out = number;
    return DMH_OK;
}

//  How often the headers come on which it depends where a request ends and what it is.
struct repeats {
    unsigned host, length, encoding, authorization, origin;
};

static enum MHD_Result s_count (void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct repeats *repeats = context;
    (void) kind, (void) value;
    repeats->host += strcasecmp (name, MHD_HTTP_HEADER_HOST) == 0;
    repeats->length += strcasecmp (name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    repeats->encoding += strcasecmp (name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    repeats->authorization += strcasecmp (name, MHD_HTTP_HEADER_AUTHORIZATION) == 0;
    repeats->origin += strcasecmp (name, MHD_HTTP_HEADER_ORIGIN) == 0;
    return MHD_YES;
}

int call_check_framing (const struct call *self, struct error *error)
{
    struct repeats repeats = {.host = 0};
    MHD_get_connection_values (self->connection, MHD_HEADER_KIND, s_count, &repeats);
    if (repeats.host > 1 || repeats.authorization > 1 || repeats.origin > 1)
        return error_set (error, DMH_MALFORMED, "Host, Authorization and Origin stand once in a request");
    if (repeats.length + repeats.encoding > 1)
        return error_set (
            error, DMH_MALFORMED,
            "a request says the end of its body once: by Content-Length or by Transfer-Encoding");
    return DMH_OK;
}

bool call_has_body (const struct call *self)
{
    const char *length = call_request_header (self, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length && strspn (length, "0") != strlen (length)) ||
           call_request_header (self, MHD_HTTP_HEADER_TRANSFER_ENCODING);
}
