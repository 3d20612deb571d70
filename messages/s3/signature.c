//  signature.c: see signature.h.
#include "messages/s3/signature.h"

#include "messages/base/digest.h"
#include "messages/base/narrow.h"
#include "messages/s3/name.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEY_BYTES = 32, DAY_BYTES = 8, SCOPE_BYTES = 128, SIGNED_BYTES = 512, CANONICAL_BYTES = 16 * 1024 };

char *s3_date (int64_t wall_ms, char out[S3_DATE_BYTES])
{
    time_t seconds = (time_t) (wall_ms / 1000);
    struct tm when = {.tm_year = 0};
    gmtime_r (&seconds, &when);
    if (strftime (out, S3_DATE_BYTES, "%Y%m%dT%H%M%SZ", &when) == 0)
        *out = 0;
    return out;
}

static int s_by_name (const void *a, const void *b)
{
    return strcmp (((const struct s3_pair *) a)->name, ((const struct s3_pair *) b)->name);
}

bool s3_query (struct s3_pair *pairs, size_t count, char *out, size_t size)
{
    size_t n = 0;
    *out = 0;
    if (count)
        qsort (pairs, count, sizeof *pairs, s_by_name);
    for (size_t i = 0; i < count; i++) {
        if (n + 2 >= size)
            return false;
        if (i)
            out[n++] = '&';
        if (!s3_name_encode (pairs[i].name, false, out + n, size - n))
            return false;
        n += strlen (out + n);
        if (n + 2 >= size)
            return false;
        out[n++] = '=';
        if (!s3_name_encode (pairs[i].value, false, out + n, size - n))
            return false;
        n += strlen (out + n);
    }
    return true;
}

static bool s_hmac (const unsigned char *key, size_t key_bytes, const char *text,
                    unsigned char out[KEY_BYTES])
{
    unsigned n = 0;
    digest_ready ();
    return HMAC (EVP_sha256 (), key, NARROW (int, key_bytes), (const unsigned char *) text, strlen (text),
                 out, &n) &&
           n == KEY_BYTES;
}

//  Of the day, the region and the service, so that the secret itself signs nothing that is sent.
static bool s_key (const struct s3_signing *signing, const char *day, unsigned char key[KEY_BYTES])
{
    char first[512];
    int n = snprintf (first, sizeof first, "AWS4%s", signing->secret_key);
    bool good = n > 0 && (size_t) n < sizeof first &&
                s_hmac ((const unsigned char *) first, (size_t) n, day, key) &&
                s_hmac (key, KEY_BYTES, signing->region, key) && s_hmac (key, KEY_BYTES, "s3", key) &&
                s_hmac (key, KEY_BYTES, "aws4_request", key);
    OPENSSL_cleanse (first, sizeof first);
    return good;
}

//  The names of the headers, with ; between them.
static bool s_names (const struct s3_signing *signing, char out[SIGNED_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < signing->header_count; i++) {
        int more = snprintf (out + n, SIGNED_BYTES - n, "%s%s", i ? ";" : "", signing->headers[i].name);
        if (more < 0 || (size_t) more >= SIGNED_BYTES - n)
            return false;
        n += (size_t) more;
    }
    return true;
}

//  "Task 1" of the documentation: the request in its one form.
static bool s_canonical (const struct s3_signing *signing, const char *names, char *out, size_t size)
{
    int more = snprintf (out, size, "%s\n%s\n%s\n", signing->method, signing->path, signing->query);
    size_t n = more > 0 ? (size_t) more : size;
    for (size_t i = 0; n < size && i < signing->header_count; i++) {
        more = snprintf (out + n, size - n, "%s:%s\n", signing->headers[i].name, signing->headers[i].value);
        n += more > 0 ? (size_t) more : size;
    }
    if (n >= size)
        return false;
    more = snprintf (out + n, size - n, "\n%s\n%s", names, signing->payload);
    return more > 0 && (size_t) more < size - n;
}

int s3_sign (const struct s3_signing *signing, char out[S3_AUTHORIZATION_BYTES], struct error *error)
{
    char names[SIGNED_BYTES], scope[SCOPE_BYTES], day[DAY_BYTES + 1], hashed[DIGEST_HEX_BYTES], text[512];
    unsigned char key[KEY_BYTES], sum[KEY_BYTES];
    char *canonical = malloc (CANONICAL_BYTES);
    if (!canonical)
        return error_set (error, DMH_INTERNAL, "out of memory");
    snprintf (day, sizeof day, "%.8s", signing->date);
    int n = snprintf (scope, sizeof scope, "%s/%s/s3/aws4_request", day, signing->region);
    bool fits = n > 0 && (size_t) n < sizeof scope && s_names (signing, names) &&
                s_canonical (signing, names, canonical, CANONICAL_BYTES);
    if (fits) {
        digest_of (canonical, strlen (canonical), hashed);
        n = snprintf (text, sizeof text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", signing->date, scope, hashed);
        fits = n > 0 && (size_t) n < sizeof text;
    }
    free (canonical);
    if (!fits)
        return error_set (error, DMH_TOO_LARGE, "a request is too long to be signed");
    bool good = s_key (signing, day, key) && s_hmac (key, KEY_BYTES, text, sum);
    OPENSSL_cleanse (key, sizeof key);
    if (!good)
        return error_set (error, DMH_INTERNAL, "a request cannot be signed");
    n = snprintf (out, S3_AUTHORIZATION_BYTES,
                  "AWS4-HMAC-SHA256 Credential=%s/%s,SignedHeaders=%s,Signature=", signing->access_key, scope,
                  names);
    if (n < 0 || (size_t) n + 2 * KEY_BYTES >= S3_AUTHORIZATION_BYTES)
        return error_set (error, DMH_TOO_LARGE, "an access key is too long to sign with");
    for (size_t i = 0; i < KEY_BYTES; i++)
        snprintf (out + n + 2 * i, 3, "%02x", sum[i]);
    return DMH_OK;
}
