//  signed_headers.c: see signed_headers.h.
#include "messages/s3/signed_headers.h"

#include "messages/base/clock.h"

#include <czmq.h>
#include <unistd.h>

enum { HEADERS_MAX = 8, PIECE_BYTES = 64 * 1024 };

int signed_payload (const struct s3_request *request, char out[DIGEST_HEX_BYTES], struct error *error)
{
    if (request->body || request->body_fd < 0) {
        digest_of (request->body ? request->body : "", request->body ? strlen (request->body) : 0, out);
        return DMH_OK;
    }
    digest_t *digest = digest_new ();
    char *piece = malloc (PIECE_BYTES);
    int rc = digest && piece ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (uint64_t at = 0; rc == DMH_OK && at < request->body_bytes;) {
        uint64_t left = request->body_bytes - at;
        ssize_t n = pread (request->body_fd, piece, left < PIECE_BYTES ? (size_t) left : PIECE_BYTES,
                           (off_t) (request->body_at + at));
        if (n <= 0)
            rc = error_set (error, DMH_IO, "%s cannot be read: %s", request->called,
                            n < 0 ? strerror (errno) : "it has become shorter");
        else
            digest_update (digest, piece, (size_t) n);
        at += n > 0 ? (uint64_t) n : 0;
    }
    if (rc == DMH_OK)
        digest_hex (digest, out);
    digest_destroy (&digest);
    free (piece);
    return rc;
}

//  Adds "name: value"; false: out of memory.
static bool s_add (struct curl_slist **list, const char *name, const char *value)
{
    char *line = zsys_sprintf ("%s: %s", name, value);
    struct curl_slist *more = line ? curl_slist_append (*list, line) : NULL;
    zstr_free (&line);
    *list = more ? more : *list;
    return more;
}

//  What is signed is what is sent. By name, as a signature has them.
int signed_headers (const struct s3_request *request, const struct s3_access *access, const char *host,
                    const char *path, const char *query, const char *payload, struct curl_slist **list,
                    struct error *error)
{
    char date[S3_DATE_BYTES], range[64], authorization[S3_AUTHORIZATION_BYTES];
    struct s3_pair headers[HEADERS_MAX];
    size_t n = 0;
    headers[n++] = (struct s3_pair){"host", host};
    if (request->if_match)
        headers[n++] = (struct s3_pair){"if-match", request->if_match};
    headers[n++] = (struct s3_pair){"x-amz-content-sha256", payload};
    headers[n++] = (struct s3_pair){"x-amz-date", s3_date (clock_wall_ms (), date)};
    if (*access->session_token)
        headers[n++] = (struct s3_pair){"x-amz-security-token", access->session_token};
    const struct s3_signing signing = {.method = request->method,
                                       .path = path,
                                       .query = query,
                                       .headers = headers,
                                       .header_count = n,
                                       .payload = payload,
                                       .date = date,
                                       .region = access->region,
                                       .access_key = access->access_key,
                                       .secret_key = access->secret_key};
    int rc = s3_sign (&signing, authorization, error);
    bool added = rc == DMH_OK && s_add (list, "Authorization", authorization);
    for (size_t i = 0; added && i < n; i++)
        added = s_add (list, headers[i].name, headers[i].value);
    //  Not signed, as in Amazon's own libraries: what is between may ask for other ranges.
    snprintf (range, sizeof range, "bytes=%" PRIu64 "-%" PRIu64, request->at, request->end - 1);
    if (added && request->fd >= 0 && request->end > request->at)
        added = s_add (list, "Range", range);
    //  Else curl asks before it sends, and names a form that it is not.
    struct curl_slist *more = added ? curl_slist_append (*list, "Expect:") : NULL;
    *list = more ? more : *list;
    added = more && s_add (list, "Content-Type", "application/octet-stream");
    return rc == DMH_OK && !added ? error_set (error, DMH_INTERNAL, "out of memory") : rc;
}
