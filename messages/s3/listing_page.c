//  listing_page.c: see listing_page.h. Whether keys are encoded may be said behind them, so the page is
//  looked through twice.
#include "messages/s3/listing_page.h"

#include "messages/s3/document.h"

#include <czmq.h>

enum { WORD_OF_KEY_BYTES = 3 * S3_KEY_BYTES + S3_BUCKET_BYTES + 16 };

struct page {
    const struct s3_name *prefix;
    s3_listing_fn *fn;
    void *context;
    struct error *error;
    int rc;    //  of the function
    char key[3 * S3_KEY_BYTES], token[S3_TOKEN_BYTES_MOST];
    uint64_t bytes;
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
static bool s_read_key (const struct page *self, struct s3_name *out)
{
    char word[WORD_OF_KEY_BYTES];
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

static bool s_tell (struct page *self)
{
    struct s3_name name;
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
    struct page *self = context;
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
    struct page *self = context;
    if (text && streq (path, ROOT "/Contents/Key"))
        return s_copy (self->key, sizeof self->key, text);
    if (text && streq (path, ROOT "/Contents/Size"))
        self->bytes = strtoull (text, NULL, 10);
    return text || !streq (path, ROOT "/Contents") || s_tell (self);
}

int listing_page_read (const struct s3_name *prefix, const char *bytes, size_t n, s3_listing_fn *fn,
                       void *context, char next[S3_TOKEN_BYTES_MOST], struct error *error)
{
    struct page self = {.prefix = prefix, .fn = fn, .context = context, .error = error};
    int rc = s3_document_read (bytes, n, s_take_page, &self);
    bool whole = rc == DMH_OK && self.is_listing && (!self.more || *self.token);
    rc = whole ? s3_document_read (bytes, n, s_take_key, &self) : DMH_MALFORMED;
    if (self.rc != DMH_OK || rc != DMH_OK)
        return self.rc != DMH_OK ? self.rc : rc;
    snprintf (next, S3_TOKEN_BYTES_MOST, "%s", self.more ? self.token : "");
    return DMH_OK;
}
