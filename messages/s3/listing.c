//  listing.c: see listing.h.
#include "messages/s3/listing.h"

enum { LISTED_MOST = 1000000 };

struct listing {
    const struct s3_name *prefix;
    s3_listing_fn *fn;
    void *context;
    size_t count;    //  of objects and pages
    char next[S3_TOKEN_BYTES_MOST];
};

static int s_count (struct listing *self, struct error *error)
{
    return ++self->count <= LISTED_MOST
               ? DMH_OK
               : error_set (error, DMH_TOO_LARGE,
                            "s3://%s/%.200s holds more than a million objects; name a folder below it",
                            self->prefix->bucket, self->prefix->key);
}

static int s_tell (void *context, const struct s3_name *name, uint64_t bytes, struct error *error)
{
    struct listing *self = context;
    int rc = s_count (self, error);
    return rc == DMH_OK ? self->fn (self->context, name, bytes, error) : rc;
}

//  One page; `after`: where it begins.
static int s_read (s3_client_t *client, struct listing *self, const char *after, bool deep,
                   const char *called, struct error *error)
{
    struct buffer text = {.at = NULL};
    struct s3_answer answer;
    struct s3_name bucket = {.key = ""};
    struct s3_request request = {
        .method = "GET",
        .name = &bucket,
        .called = called,
        .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", self->prefix->key}},
        .query_count = 3,
        .body_fd = -1,
        .fd = -1,
        .text = &text};
    memcpy (bucket.bucket, self->prefix->bucket, sizeof bucket.bucket);
    if (!deep)
        request.query[request.query_count++] = (struct s3_pair){"delimiter", "/"};
    if (*after)
        request.query[request.query_count++] = (struct s3_pair){"continuation-token", after};
    int rc = s3_client_do (client, &request, &answer, error);
    if (rc == DMH_OK)
        rc = listing_page_read (self->prefix, text.at ? text.at : "", text.used, s_tell, self, self->next,
                                error);
    free (text.at);
    return rc == DMH_MALFORMED
               ? error_set (error, rc, "%s: the object store's list cannot be understood", called)
               : rc;
}

int s3_listing_read (s3_client_t *client, const struct s3_name *prefix, bool deep, s3_listing_fn *fn,
                     void *context, struct error *error)
{
    char after[S3_TOKEN_BYTES_MOST] = "", called[S3_KEY_BYTES + S3_BUCKET_BYTES + 8];
    struct listing self = {.prefix = prefix, .fn = fn, .context = context};
    snprintf (called, sizeof called, "s3://%s/%s", prefix->bucket, prefix->key);
    int rc;
    do {
        memcpy (after, self.next, sizeof after);
        rc = s_count (&self, error);    //  a server may go on for ever with pages that hold nothing
        if (rc == DMH_OK)
            rc = s_read (client, &self, after, deep, called, error);
    } while (rc == DMH_OK && *self.next);
    return rc;
}
