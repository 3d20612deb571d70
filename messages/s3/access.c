//  access.c: see access.h.
#define _GNU_SOURCE
#include "messages/s3/access.h"

#include "messages/base/narrow.h"
#include "messages/s3/profile_file.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Of the environment: never NULL.
static const char *s_env (const char *name)
{
    const char *value = getenv (name);
    return value ? value : "";
}

//  The first of two variables that says something; nothing said leaves `out` as it is.
static int s_take (const char *first, const char *second, char *out, size_t size, struct error *error)
{
    const char *name = *s_env (first) ? first : second, *value = s_env (name);
    if (strlen (value) >= size)
        return error_set (error, DMH_USAGE, "%s is longer than it can be", name);
    if (*value)
        snprintf (out, size, "%s", value);
    return DMH_OK;
}

//  A file of ~/.aws, or the one that a variable names. false: there is no home.
static bool s_file (const char *variable, const char *name, char out[PATH_MAX])
{
    const char *told = s_env (variable), *home = s_env ("HOME");
    int n = *told ? snprintf (out, PATH_MAX, "%s", told) : snprintf (out, PATH_MAX, "%s/.aws/%s", home, name);
    return (*told || *home) && n > 0 && n < PATH_MAX;
}

//  What the profile says, the credentials' file before the other one.
static int s_read_profile (struct s3_access *self, const char *profile, char endpoint[S3_URL_BYTES],
                           bool *found, struct error *error)
{
    char path[PATH_MAX], section[300];
    struct profile_value values[] = {{"region", self->region, sizeof self->region},
                                     {"endpoint_url", endpoint, S3_URL_BYTES},
                                     {"ca_bundle", self->ca_bundle, sizeof self->ca_bundle},
                                     {"aws_access_key_id", self->access_key, sizeof self->access_key},
                                     {"aws_secret_access_key", self->secret_key, sizeof self->secret_key},
                                     {"aws_session_token", self->session_token, sizeof self->session_token}};
    bool is_default = strcmp (profile, "default") == 0, one = false, other = false;
    int rc = DMH_OK;
    snprintf (section, sizeof section, is_default ? "%s" : "profile %s", profile);
    if (s_file ("AWS_CONFIG_FILE", "config", path))
        rc = profile_file_read (path, section, values, sizeof values / sizeof *values, &one, error);
    if (rc == DMH_OK && s_file ("AWS_SHARED_CREDENTIALS_FILE", "credentials", path))
        rc = profile_file_read (path, profile, values, sizeof values / sizeof *values, &other, error);
    *found = one || other;
    return rc;
}

//  Keys of the environment stand for themselves: a profile's token does not belong to them.
static int s_take_keys (struct s3_access *self, struct error *error)
{
    if (!*s_env ("AWS_ACCESS_KEY_ID") || !*s_env ("AWS_SECRET_ACCESS_KEY"))
        return DMH_OK;
    *self->session_token = 0;
    int rc = s_take ("AWS_ACCESS_KEY_ID", "", self->access_key, sizeof self->access_key, error);
    if (rc == DMH_OK)
        rc = s_take ("AWS_SECRET_ACCESS_KEY", "", self->secret_key, sizeof self->secret_key, error);
    return rc == DMH_OK
               ? s_take ("AWS_SESSION_TOKEN", "", self->session_token, sizeof self->session_token, error)
               : rc;
}

//  Nothing of it may end a header or a line.
static bool s_is_visible (const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text >= 0x7f)
            return false;
    return true;
}

