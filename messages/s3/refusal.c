//  refusal.c: see refusal.h.
#include "messages/s3/refusal.h"

#include "messages/s3/document.h"

#include <czmq.h>

static bool s_take (void *context, const char *path, const char *text)
{
    char *out = context;
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if (text && streq (path, "Error/Code") && strlen (text) < S3_CODE_BYTES &&
        strspn (text, LETTERS) == strlen (text))
        memcpy (out, text, strlen (text) + 1);
    return true;
}

void refusal_code (const char *bytes, size_t n, char out[S3_CODE_BYTES])
{
    *out = 0;
    if (n)
        s3_document_read (bytes, n, s_take, out);
}

bool refusal_may_pass (long status, const char *code)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504 ||
           streq (code, "SlowDown") || streq (code, "RequestTimeout") || streq (code, "InternalError");
}

int refusal_changed (const char *called, struct error *error)
{
    return error_set (error, DMH_CONFLICT,
                      "%s has changed in the object store while it was read; submit it again when it is "
                      "complete",
                      called);
}

int refusal_say (const struct s3_request *request, const struct s3_answer *answer, const char *region,
                 struct error *error)
{
    const char *called = request->called, *code = *answer->code ? answer->code : "no reason";
    long status = answer->status;
    if (status == 404)
        return error_set (error, DMH_NOT_FOUND, "%s is not in the object store (%ld, %s)", called, status,
                          code);
    if (status == 412)
        return refusal_changed (called, error);
    if (status == 401 || status == 403)
        return error_set (error, DMH_UNAUTHORIZED,
                          "%s: the object store does not let these credentials do that (%ld, %s)", called,
                          status, code);
    if (status >= 300 && status < 400) {
        bool is_region =
            *region && strspn (region, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (region);
        return error_set (error, DMH_UNSUPPORTED,
                          "%s: its bucket is elsewhere%s%s; name its region (AWS_REGION) or its endpoint",
                          called, is_region ? ", in " : "", is_region ? region : "");
    }
    if (refusal_may_pass (status, answer->code))
        return error_set (error, DMH_UNAVAILABLE, "%s: the object store is busy (%ld, %s)", called, status,
                          code);
    return error_set (error, DMH_UNSUPPORTED, "%s: the object store refuses it (%ld, %s)", called, status,
                      code);
}
