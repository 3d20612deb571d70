//  name.c: see name.h.
#include "messages/s3/name.h"

#include "messages/text/utf8.h"

#include <stdio.h>
#include <string.h>

static const char SCHEME[] = "s3://";
enum { SCHEME_BYTES = sizeof SCHEME - 1, BUCKET_LEAST = 3 };

bool s3_name_is (const char *text)
{
    return strncmp (text, SCHEME, SCHEME_BYTES) == 0;
}

static bool s_is_small (char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

static bool s_is_bucket (const char *name, size_t n)
{
    if (n < BUCKET_LEAST || n >= S3_BUCKET_BYTES || !s_is_small (name[0]) || !s_is_small (name[n - 1]))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!s_is_small (name[i]) && name[i] != '-' && (name[i] != '.' || name[i - 1] == '.'))
            return false;
    return true;
}

//  A part of a key between slashes that is a way up or none.
static bool s_leads_away (const char *part, size_t n)
{
    return (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.');
}

static bool s_is_key (const char *key)
{
    const char *at = key;
    for (size_t n; *at; at += n)
        if ((n = utf8_bytes (at)) == 0 || (unsigned char) *at < 0x20 || *at == 0x7f)
            return false;
    for (at = key;; at++) {
        size_t n = strcspn (at, "/");
        if (s_leads_away (at, n))
            return false;
        at += n;
        if (!*at)
            return true;
    }
}

static int s_hex (char digit)
{
    static const char DIGITS[] = "0123456789ABCDEF0123456789abcdef";
    const char *at = digit ? strchr (DIGITS, digit) : NULL;
    return at ? (int) ((at - DIGITS) & 15) : -1;
}

//  false: a wrong escape, or it does not fit.
static bool s_decode (const char *text, char *out, size_t size)
{
    size_t n = 0;
    for (; *text; text++) {
        int high = *text == '%' ? s_hex (text[1]) : 0, low = *text == '%' && high >= 0 ? s_hex (text[2]) : 0;
        if (high < 0 || low < 0 || n + 1 >= size)
            return false;
        char byte = *text == '%' ? (char) (high * 16 + low) : *text;
        if (!byte)
            return false;
        text += *text == '%' ? 2 : 0;
        out[n++] = byte;
    }
    out[n] = 0;
    return true;
}

//  `decode`: the key is percent-encoded.
static bool s_read (const char *text, bool decode, struct s3_name *out)
{
    struct s3_name name = {.bucket = ""};
    if (!s3_name_is (text))
        return false;
    text += SCHEME_BYTES;
    size_t n = strcspn (text, "/");
    const char *key = text[n] ? text + n + 1 : "";
    if (!s_is_bucket (text, n))
        return false;
    memcpy (name.bucket, text, n);
    if (!decode && strlen (key) < sizeof name.key)
        memcpy (name.key, key, strlen (key) + 1);
    else if (!decode || !s_decode (key, name.key, sizeof name.key))
        return false;
    if (!s_is_key (name.key))
        return false;
    *out = name;
    return true;
}

int s3_name_read (const char *word, struct s3_name *out, struct error *error)
{
    if (s_read (word, false, out))
        return DMH_OK;
    return error_set (error, DMH_BAD_INPUT,
                      "%.300s is no name of an object: s3://BUCKET/KEY, the bucket of 3 to %d small letters, "
                      "digits, - and ., the key of at most %d bytes of UTF-8 without . or .. between slashes",
                      word, S3_BUCKET_BYTES - 1, S3_KEY_BYTES - 1);
}

int s3_name_of_uri (const char *uri, struct s3_name *out, struct error *error)
{
    if (s_read (uri, true, out))
        return DMH_OK;
    return error_set (error, DMH_MALFORMED, "the URI of an object is s3://BUCKET/KEY, percent-encoded");
}

bool s3_name_encode (const char *text, bool slashes, char *out, size_t size)
{
    static const char HEX[] = "0123456789ABCDEF";
    size_t n = 0;
    for (; *text; text++) {
        unsigned char byte = (unsigned char) *text;
        bool plain = s_is_small (*text) || (byte >= 'A' && byte <= 'Z') || strchr ("-._~", byte) ||
                     (slashes && byte == '/');
        if (n + (plain ? 1 : 3) >= size)
            return false;
        if (!plain) {
            out[n++] = '%';
            out[n++] = HEX[byte >> 4];
        }
        out[n++] = plain ? *text : HEX[byte & 15];
    }
    out[n] = 0;
    return true;
}

int s3_name_to_uri (const struct s3_name *self, char *out, size_t size, struct error *error)
{
    char key[3 * S3_KEY_BYTES];
    int n = -1;
    if (s3_name_encode (self->key, true, key, sizeof key))
        n = snprintf (out, size, "%s%s/%s", SCHEME, self->bucket, key);
    return n > 0 && (size_t) n < size ? DMH_OK : error_set (error, DMH_TOO_LARGE, "the key is too long");
}

bool s3_name_is_in (const struct s3_name *self, const struct s3_name *root)
{
    size_t n = strlen (root->key);
    while (n && root->key[n - 1] == '/')
        n--;
    if (strcmp (self->bucket, root->bucket) != 0 || strncmp (self->key, root->key, n) != 0)
        return false;
    return n == 0 || (self->key[n] == '/' && self->key[n + 1]);
}
