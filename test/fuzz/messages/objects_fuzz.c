//  objects_fuzz.c: any bytes as what an object store answers (a page of a list, an error), and as the name of
//  an object in either form. What is taken as a name is one again after a turn through a URI, and leads
//  nowhere up.
#include "messages/s3/listing_page.h"
#include "messages/s3/refusal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_check_name (const struct s3_name *name)
{
    char uri[4096], key[S3_KEY_BYTES + 2];
    struct s3_name again;
    if (s3_name_to_uri (name, uri, sizeof uri, NULL) != DMH_OK ||
        s3_name_of_uri (uri, &again, NULL) != DMH_OK || strcmp (name->bucket, again.bucket) != 0 ||
        strcmp (name->key, again.key) != 0)
        abort ();
    snprintf (key, sizeof key, "/%s", name->key);
    if (strstr (key, "/../") || strstr (key, "/./"))
        abort ();
}

static int s_take (void *context, const struct s3_name *name, uint64_t bytes, struct error *error)
{
    const struct s3_name *prefix = context;
    (void) bytes, (void) error;
    if (strncmp (name->key, prefix->key, strlen (prefix->key)) != 0 ||
        strcmp (name->bucket, prefix->bucket) != 0)
        abort ();
    s_check_name (name);
    return DMH_OK;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct s3_name prefix = {.bucket = "lab", .key = "in/"}, name;
    char next[S3_TOKEN_BYTES_MOST] = "", code[S3_CODE_BYTES], *text = malloc (n + 1);
    if (!text)
        return 0;
    if (n)
        memcpy (text, data, n);
    text[n] = 0;
    listing_page_read (&prefix, text, n, s_take, &prefix, next, NULL);
    refusal_code (text, n, code);
    if (code[strspn (code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")])
        abort ();
    if (s3_name_read (text, &name, NULL) == DMH_OK)
        s_check_name (&name);
    if (s3_name_of_uri (text, &name, NULL) == DMH_OK)
        s_check_name (&name);
    free (text);
    return 0;
}
