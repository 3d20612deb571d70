//  object_store.c: see object_store.h.
#define _GNU_SOURCE
#include "test/support/objects/object_store.h"

#include "messages/base/digest.h"
#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool object_store_start (struct object_store *self, const char *faults)
{
    static const char *const PACKAGES[] = {"s3rver", "aws4", NULL};
    *self = (struct object_store){.server = 0};
    if (!node_script_can_run (PACKAGES))
        return false;
    workplace_make (&self->place);
    const char *const words[] = {faults ? faults : "[]", NULL};
    self->server = node_script_start (&self->place, "s3.log", "test/support/objects/s3_server.mjs", words);
    process_await_bytes (&self->place, ".", "port", "port", 1);
    char *port = workplace_read (self->place.folder, "port", NULL);
    snprintf (self->endpoint, sizeof self->endpoint, "http://127.0.0.1:%s", port);
    free (port);
    setenv ("AWS_ENDPOINT_URL", self->endpoint, 1);
    setenv ("AWS_ACCESS_KEY_ID", "S3RVER", 1);
    setenv ("AWS_SECRET_ACCESS_KEY", "S3RVER", 1);
    setenv ("HOME", self->place.folder, 1);
    setenv ("no_proxy", "127.0.0.1", 1);
    static const char *const OTHERS[] = {
        "AWS_SESSION_TOKEN",           "AWS_PROFILE",         "AWS_REGION",
        "AWS_DEFAULT_REGION",          "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        unsetenv (OTHERS[i]);
    return true;
}

void object_store_stop (struct object_store *self)
{
    kill (self->server, SIGKILL);
    process_wait (self->server, 30);
    workplace_remove (&self->place);
}

//  As s3rver keeps it: the bytes, their MD5 (which is the ETag), and a type.
static void s_path (const struct object_store *self, const char *key, const char *ending, char **out)
{
    cr_assert_gt (asprintf (out, "%s/store/lab/%s._S3rver_%s", self->place.folder, key, ending), 0);
}

static void s_write (const struct object_store *self, const char *key, const char *ending, const void *bytes,
                     size_t n)
{
    char *path = NULL;
    s_path (self, key, ending, &path);
    for (char *at = path + strlen (self->place.folder) + 1; (at = strchr (at, '/')) != NULL; *at++ = '/') {
        *at = 0;
        mkdir (path, 0700);
    }
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file, "%s", path);
    cr_assert_eq (fwrite (bytes, 1, n, file), n);
    cr_assert_eq (fclose (file), 0);
    free (path);
}

void object_store_put (const struct object_store *self, const char *key, const void *bytes, size_t n)
{
    static const char METADATA[] = "{\"content-type\":\"text/csv\"}";
    unsigned char sum[EVP_MAX_MD_SIZE];
    char hex[33];
    cr_assert (EVP_Digest (bytes, n, sum, NULL, EVP_md5 (), NULL));
    for (int i = 0; i < 16; i++)
        snprintf (hex + 2 * i, 3, "%02x", sum[i]);
    s_write (self, key, "object", bytes, n);
    s_write (self, key, "object.md5", hex, 32);
    s_write (self, key, "metadata.json", METADATA, strlen (METADATA));
}

char *object_store_get (const struct object_store *self, const char *key, size_t *n)
{
    char *path = NULL;
    s_path (self, key, "object", &path);
    char *slash = strrchr (path, '/');
    *slash = 0;
    char *text = workplace_read (path, slash + 1, n);
    free (path);
    return text;
}

char *object_store_requests (const struct object_store *self)
{
    char *text = workplace_read (self->place.folder, "requests", NULL);
    return text ? text : strdup ("");
}

size_t object_store_count (const struct object_store *self, const char *text)
{
    char *requests = object_store_requests (self);
    size_t count = 0;
    for (const char *at = requests; (at = strstr (at, text)) != NULL; at += strlen (text))
        count++;
    free (requests);
    return count;
}
