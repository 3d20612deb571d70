//  listing.c: see listing.h. Keys are asked for percent-encoded (encoding-type=url), as not every key can be
//  XML; a server that does not know that says nothing of it in its answer, which is looked through for it
//  first.
#include "messages/s3/listing.h"

#include "messages/s3/document.h"

enum { TOKEN_BYTES = 2048, LISTED_MOST = 1000000 };

struct listing {
    const struct s3_name *prefix;
    s3_listing_fn *fn;
    void *context;
    struct error *error;
    int rc;    //  of the function
    char key[3 * S3_KEY_BYTES], token[TOKEN_BYTES];
    uint64_t bytes;
    size_t count;
    bool more, is_listing, encoded;
};

static bool s_copy (char *out, size_t size, const char *text)
{
    size_t n = strlen (text);
    if (n >= size)
        return false;
    memcpy (out, text, n + 1);
    return true;
}

//  Encoded as a form is: a + is a space there.
static bool s_read_key (const struct listing *self, struct s3_name *out)
{
    char word[S3_URL_BYTES + 128];
    size_t n = (size_t) snprintf (word, sizeof word, "s3://%s/", self->prefix->bucket);
    for (const char *at = self->key; *at && n + 4 < sizeof word; at++) {
        bool space = self->encoded && *at == '+';
        memcpy (word + n, space ? "%20" : at, space ? 3 : 1);
        n += space ? 3 : 1;
    }
    word[n] = 0;
    size_t m = strlen (self->prefix->key);
    int rc = self->encoded ? s3_name_of_uri (word, out, NULL) : s3_name_read (word, out, NULL);
    return rc == DMH_OK && strncmp (out->key, self->prefix->key, m) == 0 && out->key[m] &&
           out->key[strlen (out->key) - 1] != '/';
}

static bool s_tell (struct listing *self)
{
    struct s3_name name;
    if (++self->count > LISTED_MOST) {
        self->rc = error_set (self->error, DMH_TOO_LARGE,
                              "s3://%s/%.200s holds more than a million objects; name a folder below it",
                              self->prefix->bucket, self->prefix->key);
        return false;
    }
    if (s_read_key (self, &name))
        self->rc = self->fn (self->context, &name, self->bytes, self->error);
    *self->key = 0;
    self->bytes = 0;
    return self->rc == DMH_OK;
}

#define ROOT "ListBucketResult"

//  What it says of itself.
static bool s_take_page (void *context, const char *path, const char *text)
{
    struct listing *self = context;
    self->is_listing = self->is_listing || streq (path, ROOT);
    if (text && streq (path, ROOT "/IsTruncated"))
        self->more = streq (text, "true");
    else if (text && streq (path, ROOT "/EncodingType"))
        self->encoded = streq (text, "url");
    else if (text && streq (path, ROOT "/NextContinuationToken"))
        return s_copy (self->token, sizeof self->token, text);
    return true;
}

static bool s_take_key (void *context, const char *path, const char *text)
{
    struct listing *self = context;
    if (text && streq (path, ROOT "/Contents/Key"))
        return s_copy (self->key, sizeof self->key, text);
    if (text && streq (path, ROOT "/Contents/Size"))
        self->bytes = strtoull (text, NULL, 10);
    return text || !streq (path, ROOT "/Contents") || s_tell (self);
}

static int s_take_answer (struct listing *self, const char *bytes, size_t n)
{
    self->more = self->is_listing = self->encoded = false;
    int rc = s3_document_read (bytes, n, s_take_page, self);
    bool whole = rc == DMH_OK && self->is_listing && (!self->more || *self->token);
    return whole ? s3_document_read (bytes, n, s_take_key, self) : DMH_MALFORMED;
}

//  One page; `after`: where it begins.
static int s_read (s3_client_t *client, struct listing *self, const char *after, bool deep,
                   const char *called)
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
    int rc = s3_client_do (client, &request, &answer, self->error);
    int read = rc == DMH_OK ? s_take_answer (self, text.at ? text.at : "", text.used) : DMH_OK;
    free (text.at);
    if (rc != DMH_OK || self->rc != DMH_OK)
        return rc != DMH_OK ? rc : self->rc;
    if (read != DMH_OK)
        return error_set (self->error, DMH_MALFORMED, "%s: the object store's list cannot be understood",
                          called);
    return DMH_OK;
}

int s3_listing_read (s3_client_t *client, const struct s3_name *prefix, bool deep, s3_listing_fn *fn,
                     void *context, struct error *error)
{
    char after[TOKEN_BYTES] = "", called[S3_KEY_BYTES + S3_BUCKET_BYTES + 8];
    struct listing *self = calloc (1, sizeof *self);
    if (!self)
        return error_set (error, DMH_INTERNAL, "out of memory");
    *self = (struct listing){.prefix = prefix, .fn = fn, .context = context, .error = error, .more = true};
    snprintf (called, sizeof called, "s3://%s/%s", prefix->bucket, prefix->key);
    int rc = DMH_OK;
    while (rc == DMH_OK && self->more) {
        memcpy (after, self->token, sizeof after);
        *self->token = 0;
        rc = s_read (client, self, after, deep, called);
    }
    free (self);
    return rc;
}