static int s_check (const struct s3_access *self, const char *profile, bool found, struct error *error)
{
    if (*s_env ("AWS_PROFILE") && !found)
        return error_set (error, DMH_USAGE, "AWS_PROFILE is %.100s, which no file of ~/.aws has", profile);
    if (!*self->access_key || !*self->secret_key)
        return error_set (
            error, DMH_USAGE,
            "no credentials for the object store: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
            "AWS_PROFILE and ~/.aws/credentials (roles, single sign-on and an instance's metadata are not "
            "asked)");
    if (!s_is_visible (self->access_key) || !s_is_visible (self->secret_key) ||
        !s_is_visible (self->session_token) || strchr (self->access_key, '/'))
        return error_set (error, DMH_USAGE,
                          "the credentials for the object store hold characters that none "
                          "has");
    size_t n = strspn (self->region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (self->region[n])
        return error_set (error, DMH_USAGE, "%.60s is no region of an object store", self->region);
    return DMH_OK;
}

int s3_access_set_endpoint (struct s3_access *self, const char *url, struct error *error)
{
    bool tls = strncmp (url, "https://", 8) == 0, plain = strncmp (url, "http://", 7) == 0;
    const char *host = url + (tls ? 8 : 7);
    size_t n = tls || plain ? strcspn (host, "/") : 0, more = n ? strlen (host + n) : 0;
    while (more && host[n + more - 1] == '/')
        more--;
    static const char HOST[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
    bool good = n && n < sizeof self->host && more < sizeof self->base && strspn (host, HOST) == n;
    for (size_t i = 0; good && i < more; i++)
        good = host[n + i] == '/' || host[n + i] == '~' || strchr (HOST, host[n + i]);
    if (!good)
        return error_set (
            error, DMH_USAGE,
            "AWS_ENDPOINT_URL has to be http:// or https://, a host, a port and a path at most");
    snprintf (self->scheme, sizeof self->scheme, "%s", tls ? "https" : "http");
    snprintf (self->host, sizeof self->host, "%.*s", NARROW (int, n), host);
    snprintf (self->base, sizeof self->base, "%.*s", NARROW (int, more), host + n);
    self->by_path = true;
    return DMH_OK;
}

//  AWS's own: a region has one.
static void s_default_endpoint (struct s3_access *self)
{
    bool china = strncmp (self->region, "cn-", 3) == 0;
    snprintf (self->scheme, sizeof self->scheme, "https");
    snprintf (self->host, sizeof self->host, "s3.%s.amazonaws.com%s", self->region, china ? ".cn" : "");
    self->by_path = false;
}

int s3_access_find (struct s3_access *out, struct error *error)
{
    struct s3_access *self = out;
    char endpoint[S3_URL_BYTES] = "";
    const char *profile = *s_env ("AWS_PROFILE") ? s_env ("AWS_PROFILE") : "default";
    bool found = false;
    *self = (struct s3_access){.region = "us-east-1"};
    int rc = s_read_profile (self, profile, endpoint, &found, error);
    if (rc == DMH_OK)
        rc = s_take_keys (self, error);
    if (rc == DMH_OK)
        rc = s_take ("AWS_REGION", "AWS_DEFAULT_REGION", self->region, sizeof self->region, error);
    if (rc == DMH_OK)
        rc = s_take ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", endpoint, sizeof endpoint, error);
    if (rc == DMH_OK)
        rc = s_take ("AWS_CA_BUNDLE", "", self->ca_bundle, sizeof self->ca_bundle, error);
    if (rc == DMH_OK)
        rc = s_check (self, profile, found, error);
    if (rc == DMH_OK && *endpoint)
        rc = s3_access_set_endpoint (self, endpoint, error);
    else if (rc == DMH_OK)
        s_default_endpoint (self);
    if (rc != DMH_OK)
        s3_access_clear (self);
    return rc;
}

void s3_access_clear (struct s3_access *self)
{
    OPENSSL_cleanse (self, sizeof *self);
}

bool s3_access_place (const struct s3_access *self, const struct s3_name *name, char host[S3_HOST_BYTES],
                      char path[S3_URL_BYTES])
{
    char key[3 * S3_KEY_BYTES];
    bool in_path = self->by_path || strchr (name->bucket, '.');
    if (!s3_name_encode (name->key, true, key, sizeof key))
        return false;
    int n = in_path ? snprintf (host, S3_HOST_BYTES, "%s", self->host)
                    : snprintf (host, S3_HOST_BYTES, "%s.%s", name->bucket, self->host);
    int m = in_path
                ? snprintf (path, S3_URL_BYTES, "%s/%s%s%s", self->base, name->bucket, *key ? "/" : "", key)
                : snprintf (path, S3_URL_BYTES, "%s/%s", self->base, key);
    return n > 0 && n < S3_HOST_BYTES && m > 0 && m < S3_URL_BYTES;
}
